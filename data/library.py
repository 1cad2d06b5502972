"""The catalogues that have a name, and how to load one of them or a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from data.download import find_files, folder_in_use
from data.errors import InputError

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Entry:
    """A catalogue that has a name."""

    about: str  # one line for the list
    train: int  # training rows
    test: int  # test rows
    features: int  # inputs a row
    load: Callable[[], xr.Dataset]
    locate: Callable[[], list[Path]]  # its files, downloaded and checked where they are not there yet
    where: Callable[[], str]  # the folder where they are kept, or would be


def _of(module: str) -> ModuleType:
    """A module of this room, imported when a catalogue is loaded: a list of names does not need it."""
    return import_module(f"data.{module}")


def _published(about: str, train: int, load: str) -> Entry:
    return Entry(about, train, 400, 8, lambda: getattr(_of("published"), load)(), find_files, folder_in_use)


LIBRARY = {
    "rupture2d": Entry(
        *("ruptures simulated by this project", 1600, 400, 8),
        load=lambda: _of("embedded").load_embedded(),
        locate=lambda: [_of("embedded").FILE],
        where=lambda: "this package",
    ),
    "ahamed2019": _published("published ruptures, columns and labels repaired", 1525, "load_repaired"),
    "ahamed2019-restored": _published("repaired, and 75 lost labels simulated again", 1600, "load_restored"),
    "ahamed2019-published": _published("published ruptures exactly as released", 1600, "load_published"),
}


def load_catalogue(name: str | Path, label: str = "label", seed: int = 0, *, check: bool = True) -> xr.Dataset:
    """Load a catalogue by its name, or from a CSV file.

    Parameters
    ----------
    name : str or Path
        A name of the library (`bayesnet data list`) or the path of a CSV file.
    label, seed, check : str, int, bool
        For a CSV file: the column of the outcome, the seed of the test split, and whether to refuse what no classifier
        can use. See `read_csv`.

    Returns
    -------
    xarray.Dataset
        See `make_catalogue`.

    Raises
    ------
    InputError
        For a name that is neither, a label of a catalogue that has a name, or a file that cannot be a catalogue.
    """
    entry = LIBRARY.get(str(name))
    if entry and label != "label":
        raise InputError(f"a label column can be named for a CSV file only, got {label!r} for {name}; leave it out")
    if entry:
        return entry.load()
    if not Path(name).is_file() and Path(name).suffix == "":
        raise InputError(f"no catalogue or file {str(name)!r}; known catalogues: {', '.join(LIBRARY)}")
    return _of("table").read_csv(name, label=label, seed=seed, check=check)
