"""The fitting methods: one file each, all of one signature, listed here."""

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from bayesnet.fits.advi import AdviConfig, fit_advi
from bayesnet.fits.mlp import MlpConfig, fit_mlp
from bayesnet.fits.nuts import NutsConfig, fit_nuts

Config = MlpConfig | AdviConfig | NutsConfig


@dataclass(frozen=True)
class Method:
    """A way of fitting the network."""

    about: str  # one line for lists and reports
    fit: Callable[..., xr.DataTree]  # (network, train, config, seed) -> DataTree
    config: Config  # settings whose numbers can be believed
    quick: Config  # settings of a small run that shows that everything works


METHODS = {
    "mlp": Method("scikit-learn multilayer perceptron, a point estimate", fit_mlp, MlpConfig(), MlpConfig(restarts=3)),
    "advi": Method(
        "variational inference, independent Gaussians",
        fit_advi,
        AdviConfig(),
        AdviConfig(iterations=5000, restarts=2, draws=500),
    ),
    "fullrank_advi": Method(
        "variational inference, one Gaussian with full covariance",
        fit_advi,
        AdviConfig(covariance="full", iterations=60_000, first_rate=0.001, last_rate=2e-5, restarts=2),
        AdviConfig(covariance="full", iterations=5000, first_rate=0.001, last_rate=2e-5, restarts=1, draws=500),
    ),
    "nuts": Method(
        "No-U-Turn sampler, the reference", fit_nuts, NutsConfig(), NutsConfig(warmup=300, draws=200, thin=1)
    ),
}
