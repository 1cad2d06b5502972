"""What ranks over many replicates say: whether they are uniform, and how often intervals hold the truth."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import xarray as xr
from scipy.linalg import toeplitz
from scipy.stats import binom, binomtest, poisson

from bayesnet.grading import BOUNDS
from bayesnet.sbc.replicate import DRAWS

LEVEL = 0.05  # probability that chance takes any curve out of its envelope
PLACES = np.arange(1, DRAWS + 1) / (DRAWS + 1)  # where curves are compared with their envelope: between two ranks
NOMINAL = (0.5, 0.8, 0.95)  # of central intervals
BISECTIONS = 30  # to find the width of an envelope
ROUNDING = 1e-9  # of differences that lie on an envelope
LEAST = 20  # replicates that say anything of a curve
ENVELOPES = ("one", "all")  # 95 % for one curve alone; for all curves of all methods and problems together


def together(made: Mapping[tuple[str, str], list[xr.Dataset]]) -> xr.Dataset:
    """Replicates of all problems and methods side by side.

    Parameters
    ----------
    made : mapping
        By problem and method: see `bayesnet.sbc.replicate.replicate`.

    Returns
    -------
    xarray.Dataset
        `pit (problem, method, quantity, replicate)`, `seconds` and `converged (problem, method, replicate)`, NaN where
        there is none: quantities are those of all problems.
    """
    found = []
    for (problem, method), replicates in made.items():
        one = xr.concat(replicates, "replicate", combine_attrs="drop")
        one = one.assign_coords(replicate=np.arange(len(replicates)))
        found.append(one.expand_dims(problem=[problem], method=[method]))
    axes = {"problem": [key[0] for key in made], "method": [key[1] for key in made]}
    axes["quantity"] = [str(name) for one in found for name in one["quantity"].values]
    merged = xr.merge(found, join="outer", compat="no_conflicts", combine_attrs="drop")
    return merged.reindex({dim: list(dict.fromkeys(names)) for dim, names in axes.items()})


def summary(ranks: xr.Dataset) -> xr.Dataset:
    """Whether ranks are uniform, by curves of their distribution minus the uniform one, and how often intervals hold.

    Parameters
    ----------
    ranks : xarray.Dataset
        See `together`.

    Returns
    -------
    xarray.Dataset
        By problem, method and quantity: `difference (place)`, share of the replicates whose truth ranks below a place,
        minus that place; `outside (envelope)`: 1 where that leaves the envelope. `mean_errors` and `spread_errors`: how
        far the mean of the ranks is from 1/2, and their variance from 1/12, in standard errors of uniform ranks.
        `coverage (level)`: share of the replicates whose central interval of that level holds the truth,
        `coverage_interval (level, bound)`: its 95 % interval (Wilson 1927, JASA 22). `outside_converged`: `outside` of
        all curves where only converged fits count, NaN where these are fewer than 20.

        By problem and method: `lower`, `upper (envelope, place)`, which hold a curve of uniform ranks with a
        probability of 95 % at all places at once (Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32): one
        curve alone, or all of them (Bonferroni); `replicates`, `converged` (share of them), `seconds` (median).
        `curves`: number of all curves.
    """
    curves = int(ranks["pit"].notnull().any("replicate").sum())
    probability = {"one": 1 - LEVEL, "all": 1 - LEVEL / curves}
    found = [
        _pair(ranks.sel({"problem": [problem], "method": [method]}), probability)
        for problem in ranks["problem"].values
        for method in ranks["method"].values
        if ranks["pit"].sel({"problem": problem, "method": method}).notnull().any()
    ]
    merged = xr.merge(found, join="outer", compat="no_conflicts", combine_attrs="drop")
    order = {dim: ranks[dim].values for dim in ("problem", "method", "quantity")}
    return merged.reindex(order).assign(curves=curves)


def _pair(ranks: xr.Dataset, probability: Mapping[str, float]) -> xr.Dataset:
    """The summary of one problem and method."""
    made = ranks.dropna("replicate", how="all", subset=["pit"]).dropna("quantity", how="all", subset=["pit"])
    pit, converged = (made[name].isel(problem=0, method=0) for name in ("pit", "converged"))
    number, values = pit.sizes["replicate"], pit.transpose("quantity", "replicate").values
    bands = np.array([envelope(number, one) for one in probability.values()])  # (envelope, bound, place)
    difference = differences(values)
    sure = values[:, converged.values == 1]
    inside = np.abs(values - 0.5)[:, None] <= np.array(NOMINAL)[:, None] / 2  # (quantity, level, replicate)
    dims = {"quantity": pit["quantity"].values, "level": list(NOMINAL), "bound": list(BOUNDS), "place": PLACES}
    found = xr.Dataset(
        {
            "difference": (("quantity", "place"), difference),
            "outside": (("quantity", "envelope"), np.stack([_outside(difference, *band) for band in bands], axis=-1)),
            "mean_errors": ("quantity", (values.mean(1) - 1 / 2) * np.sqrt(12 * number)),
            "spread_errors": ("quantity", (values.var(1) - 1 / 12) * np.sqrt(180 * number)),
            "coverage": (("quantity", "level"), inside.mean(-1)),
            "coverage_interval": (("quantity", "level", "bound"), [[*map(_wilson, of_one)] for of_one in inside]),
            "lower": (("envelope", "place"), bands[:, 0]),
            "upper": (("envelope", "place"), bands[:, 1]),
            "replicates": number,
            "converged": converged.mean(),
            "seconds": made["seconds"].isel(problem=0, method=0).median(),
        },
        dims | {"envelope": list(ENVELOPES)},
    )
    if sure.shape[1] >= LEAST:
        outside = _outside(differences(sure), *envelope(sure.shape[1], probability["all"]))
        found["outside_converged"] = "quantity", outside
    return found.expand_dims(problem=ranks["problem"].values, method=ranks["method"].values)


def differences(pit: np.ndarray) -> np.ndarray:
    """Share of ranks `(..., replicate)`, between 0 and 1, below each of PLACES, minus that place: `(..., place)`."""
    return (pit[..., None, :] <= PLACES[:, None]).mean(axis=-1) - PLACES


def _outside(difference: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return ((difference < lower - ROUNDING) | (difference > upper + ROUNDING)).any(axis=-1).astype(int)


@cache
def envelope(number: int, probability: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends between which `differences` of so many uniform ranks lie at all places at once with a probability.

    At each place the ends are quantiles of a binomial distribution, of the same probability at every place (Säilynoja,
    Bürkner & Vehtari 2022). What they hold at all places at once is computed, not simulated, so that it can be close to
    one: ranks below one place after the other are counts of a Poisson process which has `number` events in all.

    Returns
    -------
    lower, upper : ndarray of shape (place,)
        The narrowest such ends that hold a curve with at least this probability.
    """
    step = poisson.pmf(np.arange(number + 1), number / (len(PLACES) + 1))
    steps = np.triu(toeplitz(step))  # from a count (row) to one at the next place (column)
    wide, narrow = -40.0, 0.0  # logarithms of the probability outside the ends of a place
    for _ in range(BISECTIONS):
        middle = (wide + narrow) / 2
        held = _held(*_counts(number, middle), steps) >= probability
        wide, narrow = (middle, narrow) if held else (wide, middle)
    return tuple(ends / number - PLACES for ends in _counts(number, wide))


def _counts(number: int, log_outside: float) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest number of the ranks below each place, outside of which is a given probability."""
    outside = np.exp(log_outside) / 2
    return binom.ppf(outside, number, PLACES), binom.isf(outside, number, PLACES)


def _held(least: np.ndarray, largest: np.ndarray, steps: np.ndarray) -> float:
    """Probability that uniform ranks keep all counts between these ends."""
    counts = np.arange(len(steps))
    share = (counts == 0).astype(float)
    for low, high in zip(least, largest, strict=True):
        share = share @ steps * ((counts >= low) & (counts <= high))
    return (share @ steps)[-1] / poisson.pmf(counts[-1], counts[-1])


def _wilson(inside: np.ndarray) -> list[float]:
    """The 95 % interval of a probability from what happened, `(replicate,)` of bool."""
    found = binomtest(int(inside.sum()), inside.size).proportion_ci(0.95, method="wilson")
    return [found.low, found.high]
