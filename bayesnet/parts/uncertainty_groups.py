"""Where the predictive uncertainty is high: by class, by cell of the confusion matrix, by score."""

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.parts.uncertainty import CELLS

BINS = 10  # of the score, equal widths


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


def of_each(c: Context, statistic) -> xr.Dataset:
    """A statistic of every method's uncertainty, with a dimension `method`."""
    found = c.part("uncertainty")
    return along("method", {str(m): statistic(found.sel({"method": m}, drop=True)) for m in found["method"].values})


PART = Part(
    lambda c: of_each(c, uncertainty_by_group),
    across=("mean", "by_class", "by_cell", "propagation_ratio", "centre_correlation"),
)
