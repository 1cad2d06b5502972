"""A catalogue of simulations: one labelled `xarray.Dataset`, built and checked in one place."""

import hashlib

import numpy as np
import xarray as xr

from data.errors import InputError
from data.text import check_name, shortened

TRAIN, TEST = "train", "test"

#: Share of the rows that are set apart for testing where nothing else is said.
TEST_SHARE = 0.2

#: Largest and smallest size of a feature's values and of their spread: squares of products of two of them can be
#: computed in double precision.
LARGEST, SMALLEST = 1e60, 1e-60

#: Least spread of a feature over its largest value: below it differences are lost in rounding.
FINEST = 1e-10

#: Share of the spread below which the middle half of a feature's different values are one value to every method.
ONE_VALUE = 1e-9

#: Spreads of the training rows by which a test row may lie outside of them.
FURTHEST = 1e6


def make_catalogue(
    *,
    name: str,
    features: np.ndarray,
    label: np.ndarray,
    split: np.ndarray,
    feature_names: list[str],
    units: list[str],
    simulation: np.ndarray | None = None,
    source: str = "",
    licence: str = "",
    repairs: str = "none",
    check: bool = True,
) -> xr.Dataset:
    """Build a checked catalogue from plain arrays.

    Parameters
    ----------
    name : str
        Name that the outputs carry.
    features : ndarray of shape (n_simulations, n_features)
        Inputs of the simulations, in the units of `units`.
    label : ndarray of shape (n_simulations,)
        Outcome, 0 or 1; for a rupture 1 means that it propagates through the barrier and 0 that it arrests.
    split : ndarray of shape (n_simulations,)
        `"train"` or `"test"` for each row.
    feature_names, units : list of str of length n_features
        A unit of `"1"` is dimensionless, an empty one unknown.
    simulation : ndarray of int of shape (n_simulations,), optional
        Identity of each row, by default its position. Rows left out of a repaired catalogue keep a gap here.
    source, licence, repairs : str
        Where the rows come from, on what terms, and what was mended.
    check : bool
        Whether to refuse what no classifier can use. An audit takes the rows as they are.

    Returns
    -------
    xarray.Dataset
        Variables `features (simulation, feature)` and `label (simulation)`; coordinates `simulation`, `feature`,
        `units (feature)` and `split (simulation)`; attributes `name`, `source`, `licence`, `repairs` and `checksum`
        (SHA-256 over everything that a fit or a score depends on).

    Raises
    ------
    InputError
        Where `check_catalogue` finds the content unfit for a classifier.
    """
    catalogue = xr.Dataset(
        {
            "features": (("simulation", "feature"), np.asarray(features, dtype=np.float64)),
            "label": ("simulation", np.asarray(label, dtype=np.int64 if check else np.float64)),
        },
        coords={
            "simulation": np.arange(len(label)) if simulation is None else np.asarray(simulation),
            "feature": [str(feature) for feature in feature_names],
            "units": ("feature", [str(unit) for unit in units]),
            "split": ("simulation", [str(part) for part in split]),
        },
        attrs={"name": name, "source": source, "licence": licence, "repairs": repairs},
    )
    catalogue["label"].attrs["description"] = "1 = the positive class (propagation), 0 = the negative class (arrest)"
    if check:
        check_catalogue(catalogue)
    catalogue.attrs["checksum"] = checksum(catalogue)
    return catalogue


def rows(catalogue: xr.Dataset, part: str) -> xr.Dataset:
    """Return the rows of one part of the split, `"train"` or `"test"`."""
    return catalogue.isel(simulation=np.flatnonzero(catalogue["split"].values == part))


def checksum(catalogue: xr.Dataset) -> str:
    """SHA-256 over feature names, values, labels, split and row identities, in their order."""
    digest = hashlib.sha256()
    for name in ("feature", "split"):
        digest.update("\n".join(catalogue[name].values.tolist()).encode())
    for name, kind in (("features", "<f8"), ("label", "<f8"), ("simulation", "<i8")):
        digest.update(np.ascontiguousarray(catalogue[name].values, dtype=kind).tobytes())
    return digest.hexdigest()


def check_catalogue(catalogue: xr.Dataset) -> None:
    """Refuse a catalogue that no classifier can be trained and tested on.

    Raises
    ------
    InputError
        On feature names that are repeated or cannot be shown, missing or infinite values, values too large, too small
        or too close together to compute with, a feature constant over the training rows, labels other than 0 and 1, or
        fewer than two rows of a class in either part of the split.
    """
    where = f"catalogue '{catalogue.attrs['name']}'"
    names = catalogue["feature"].values.tolist()
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"feature names must differ, got {repeated[0]!r} more than once in {where}; rename one of them"
        )
    for name in names:
        check_name(name, f"a feature of {where}")
    finite = np.isfinite(catalogue["features"])
    if not finite.all():
        row, column = np.argwhere(~finite.values)[0]
        value = catalogue["features"].values[row, column]
        raise InputError(
            f"features must be finite numbers, got {value} in column {names[column]!r}, row {row} of {where}; "
            "drop the row or fill the value"
        )
    _check_labels(catalogue, where)
    train = catalogue["split"].values == TRAIN
    for name, values in zip(names, catalogue["features"].values.T, strict=True):
        check_scale(values, train, catalogue["simulation"].values, f"column {name!r} of {where}")


def check_scale(values: np.ndarray, is_train: np.ndarray, number: np.ndarray, column: str) -> None:
    """Refuse a column whose values differ by so much, or by so little, that no method can tell them apart.

    Parameters
    ----------
    values : ndarray of float of shape (n_rows,)
        Finite.
    is_train : ndarray of bool of shape (n_rows,)
        Training rows, of which there is at least one.
    number : ndarray of int of shape (n_rows,)
        Of the rows, for the error.
    column : str
        What and where the column is, for the error.

    Raises
    ------
    InputError
    """
    train = values[is_train]
    size = abs(values)
    if size.max() > LARGEST:
        row = int(np.argmax(size))
        raise InputError(
            f"features must lie within {LARGEST:g}, got {values[row]:g} in row {number[row]} of {column}; "
            "mend the value, or choose another unit"
        )
    spread = np.ptp(train)
    if spread == 0:
        raise InputError(f"every feature must vary, {column} is constant over the training rows; leave it out")
    if spread < SMALLEST:
        raise InputError(
            f"features must vary by {SMALLEST:g} or more, {column} varies by {spread:g}; choose another unit"
        )
    if spread < FINEST * size.max():
        raise InputError(
            f"features must vary by {FINEST:g} of their size or more, {column} varies by {spread:g} at a size of "
            f"{size.max():g}; subtract their mean, or leave the column out"
        )
    low, high = np.quantile(np.unique(train), (0.25, 0.75), method="nearest")
    row = int(np.argmax(abs(values - np.median(train))))
    if high - low < ONE_VALUE * spread or abs(values[row] - np.median(train)) > FURTHEST * spread:
        raise InputError(
            f"features must be of one scale, got {values[row]:g} in row {number[row]} of {column}, where half of "
            f"the values lie between {low:g} and {high:g}; mend it, or take logarithms"
        )


def _check_labels(catalogue: xr.Dataset, where: str) -> None:
    found = sorted(set(catalogue["label"].values.tolist()))
    if not set(found) <= {0, 1}:
        raise InputError(f"labels must be 0 or 1, got {found} in {where}; map the classes to 0 and 1 first")
    unknown = sorted(set(catalogue["split"].values.tolist()) - {TRAIN, TEST})
    if unknown:
        raise InputError(f"split must be 'train' or 'test', got {shortened(unknown[0])} in {where}; rename it")
    for part in (TRAIN, TEST):
        count = np.bincount(rows(catalogue, part)["label"].values, minlength=2)
        if count.min() < 2:
            raise InputError(
                f"each class needs at least 2 {part} rows, got {count[0]} of class 0 and {count[1]} of class 1 "
                f"in {where}; add simulations or split them otherwise"
            )
