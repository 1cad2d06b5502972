"""Whether each fit converged, as its method can tell (see `bayesnet.diagnostics`), and whether it missed a mode."""

import numpy as np
import xarray as xr

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.diagnostics import missed_modes
from bayesnet.loo import approximate
from bayesnet.methods import METHODS


def diagnose(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of one fit: what the `diagnose` of its method gives."""
    return METHODS[fit.attrs["method"]].diagnose(fit)


def _compute(c: Context) -> xr.Dataset:
    """`diagnose` of every fit; where an optimiser ran beside samplers of the same model, theirs has `missed_modes` too.

    A sampler that missed a mode has not converged, whatever its chains say of each other.
    """
    found = {name: diagnose(fit) for name, fit in c.fits.items()}
    highest = [optimum for fit in c.own.values() if (optimum := _optimum(fit)) is not None]
    for name, fit in c.own.items():
        if highest and _is_sampler(fit):
            missed = missed_modes(fit, *max(highest))
            found[name] = found[name].merge(missed)
            found[name]["converged"] = found[name]["converged"] * (1 - missed["missed_mode"])
    return along("method", found)


def _optimum(fit: xr.DataTree) -> tuple[float, int] | None:
    """Highest log density over the unconstrained variables that an optimiser found, and their number."""
    stats = fit["fit_stats"].to_dataset() if "fit_stats" in fit.children else {}
    if "lp" not in stats or not np.isfinite(stats["lp"]).any():
        return None
    return float(stats["lp"].max()), int(stats["dimensions"])


def _is_sampler(fit: xr.DataTree) -> bool:
    """Whether the draws are of the posterior itself, with their log densities."""
    return "lp" in fit.get("sample_stats", {}) and not approximate(fit)


PART = Part(
    _compute,
    across=(
        "converged",
        "rhat_max",
        "ess_min",
        "ess_bulk_min",
        "ess_tail_min",
        "lp_gap",
        "heights_differ",
        "at_max_depth",
        "missed_height",
        "missed_mode",
        "divergences",
        "divergent",
        "bfmi_min",
        "energy_variance",
        "log_evidence",
        "log_evidence_se",
        "log_evidence_spread",
        "khat",
        "elbo_spread",
        "restart_difference",
        "at_best",
        "restarts",
    ),
)
