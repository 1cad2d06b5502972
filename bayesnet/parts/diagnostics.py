"""Whether each fit converged, as its method can tell: see `bayesnet.diagnostics`."""

import xarray as xr

from bayesnet.contract import Part
from bayesnet.methods import METHODS


def diagnose(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of one fit: what the `diagnose` of its method gives."""
    return METHODS[fit.attrs["method"]].diagnose(fit)


PART = Part(
    lambda c: c.of_each(diagnose),
    across=(
        "converged",
        "rhat_max",
        "ess_min",
        "ess_bulk_min",
        "ess_tail_min",
        "lp_gap",
        "divergences",
        "khat",
        "elbo_spread",
        "restart_difference",
    ),
)
