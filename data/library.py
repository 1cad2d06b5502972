"""The catalogues that have a name, and how to load one of them or a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from data.embedded import FILE, load_embedded
from data.errors import InputError
from data.published import find_files, folder_in_use, load_published, load_repaired, load_restored
from data.table import read_csv


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


LIBRARY = {
    "rupture2d": Entry(
        "ruptures simulated by this project", 1600, 400, 8, load_embedded, lambda: [FILE], lambda: "this package"
    ),
    "ahamed2019": Entry(
        "published ruptures, columns and labels repaired", 1525, 400, 8, load_repaired, find_files, folder_in_use
    ),
    "ahamed2019-restored": Entry(
        "repaired, and 75 lost labels simulated again", 1600, 400, 8, load_restored, find_files, folder_in_use
    ),
    "ahamed2019-published": Entry(
        "published ruptures exactly as released", 1600, 400, 8, load_published, find_files, folder_in_use
    ),
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
    return read_csv(name, label=label, seed=seed, check=check)
