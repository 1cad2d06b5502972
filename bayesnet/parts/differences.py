"""Difference of every two methods on the same test rows, with the intervals and tests that decide it."""

import itertools
from collections.abc import Mapping

import numpy as np
import xarray as xr
from scipy.stats import binomtest, norm

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, LEVELS, RESAMPLES, resampled_rows, same_test_rows, summarised
from bayesnet.metrics import THRESHOLD
from bayesnet.problems import problem_of
from bayesnet.restarts import Starts


def paired_differences(fits: Mapping[str, xr.DataTree], *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Difference of every two methods on the same test rows.

    Parameters
    ----------
    fits : dict
        Fits by name, all of the same test rows: see `same_test_rows`.
    resamples, seed : int
        As of `score`.

    Returns
    -------
    xarray.Dataset
        `difference (method, other, metric)`: grade of `method` minus that of `other`; `interval (..., bound)`: its 95 %
        bootstrap interval over test rows, drawn for both methods together, and over the starts of optimisers (see
        `bayesnet.restarts`); `p (method, other, metric)`: two-sided p-value of no difference, normal with the
        bootstrap's standard error (Efron & Tibshirani 1993, chapter 15). Of classifiers `mcnemar_p (method, other)`:
        two-sided exact McNemar test that both misclassify equally often (McNemar 1947; Dietterich 1998), with
        `only_method_right` and `only_other_right`, the numbers of rows that decide it.

    Raises
    ------
    InputError
        Where the test rows differ.
    """
    same_test_rows(fits)
    first = next(iter(fits.values()))
    problem, rows, outcome = problem_of(first), first["predictions_constant_data"].to_dataset(), predicted(first)[0]
    index = resampled_rows(len(outcome), resamples, seed)
    value, resampled = [], []  # (method, metric), (method, metric, resample)
    for fit in fits.values():
        draws = predicted(fit)[1]
        summaries = [summarised(metric, outcome, draws, rows) for metric in problem.metrics.values()]
        graded = list(zip(problem.metrics.values(), summaries, strict=True))
        value.append([float(metric.grade(outcome, summary)) for metric, summary in graded])
        starts = Starts.of(fit)
        resampled.append([starts.by_resample(metric, index, seed) for metric in problem.metrics.values()])
    value, resampled = np.array(value), np.array(resampled)
    difference = value[:, None] - value[None]  # (method, other, metric)
    spread = resampled[:, None] - resampled[None]  # (method, other, metric, resample)
    pair = ("method", "other")
    result = xr.Dataset(
        {
            "difference": ((*pair, "metric"), difference),
            "p": ((*pair, "metric"), _p_value(difference, np.nanstd(spread, axis=-1))),
            "interval": ((*pair, "metric", "bound"), np.moveaxis(np.nanquantile(spread, LEVELS, axis=-1), 0, -1)),
        },
        coords={
            "method": list(fits),
            "other": list(fits),
            "metric": list(problem.metrics),
            "label": ("metric", [metric.label for metric in problem.metrics.values()]),
            "better": ("metric", [metric.better for metric in problem.metrics.values()]),
            "bound": list(BOUNDS),
        },
    )
    return result.merge(_mcnemar(fits, pair)) if problem.classes else result


def _p_value(difference: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Chance of a difference as large under none, 1 where there is none at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 1.0, 2 * norm.sf(np.abs(difference) / error))


def _mcnemar(fits: Mapping[str, xr.DataTree], pair: tuple[str, str]) -> xr.Dataset:
    """Rows that only one of two methods puts into the right class, and what McNemar's test says of them."""
    labels, scores = zip(*(predicted(fit) for fit in fits.values()), strict=True)
    right = (np.stack([p.mean(axis=0) for p in scores]) > THRESHOLD) == (labels[0] == 1)  # (method, row)
    only = (right[:, None] & ~right[None]).sum(axis=-1)  # (method, other)
    p = np.ones(only.shape)
    for a, b in itertools.permutations(range(len(only)), 2):
        discordant = int(only[a, b] + only[b, a])
        p[a, b] = binomtest(int(only[a, b]), discordant).pvalue if discordant else 1.0
    return xr.Dataset({"only_method_right": (pair, only), "only_other_right": (pair, only.T), "mcnemar_p": (pair, p)})


PART = Part(
    lambda c: paired_differences(c.fits, seed=c.seed) if len(c.fits) > 1 else xr.Dataset(),
    across=("difference", "interval"),
)
