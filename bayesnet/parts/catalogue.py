"""What is in the catalogue: numbers of rows of each class, and ranges of the inputs."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from data import rows

QUANTILES = {"smallest": 0.0, "median": 0.5, "largest": 1.0}


def catalogue_content(catalogue: xr.Dataset) -> xr.Dataset:
    """Count the rows and give the ranges of the inputs.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.

    Returns
    -------
    xarray.Dataset
        `rows (split, class)`: numbers of rows; `range (split, quantile, feature)`: smallest, median and largest value
        of each input, in its `units (feature)`.
    """
    parts = {part: rows(catalogue, part) for part in ("train", "test")}
    return xr.Dataset(
        {
            "rows": (("split", "class"), [np.bincount(part["label"].values, minlength=2) for part in parts.values()]),
            "range": (
                ("split", "quantile", "feature"),
                [np.quantile(part["features"].values, list(QUANTILES.values()), axis=0) for part in parts.values()],
            ),
        },
        coords={
            "split": list(parts),
            "class": [0, 1],
            "quantile": list(QUANTILES),
            "feature": catalogue["feature"].values,
            "units": ("feature", catalogue["units"].values),
        },
    )


PART = Part(lambda c: catalogue_content(c.data))
