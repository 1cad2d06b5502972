"""Fits and comparisons on disk: NetCDF files written whole or not at all, and where a fit came from."""

import hashlib
import json
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xarray as xr

from data.files import checkout

FORMAT = 2  # of stored results; files of another format are refused
LIBRARIES = ("bayesnet", "pymc", "pytensor", "arviz", "nutpie", "numba", "numpy", "scipy", "scikit-learn", "xarray")


def save(tree: xr.DataTree, path: str | Path) -> Path:
    """Write a DataTree as NetCDF, under a temporary name that is then renamed, so that no half file is ever seen."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        tree.to_netcdf(temporary, engine="h5netcdf")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def load(path: str | Path) -> xr.DataTree:
    """Read a whole DataTree into memory, so that the file can be replaced meanwhile.

    How it was encoded is forgotten: a count that has become a number with gaps would be written as an integer again,
    and its NaNs as some number.
    """
    tree = xr.load_datatree(path, engine="h5netcdf")
    return tree.map_over_datasets(lambda group: group.drop_encoding())


def fingerprint(settings: dict) -> str:
    """SHA-256 of everything that determines a fit; a stored fit with the same fingerprint can be used again."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


@cache
def provenance() -> dict[str, str | int]:
    """Versions of the libraries, and the commit of the project where it runs from a checkout.

    Returns
    -------
    dict
        `versions` (JSON), `git_commit` (or `"unknown"`) and `git_clean` (1 where nothing was uncommitted, else 0;
        -1 where unknown).
    """
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            versions[library] = "unknown"
    commit, clean = checkout()
    return {"versions": json.dumps(versions), "git_commit": commit, "git_clean": clean}
