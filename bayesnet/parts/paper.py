"""What this run says of the claims of the paper: Ahamed & Daub, submitted to ICLR 2021."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS
from bayesnet.parts.claims import (
    Above,
    accuracy_margin,
    best_of_starts,
    centre_margin,
    class_margin,
    ranking_margins,
)
from bayesnet.parts.importance import thinned

REST = ("height", "sxy", "friction_drop", "dc")
RANKING = {
    "the normal stresses matter most": Above(("sxx", "syy"), (*REST, "mu_d", "width")),
    "dynamic friction comes next": Above(("mu_d",), (*REST, "width")),
    "barrier width matters least": Above((*REST, "sxx", "syy", "mu_d"), ("width",)),
}
INPUTS = {"sxx", "syy", "mu_d", "width", *REST}
MORE_OFTEN = "the Bayesian network is right more often than the plain one"
PROPAGATION = "predictions of propagation are less certain"
CENTRE = "predictions near a score of 0.5 are least certain"
DRAWS, RESAMPLES = 400, 500  # for the rankings of inputs: more of them cost time and move no interval that matters
PRINTED = {MORE_OFTEN: 0.8334 - 0.81}  # difference of the accuracies that the paper prints


def _part(c: Context) -> xr.Dataset:
    """The margin that decides each claim, above zero where it holds, for the reference method.

    Returns
    -------
    xarray.Dataset
        `value (claim)` and its 95 % `interval (claim, bound)`; `printed (claim)`: the margin as the paper prints it,
        NaN where it prints none. Empty of a catalogue with other inputs, and of a reference without draws.
    """
    fit = c.fits[c.reference]
    draws = fit["posterior"].sizes
    if set(c.data["feature"].values.tolist()) != INPUTS or draws["chain"] * draws["draw"] == 1:
        return xr.Dataset()
    found = ranking_margins(_thinned(fit), c.data, RANKING, resamples=RESAMPLES, seed=c.seed) | {
        PROPAGATION: class_margin(fit, seed=c.seed),
        CENTRE: centre_margin(fit, seed=c.seed),
    }
    if "mlp" in c.fits:
        label, p = predicted(fit)
        plain = best_of_starts(c.fits["mlp"], seed=c.seed)
        found |= {MORE_OFTEN: accuracy_margin(label, p.mean(axis=0)[None], plain, seed=c.seed)}
    margins = np.stack([*found.values()])  # (claim, 3)
    return xr.Dataset(
        {
            "value": ("claim", margins[:, 0]),
            "interval": (("claim", "bound"), margins[:, 1:]),
            "printed": ("claim", [PRINTED.get(claim, np.nan) for claim in found]),
        },
        coords={"claim": [*found], "bound": list(BOUNDS)},
    )


def _thinned(fit: xr.DataTree) -> xr.DataTree:
    """The fit with at most `DRAWS` of its draws, evenly spaced in each chain."""
    fewer = fit.copy()
    fewer["posterior"] = xr.DataTree(thinned(fit["posterior"].to_dataset(), DRAWS))
    return fewer


PART = Part(_part)
