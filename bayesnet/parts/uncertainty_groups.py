"""Where the predictive uncertainty is high: by class, at equal score too, by cell of the confusion matrix, by score."""

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, RESAMPLES, DrawBlocks, interval, resampled_rows
from bayesnet.parts.uncertainty import CELLS
from data.seeds import seed_for

BINS = 10  # of the score, equal widths
UNDECIDED = (0.1, 0.9)  # scores that are compared with equal ones; beyond them rows of one class are rare


def uncertainty_by_group(uncertainty: xr.Dataset) -> xr.Dataset:
    """Where the uncertainty is high.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        What `predictive_uncertainty` gives.

    Returns
    -------
    xarray.Dataset
        Means of each measure: `mean (measure)` of all rows, `by_class (measure, label)` of the true class, `by_cell
        (measure, cell)` of the confusion matrix with `rows (cell)`, `by_score (measure, score_bin)` with `score_rows
        (score_bin)`: the paper's Figure 5, high near a score of 0.5. `centre_correlation (measure)`: Spearman
        correlation with -|score - 0.5|. `propagation_ratio (measure)`: mean of class 1 over that of class 0. Groups
        without rows are NaN.
    """
    values = uncertainty["uncertainty"]
    label, cell, score = (uncertainty[name].values for name in ("label", "cell", "score"))
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    by_class = _means(values, label, [0, 1])
    centre = -np.abs(score - 0.5)
    correlation = [spearmanr(row, centre).statistic if np.ptp(row) > 0 else np.nan for row in values.values]
    return xr.Dataset(
        {
            "mean": ("measure", values.mean("simulation").values),
            "by_class": (("measure", "label"), by_class),
            "by_cell": (("measure", "cell"), _means(values, cell, CELLS)),
            "by_score": (("measure", "score_bin"), _means(values, bins, range(BINS))),
            "rows": ("cell", [int((cell == name).sum()) for name in CELLS]),
            "score_rows": ("score_bin", np.bincount(bins, minlength=BINS)),
            "centre_correlation": ("measure", correlation),
            "propagation_ratio": ("measure", by_class[:, 1] / by_class[:, 0]),
        },
        coords={
            "measure": values["measure"].values,
            "label": [0, 1],
            "cell": list(CELLS),
            "score_bin": (np.arange(BINS) + 0.5) / BINS,
        },
    )


def _means(values: xr.DataArray, group: np.ndarray, names) -> np.ndarray:
    """Mean over the rows of each group, `(measure, group)`; NaN for an empty one."""
    chosen = [values.values[:, group == name] for name in names]
    return np.stack([part.mean(axis=1) if part.shape[1] else np.full(len(part), np.nan) for part in chosen], axis=1)


def class_gaps(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """By how much the predictive sd of rows of class 1 exceeds that of class 0: of all rows, and at equal score.

    An sd is small where a score is near 0 or 1, whatever the class; so one class has the larger mean sd where more of
    its rows have scores in between. Rows are therefore compared within tenths of the score too.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    resamples, seed : int
        As of `bayesnet.score`.

    Returns
    -------
    xarray.Dataset
        `gap (among)`: mean sd of class 1 minus that of class 0; `among` is `all` rows or `equal score`, the difference
        within tenths of the score from 0.1 to 0.9, averaged over these with the weight n1 n0 / (n1 + n0), that of a
        difference of two means. `gap_interval (among, bound)`: its 95 % interval over test rows and draws, by a
        bootstrap of rows and of blocks of draws (see `DrawBlocks`). `undecided_sd`,
        `undecided_rows (label)`: mean sd and number of rows of each class with a score from 0.1 to 0.9;
        `rows_of_class (label)`. NaN for a point estimate.
    """
    label, p = predicted(fit)
    blocks, index = DrawBlocks.of(p), resampled_rows(len(label), resamples, seed)
    of_rows = np.stack([np.bincount(sample, minlength=len(label)) for sample in index])
    of_draws = blocks.resampled(len(index), seed_for(seed, "pieces of the chains"))
    score, sd = p.mean(axis=0), p.std(axis=0)
    own = _gaps(label, score[None], sd[None], np.ones((1, len(label))))[:, 0]
    ends = np.full((2, 2), np.nan)
    if len(p) > 1:
        ends = [interval(values) for values in _gaps(label, *blocks.mean_and_sd(of_draws), of_rows)]
    chosen = [(score >= UNDECIDED[0]) & (score < UNDECIDED[1]) & (label == value) for value in (0, 1)]
    found = xr.Dataset(
        {
            "gap": ("among", own),
            "gap_interval": (("among", "bound"), ends),
            "undecided_sd": ("label", [sd[rows].mean() if rows.any() else np.nan for rows in chosen]),
            "undecided_rows": ("label", [int(rows.sum()) for rows in chosen]),
            "rows_of_class": ("label", np.bincount(label, minlength=2)),
        },
        coords={"among": ["all", "equal score"], "bound": list(BOUNDS), "label": [0, 1]},
    )
    return found if len(p) > 1 else found.where(False)


def _gaps(label: np.ndarray, score: np.ndarray, sd: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Difference of the mean sd of the classes, of all rows and at equal score, `(2, sample)`.

    `label (row)`; `score`, `sd` and how many times a row stands in a sample, `weight`, are `(sample, row)`.
    """
    tenth = np.minimum((score * BINS).astype(int), BINS - 1)
    cells = BINS * 2  # of a sample: tenth of the score and class
    place = (np.arange(len(score))[:, None] * cells + 2 * tenth + label).ravel()
    shape = (len(score), BINS, 2)
    count, total = (
        np.bincount(place, (weight * values).ravel(), len(score) * cells).reshape(shape) for values in (np.ones(1), sd)
    )
    with np.errstate(invalid="ignore", divide="ignore"):  # a class without rows has no mean
        of_all = np.diff(total.sum(axis=1) / count.sum(axis=1), axis=1)[:, 0]
        low, high = (round(edge * BINS) for edge in UNDECIDED)
        within = np.diff(total / count, axis=2)[:, low:high, 0]
        precision = (count.prod(axis=2) / count.sum(axis=2))[:, low:high]
        known = precision > 0
        equal = np.where(known, precision * within, 0).sum(axis=1) / np.where(known, precision, 0).sum(axis=1)
    return np.stack([of_all, equal])


def of_each(c: Context, statistic) -> xr.Dataset:
    """A statistic of every method's uncertainty, with a dimension `method`."""
    found = c.part("uncertainty")
    return along("method", {str(m): statistic(found.sel({"method": m}, drop=True)) for m in found["method"].values})


PART = Part(
    lambda c: of_each(c, uncertainty_by_group).merge(c.of_each(lambda fit: class_gaps(fit, seed=c.seed))),
    across=("mean", "by_class", "by_cell", "propagation_ratio", "centre_correlation"),
)
