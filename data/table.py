"""Reads a catalogue from any CSV file with a header, numeric features and a binary label."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from sklearn.model_selection import train_test_split

from data.catalogue import TEST, TEST_SHARE, TRAIN, make_catalogue
from data.errors import InputError
from data.rupture.solver.parameters import UNITS
from data.seeds import seed_for


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
        Where the file cannot be a catalogue: no such file or column, repeated column names, text, missing or
        infinite values, a constant column, a label that is not binary, too few rows of a class.
    """
    path = Path(path)
    table = _read_table(path)
    if label not in table:
        raise InputError(f"no label column {label!r} in {path}; name one of {', '.join(table.columns)} with --label")
    outcome = _numbers(table[label], path, finite=check)
    if check:
        _check_binary(outcome, label, path)
    features = table.drop(columns=[label, "split"], errors="ignore")
    if features.shape[1] == 0:
        raise InputError(
            f"expected at least one feature column beside {label!r} in {path}, got none; add the simulations' inputs"
        )
    values = np.column_stack([_numbers(features[name], path, finite=check) for name in features])
    split = table["split"].astype(str).to_numpy() if "split" in table else _split(outcome, seed, path, stratified=check)
    names = list(features.columns)
    return make_catalogue(
        name=path.stem,
        features=values,
        label=outcome,
        split=split,
        feature_names=names,
        units=[UNITS.get(name, "") for name in names],
        source=str(path.resolve()),
        check=check,
    )


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(f"no file {path}; give an existing CSV file or a name that 'bayesnet data list' shows")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header = next(csv.reader(file), [])
        table = pd.read_csv(path, encoding="utf-8-sig", index_col=False)
    except (UnicodeDecodeError, ValueError, csv.Error) as error:  # pandas' parser errors are ValueErrors
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"{path} must be a CSV file with a header, reading it failed ({reason}); check its format"
        ) from error
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise InputError(f"column names must differ, got {repeated[0]!r} more than once in {path}; rename one of them")
    if table.empty:
        raise InputError(
            f"expected a row for each simulation below the header of {path}, got none; add the simulations"
        )
    return table


def _numbers(column: pd.Series, path: Path, *, finite: bool) -> np.ndarray:
    """Values of a column as floats; text and, where asked, missing or infinite values are refused by their line."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    good = np.isfinite(values) if finite else ~np.isnan(values) | column.isna().to_numpy()
    if not good.all():
        row = int(np.argmin(good))
        found = "a missing value" if pd.isna(column.iloc[row]) else repr(column.iloc[row])
        raise InputError(
            f"column {column.name!r} of {path} must hold finite numbers, got {found} in line {row + 2}; "
            "mend the value, or leave the row or the column out"
        )
    return values


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
