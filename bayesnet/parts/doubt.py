"""Of which test rows each method is unsure: how many, how many of its errors are among them, and where they lie."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.grading import BOUNDS
from bayesnet.parts.alone import quantities
from bayesnet.parts.uncertainty import predictive_uncertainty
from data import rows

UNSURE = (0.1, 0.9)  # scores between which a row counts as unsure
MIDDLE = (0.1, 0.9)  # quantiles between which most rows lie


def doubt(uncertainty: xr.Dataset, values: xr.DataArray) -> xr.Dataset:
    """How many rows a method is unsure of, its errors among them, and their place among the inputs.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        What `predictive_uncertainty` gives of one fit.
    values : xarray.DataArray
        Of the same rows: see `bayesnet.parts.alone.quantities`.

    Returns
    -------
    xarray.Dataset
        `rows`, `unsure`: numbers of test rows, and of those with a score between 0.1 and 0.9; `errors`,
        `errors_unsure`: misclassified rows, and those among the unsure; `sd_unsure`, `sd_sure`: mean predictive sd of
        the unsure rows and of the others; `range (quantity, bound)`: the middle 80 % of a quantity over the unsure
        rows, NaN without any, and `share_within (quantity)`: share of all rows that lie in that range.
    """
    score, sd = uncertainty["score"].values, uncertainty["uncertainty"].sel(measure="sd").values
    unsure = (score > UNSURE[0]) & (score < UNSURE[1])
    wrong = np.isin(uncertainty["cell"].values, ("FP", "FN"))
    ends = np.full((values.sizes["quantity"], 2), np.nan)
    if unsure.any():
        ends = np.quantile(values.values[:, unsure], MIDDLE, axis=1).T
    within = (values.values >= ends[:, :1]) & (values.values <= ends[:, 1:])
    return xr.Dataset(
        {
            "rows": len(score),
            "unsure": int(unsure.sum()),
            "errors": int(wrong.sum()),
            "errors_unsure": int((wrong & unsure).sum()),
            "sd_unsure": sd[unsure].mean() if unsure.any() else np.nan,
            "sd_sure": sd[~unsure].mean() if not unsure.all() else np.nan,
            "range": (("quantity", "bound"), ends),
            "share_within": ("quantity", np.where(unsure.any(), within.mean(axis=1), np.nan)),
        },
        coords={"quantity": values["quantity"].values, "bound": list(BOUNDS)},
    )


def _part(c: Context) -> xr.Dataset:
    values = quantities(rows(c.data, "test"))
    return c.of_each(lambda fit: doubt(predictive_uncertainty(fit), values))


PART = Part(_part)
