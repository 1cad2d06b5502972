"""What was to be reached, and what was: ratios of what one run measured."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from bayesnet.diagnostics import ESS, RHAT
from bayesnet.speed.pieces import REPEATS
from bayesnet.speed.samplers import OWN, REFERENCE
from data.checks import Check, at_least, at_most, tabulated


def together(pieces: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """The repeats of the comparison of samplers side by side, `(repeat, sampler)`."""
    repeats = [pieces[f"samplers_{repeat}"] for repeat in range(REPEATS)]
    found = xr.concat(repeats, xr.Variable("repeat", range(REPEATS)), combine_attrs="drop")
    return found.assign_attrs(missing=repeats[0].attrs["missing"])


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
    limit = float(samplers["limit"].max())
    return [
        at_least("hmc", "smallest ESS per second over that of the best peer", rates.sel(sampler="hmc") / best, 10),
        at_least("nuts", "smallest ESS per second over that of the best peer", rates.sel(sampler="nuts") / best, 2.5),
        at_most("hmc", _CONVERGED, _converged(samplers.sel(sampler="hmc")), 20, "s"),
        at_most("samplers", _AGREE, others["largest"].max(skipna=False), limit),
    ]


_CONVERGED = f"sampling until R-hat ≤ {RHAT} and ESS ≥ {ESS} on every test row, in every repeat"
_AGREE = "largest difference of posterior means and sds of p from those of nuts, in standard errors"


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
