"""Views of simulation-based calibration: each draws what `studies.calibration` stores, and that alone."""

from collections.abc import Iterator

import xarray as xr

from bayesnet.methods import METHODS
from reports.words import name_of

CLEAR = 2.0  # standard errors from which the place or the width of a posterior says why its ranks are not uniform


def pairs(part: xr.Dataset) -> Iterator[tuple[str, str, xr.Dataset]]:
    """Problem, method and what is stored of them, without the quantities of other problems."""
    for problem in part["problem"].values:
        for method in part["method"].values:
            one = part.sel({"problem": problem, "method": method}).dropna("quantity", how="all", subset=["outside"])
            if one.sizes["quantity"]:
                yield str(problem), str(method), one


def must_be_right(method: str) -> bool:
    """Whether a method draws from the posterior itself, so that ranks that are not uniform are its fault."""
    return method in METHODS and METHODS[method].trust > 0


def outside(one: xr.Dataset) -> xr.Dataset:
    """The quantities of a problem and a method whose curves leave the envelope of all curves."""
    return one.isel(quantity=(one["outside"].sel(envelope="all") == 1).values)


def fault(quantity: xr.Dataset) -> str:
    """In a word what is wrong with draws whose ranks are not uniform."""
    mean, spread = float(quantity["mean_errors"]), float(quantity["spread_errors"])
    if max(abs(mean), abs(spread)) < CLEAR:
        return "of another shape"
    if abs(spread) >= abs(mean):
        return "too narrow" if spread > 0 else "too wide"
    return "too low" if mean > 0 else "too high"


def fit_name(problem: str, method: str) -> str:
    """A method and its problem as text names them."""
    return f"{name_of(method)} of {problem}"
