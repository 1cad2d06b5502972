"""Numbers of test rows of each class that each method assigns to each class."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.metrics import confusion


def confusion_matrix(fit: xr.DataTree) -> xr.Dataset:
    """Confusion matrix of the posterior mean score.

    Returns
    -------
    xarray.Dataset
        `confusion (true, predicted)`: numbers of test rows.
    """
    label, p = predicted(fit)
    tp, fp, fn, tn = confusion(label, p.mean(axis=0))
    cells = np.array([[tn, fp], [fn, tp]]).astype(int)
    return xr.Dataset({"confusion": (("true", "predicted"), cells)}, {"true": [0, 1], "predicted": [0, 1]})


PART = Part(lambda c: c.of_each(confusion_matrix), across=("confusion",))
