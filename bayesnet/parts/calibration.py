"""Calibration: does a score of 0.8 come true in 80 % of the rows?"""

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.optimize import isotonic_regression
from scipy.stats import rankdata

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, LEVELS
from bayesnet.metrics import brier
from data.seeds import seed_for

BINS = 10  # of the expected calibration error
RESAMPLES = 2000  # of the outcomes, for the consistency band
MOST_RANKS = 2000  # of rows, evenly spaced, at which curves are kept
OUTSIDE = 0.05  # share of the curves of calibrated scores that leave the band anywhere


def reliability(fit: xr.DataTree, *, seed: int = 0) -> xr.Dataset:
    """Reliability of the posterior mean score.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    seed : int

    Returns
    -------
    xarray.Dataset
        `score (rank)`: scores in order, of more than 2000 rows at so many evenly spaced ranks; `reliability (rank)`:
        event frequency given the score, by isotonic regression (pool-adjacent-violators, the CORP diagram of
        Dimitriadis, Gneiting & Jordan 2021, PNAS 118, which ArviZ draws by the same scipy routine); `band (rank,
        bound)`: it holds 95 % of such curves from end to end if the scores are calibrated: the rank envelope of
        Myllymäki et al. (2017), J. R. Stat. Soc. B 79.
        `miscalibration`, `discrimination`, `uncertainty`: CORP parts of the Brier score, which is the first minus the
        second plus the third. `ece`: expected calibration error over 10 bins of equal width (Guo et al. 2017, ICML).
        Of few rows, miscalibration and ECE are above zero whatever the scores: `ece_calibrated (bound)` and
        `miscalibration_calibrated (bound)` hold 95 % of what they would be if the scores were calibrated, outcomes
        drawn from the scores themselves (Bröcker & Smith 2007, Weather and Forecasting 22), `ece_calibrated_mean` and
        `miscalibration_calibrated_mean` their mean. Only a value above that range says anything.
    """
    label, p = predicted(fit)
    score = p.mean(axis=0)
    order = np.argsort(score, kind="stable")
    score, label = score[order], label[order]
    frequencies = _recalibration(score)
    reliability = frequencies(label)
    shown = np.linspace(0, len(score) - 1, min(len(score), MOST_RANKS)).round().astype(int)
    curves, calibrated = _of_calibrated(score, frequencies, shown, seed_for(seed, "consistency band"))
    base = brier(label, np.full(len(label), label.mean()))
    remaining = brier(label, reliability)
    return xr.Dataset(
        {
            "score": ("rank", score[shown]),
            "reliability": ("rank", reliability[shown]),
            "band": (("rank", "bound"), _envelope(curves).T),
            "miscalibration": brier(label, score) - remaining,
            "discrimination": base - remaining,
            "uncertainty": base,
            "ece": _ece(score, label),
            **{f"{name}_calibrated": ("bound", np.quantile(values, LEVELS)) for name, values in calibrated.items()},
            **{f"{name}_calibrated_mean": np.mean(values) for name, values in calibrated.items()},
        },
        coords={"rank": shown, "bound": list(BOUNDS)},
    )


def _recalibration(score: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """What gives the isotonic event frequency at each of the sorted scores; rows of equal score are pooled first."""
    _, tie, size = np.unique(score, return_inverse=True, return_counts=True)

    def frequencies(outcome: np.ndarray) -> np.ndarray:
        return isotonic_regression(np.bincount(tie, weights=outcome) / size, weights=size).x[tie]

    return frequencies


def _of_calibrated(
    score: np.ndarray, frequencies: Callable[[np.ndarray], np.ndarray], shown: np.ndarray, seed: int
) -> tuple[np.ndarray, dict[str, list[float]]]:
    """Of outcomes drawn from the sorted scores: curves `(resample, shown)`, and ECE and miscalibration of each.

    One at a time: of many rows all outcomes together take gigabytes.
    """
    rng = np.random.default_rng(seed)
    curves, found = np.empty((RESAMPLES, len(shown))), {"ece": [], "miscalibration": []}
    for curve in curves:
        outcome = (rng.random(len(score)) < score).astype(int)
        recalibrated = frequencies(outcome)
        curve[:] = recalibrated[shown]
        found["ece"].append(_ece(score, outcome))
        found["miscalibration"].append(float(brier(outcome, score) - brier(outcome, recalibrated)))
    return curves, found


def _envelope(curves: np.ndarray) -> np.ndarray:
    """Bounds `(bound, rank)` that hold all but `OUTSIDE` of the curves `(resample, rank)` from end to end.

    At each rank they are the k-th smallest and the k-th largest value, with the largest k that leaves enough inside.
    """
    below, above = (rankdata(sign * curves, method="max", axis=0) for sign in (1, -1))  # values up to, and from, each
    reached = np.sort(np.minimum(below, above).min(axis=1))  # (resample,): the largest k that keeps each curve inside
    k = int(reached[int(OUTSIDE * len(curves))])
    return np.sort(curves, axis=0)[[k - 1, -k]]


def _ece(score: np.ndarray, label: np.ndarray) -> float:
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    gap = np.bincount(bins, weights=score, minlength=BINS) - np.bincount(bins, weights=label, minlength=BINS)
    return float(np.abs(gap).sum() / len(label))


PART = Part(lambda c: c.of_each(lambda fit: reliability(fit, seed=c.seed)), across=("ece", "ece_calibrated"))
