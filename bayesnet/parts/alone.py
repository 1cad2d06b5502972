"""How well each input tells the classes apart on its own, and the stress drop that follows from three of them."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.grading import BOUNDS, RESAMPLES, in_blocks, interval, resampled_rows
from bayesnet.metrics import roc_auc
from bayesnet.problems.network.training import columns_of
from data import rows
from data.rupture.combinations import COMBINATIONS

STRESS_DROP = "stress drop"
NEEDED = COMBINATIONS[STRESS_DROP].columns  # inputs that the stress drop follows from


def separation(catalogue: xr.Dataset, *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Probability that a single quantity ranks a test row of class 1 before one of class 0.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.
    resamples, seed : int
        Of the bootstrap over test rows, as of `bayesnet.score`.

    Returns
    -------
    xarray.Dataset
        `auc (quantity)` and its 95 % `interval (quantity, bound)` over test rows: of every input and, in a catalogue of
        ruptures, of the stress drop sxy - mu_d |syy|. Whether more or less of a quantity is to mean class 1 (`sign
        (quantity)`, 1 or -1) is taken from the training rows, so that an AUC below 0.5 is possible.
    """
    train, test = (quantities(rows(catalogue, part)) for part in ("train", "test"))
    known, label = rows(catalogue, "train")["label"].values, rows(catalogue, "test")["label"].values
    sign = np.where(roc_auc(known, train.values) < 0.5, -1, 1)
    values = sign[:, None] * test.values  # (quantity, row)
    times = np.array(
        [np.bincount(index, minlength=len(label)) for index in resampled_rows(len(label), resamples, seed)]
    )
    return xr.Dataset(
        {
            "auc": ("quantity", roc_auc(label, values)),
            "interval": (("quantity", "bound"), [interval(_aucs(label, one, times)) for one in values]),
            "sign": ("quantity", sign),
        },
        coords={"quantity": test["quantity"].values, "bound": list(BOUNDS)},
    )


def _aucs(label: np.ndarray, values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """ROC-AUC of `values (row,)` in samples that hold each row so many `times (sample, row)`; NaN without a class."""
    order = np.argsort(values, kind="stable")
    _, first = np.unique(values[order], return_index=True)  # of each group of equal values
    found = []
    for some in in_blocks(times, times.size):
        positive, negative = (
            np.add.reduceat((some * (label == one))[:, order], first, axis=1) for one in (1, 0)
        )  # (sample, group)
        below = negative.cumsum(axis=1) - negative / 2  # ties count half
        with np.errstate(invalid="ignore"):
            found.append((positive * below).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1)))
    return np.concatenate(found)


def quantities(catalogue: xr.Dataset) -> xr.DataArray:
    """Every input, and the stress drop where it is known, `(quantity, simulation)`, in the catalogue's units."""
    columns = columns_of(catalogue)
    if set(NEEDED) <= set(columns):
        columns = {STRESS_DROP: COMBINATIONS[STRESS_DROP].of(columns)} | columns
    return xr.DataArray(
        np.array([*columns.values()]), {"quantity": [*columns], "simulation": catalogue["simulation"].values}
    )


def _part(c: Context) -> xr.Dataset:
    return separation(c.data, seed=c.seed)


PART = Part(_part)
