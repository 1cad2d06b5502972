"""What was to be reached, and what was: ratios of what one run measured."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from scipy.stats import norm

from bayesnet.diagnostics import ESS, RHAT
from bayesnet.speed.pieces import OWN, PEERS, REPEATS, SAMPLERS, run_name
from data.checks import Check, at_least, at_most, tabulated

REFERENCE = "nuts"  # which the others are compared with
CHANCE = 0.05  # that samplers of one posterior are told apart in any row of any repeat


def together(pieces: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """The runs of all samplers side by side.

    Returns
    -------
    xarray.Dataset
        Everything but the scores, `(repeat, sampler)`: see `bayesnet.speed.samplers.measure`. The largest difference
        over rows of the posterior means of p from those of `nuts` in the same repeat: `p_difference`, and `p_errors`
        in Monte Carlo standard errors of the difference; `limit`: what chance exceeds in any of these with a
        probability of at most 0.05 (Bonferroni). The attribute `missing` names samplers that are not installed.
    """
    names = [name for name in SAMPLERS if run_name(name, 0) in pieces]
    runs = [[pieces[run_name(name, repeat)] for name in names] for repeat in range(REPEATS)]
    beside = xr.Variable("sampler", names), xr.Variable("repeat", range(REPEATS))
    every = xr.concat(
        [xr.concat(of_repeat, beside[0], combine_attrs="drop") for of_repeat in runs], beside[1], combine_attrs="drop"
    )
    reference = every.sel(sampler=REFERENCE)
    difference = abs(every["mean"] - reference["mean"])
    errors = (difference / np.hypot(every["mcse"], reference["mcse"])).max("simulation")
    found = every.drop_dims("simulation").assign(p_difference=difference.max("simulation"), p_errors=errors)
    compared = (len(names) - 1) * REPEATS * every.sizes["simulation"]
    found["limit"] = norm.isf(CHANCE / 2 / compared)
    return found.assign_attrs(missing=", ".join(name for name in PEERS if name not in names))


def targets(pieces: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Every target with the value that was reached: see `data.checks.tabulated`.

    Parameters
    ----------
    pieces : mapping of str to xarray.Dataset
        Stored pieces by their names, see `bayesnet.speed.pieces.PIECES`, and `samplers`: see `together`.
    """
    return tabulated([*_samplers(pieces["samplers"]), *_gradients(pieces["gradients"]), *_growth(pieces["growth"])])


def _samplers(samplers: xr.Dataset) -> list[Check]:
    median = samplers.median("repeat", skipna=False)
    peers = [str(name) for name in samplers["sampler"].values if name not in OWN]
    rates = median["ess_min_second"]
    best = float(rates.sel(sampler=peers).max()) if peers else np.nan
    others = samplers.sel(sampler=[name for name in samplers["sampler"].values if name != REFERENCE])
    return [
        at_least("hmc", "smallest ESS per second over that of the best peer", rates.sel(sampler="hmc") / best, 10),
        at_least("nuts", "smallest ESS per second over that of the best peer", rates.sel(sampler="nuts") / best, 2.5),
        at_most("hmc", _CONVERGED, _converged(samplers.sel(sampler="hmc")), 20, "s"),
        at_most("samplers", _AGREE, others["p_errors"].max(skipna=False), round(float(samplers["limit"]), 2)),
    ]


_CONVERGED = f"sampling until R-hat ≤ {RHAT} and ESS ≥ {ESS} on every test row, in every repeat"
_AGREE = "largest difference of posterior means of p from those of nuts, in standard errors"


def _converged(hmc: xr.Dataset) -> float:
    """Median of the seconds of sampling; NaN where a repeat has not converged."""
    sound = (hmc["rhat_max"] <= RHAT) & (hmc["ess_min"] >= ESS)
    return float(hmc["seconds"].median()) if bool(sound.all()) else np.nan


def _gradients(gradients: xr.Dataset) -> list[Check]:
    cost = gradients["microseconds"] / gradients["microseconds"].sel(what="product")
    return [
        at_most("gradient", "double precision over the first layer's product", cost.sel(what="double"), 2.5),
        at_most("gradient", "single precision over the first layer's product", cost.sel(what="single"), 1.5),
    ]


def _growth(growth: xr.Dataset) -> list[Check]:
    memory = max(float(growth[f"{name}_memory"].max()) for name in ("prediction", "importance"))
    return [
        at_most("rows", "power of the number of rows that a gradient follows", growth["double_exponent"], 1.0),
        at_most("rows", "peak memory of prediction and importance", memory, 1.0, "GiB"),
    ]
