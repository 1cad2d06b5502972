"""Whether the uncertainty knows which test rows are misclassified."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.metrics import roc_auc
from bayesnet.parts.uncertainty_groups import of_each


def error_detection(uncertainty: xr.Dataset) -> xr.Dataset:
    """Does the uncertainty know which rows are misclassified?

    Parameters
    ----------
    uncertainty : xarray.Dataset
        What `predictive_uncertainty` gives.

    Returns
    -------
    xarray.Dataset
        `error_auc (measure)`: probability that a misclassified row is more uncertain than a right one (Hendrycks &
        Gimpel 2017, ICLR); NaN where no row is misclassified. `selective_accuracy (measure, kept)`: accuracy over the
        share `kept` of most certain rows (Geifman & El-Yaniv 2017, NeurIPS), ties counted as their expectation; `area
        (measure)`: its mean over `kept`.
    """
    values = uncertainty["uncertainty"].values  # (measure, row)
    wrong = np.isin(uncertainty["cell"].values, ("FP", "FN")).astype(int)
    kept = np.arange(1, len(wrong) + 1) / len(wrong)
    auc, curve = [], []
    for row in values:
        known = np.isfinite(row).all()
        auc.append(float(roc_auc(wrong, row)) if known and np.ptp(row) > 0 else np.nan)
        curve.append(mean_of_lowest(row, 1 - wrong) if known else np.full(len(wrong), np.nan))
    return xr.Dataset(
        {
            "error_auc": ("measure", auc),
            "selective_accuracy": (("measure", "kept"), curve),
            "area": ("measure", np.mean(curve, axis=1)),
        },
        coords={"measure": uncertainty["measure"].values, "kept": kept},
    )


def mean_of_lowest(measure: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of `values` over the k rows of lowest `measure`, k = 1 ... n; each row of a tie counts the tie's mean."""
    _, tie, size = np.unique(measure, return_inverse=True, return_counts=True)
    expected = np.bincount(tie, weights=values) / size  # mean within a tie
    in_order = np.repeat(expected, size)
    return np.cumsum(in_order) / np.arange(1, len(values) + 1)


PART = Part(lambda c: of_each(c, error_detection), across=("error_auc",))
