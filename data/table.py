"""Reads a catalogue from any CSV file with a header, numeric features and a binary label."""

from pathlib import Path

import numpy as np
import xarray as xr
from sklearn.model_selection import train_test_split

from data.catalogue import TEST, TEST_SHARE, TRAIN, make_catalogue
from data.errors import InputError
from data.rupture.solver.parameters import UNITS
from data.seeds import seed_for
from data.sheet import read_sheet
from data.text import check_name


def read_csv(path: str | Path, label: str = "label", seed: int = 0, *, check: bool = True) -> xr.Dataset:
    """Read a catalogue from a CSV file.

    Parameters
    ----------
    path : str or Path
        File with a header line. Every column but the label and `split` is a feature.
    label : str
        Column of the outcome, 0 or 1.
    seed : int
        Decides the stratified test split (20 % of the rows) where the file has no `split` column of `train` and `test`.
    check : bool
        Whether to refuse what no classifier can use; an audit takes all that is numbers.

    Returns
    -------
    xarray.Dataset
        As `make_catalogue` builds it, named after the file.

    Raises
    ------
    InputError
        Where the file cannot be a catalogue: what `read_sheet` refuses, no such column, text, missing or infinite
        values, a constant column, a label that is not binary, too few rows of a class.
    """
    path = Path(path)
    check_name(path.stem, f"the file {str(path)!r}")
    sheet = read_sheet(path)
    if label not in sheet.columns:
        known = ", ".join([*sheet.columns][:12]) + (", ..." if len(sheet.columns) > 12 else "")
        raise InputError(f"no label column {label!r} in {path}; name one of {known} with --label")
    outcome = sheet.numbers(label, finite=check)
    if check:
        _check_binary(outcome, label, path)
    names = [name for name in sheet.columns if name not in (label, "split")]
    if not names:
        raise InputError(
            f"expected at least one feature column beside {label!r} in {path}, got none; add the simulations' inputs"
        )
    given = sheet.columns.get("split")
    return make_catalogue(
        name=path.stem,
        features=np.column_stack([sheet.numbers(name, finite=check) for name in names]),
        label=outcome,
        split=_split(outcome, seed, path, stratified=check) if given is None else np.array(given),
        feature_names=names,
        units=[UNITS.get(name, "") for name in names],
        source=str(path.resolve()),
        check=check,
    )


def _check_binary(outcome: np.ndarray, label: str, path: Path) -> None:
    found = np.unique(outcome)
    if not np.isin(found, (0, 1)).all():
        shown = ", ".join(f"{value:g}" for value in found[:5]) + (", ..." if len(found) > 5 else "")
        raise InputError(
            f"labels must be 0 or 1, got {{{shown}}} in column {label!r} of {path}; map the classes to 0 and 1 first"
        )
    count = [int((outcome == value).sum()) for value in (0, 1)]
    if min(count) == 0:
        raise InputError(
            f"column {label!r} of {path} must hold both classes, got only class {int(found[0])}; "
            "add simulations of the other class"
        )


def _split(outcome: np.ndarray, seed: int, path: Path, *, stratified: bool) -> np.ndarray:
    split = np.full(len(outcome), TRAIN, dtype=object)
    strata = outcome if stratified else None
    try:
        _, test = train_test_split(
            np.arange(len(outcome)), test_size=TEST_SHARE, stratify=strata, random_state=seed_for(seed, "test split")
        )
    except ValueError as error:
        count = [int((outcome == value).sum()) for value in (0, 1)]
        raise InputError(
            f"too few rows in {path} for a test split, got {count[0]} of class 0 and {count[1]} of class 1; "
            "add simulations or a 'split' column of train and test"
        ) from error
    split[test] = TEST
    return split
