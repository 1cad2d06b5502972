"""The inputs that a comparison looks at one by one: all of them, or of a wide catalogue those that tell most."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayesnet.metrics import roc_auc
from data import rows

MOST_INPUTS = 20  # that a page can show and a reader can take in; time and memory grow with each of them


def leading_inputs(catalogue: xr.Dataset, most: int = MOST_INPUTS) -> list[str] | None:
    """Of more than `most` inputs those that, each alone, best tell the classes of the training rows apart.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.
    most : int

    Returns
    -------
    list of str
        So many, those whose ROC-AUC is furthest from one half, in the order of the catalogue; None for all.
    """
    names = catalogue["feature"].values
    if len(names) <= most:
        return None
    train = rows(catalogue, "train")
    auc = roc_auc(train["label"].values, train["features"].transpose("feature", "simulation").values)
    first = np.argsort(-np.abs(auc - 0.5), kind="stable")[:most]
    return names[np.sort(first)].tolist()


def without_others(part: xr.Dataset, every: Sequence[str], leading: Sequence[str]) -> xr.Dataset:
    """A part without what it says of single inputs other than the leading ones of `every`.

    Inputs stand along `feature`, or along `quantity` beside what is made of them.
    """
    others = set(every) - set(leading)
    for dim in {"feature", "quantity"} & set(part.dims):
        part = part.sel({dim: [name for name in part[dim].values.tolist() if name not in others]})
    return part
