"""Fits and comparisons on disk: NetCDF files written whole or not at all, with a checksum; where a fit came from."""

import io
import json
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xarray as xr

from bayesnet import netcdf
from data.files import check_seal, checkout, replacing, sealed

FORMAT = 3  # of stored results; files of another format are refused
LIBRARIES = ("bayesnet", "pymc", "pytensor", "arviz", "nutpie", "numba", "numpy", "scipy", "scikit-learn", "xarray")


def save(tree: xr.DataTree, path: str | Path) -> Path:
    """Write a DataTree as NetCDF, whole or not at all, its last line a checksum, and return its path."""
    image = io.BytesIO()  # HDF5 itself crashes the process at its end where it could not write to a full disk
    netcdf.write(tree, image)
    with replacing(path) as temporary:
        temporary.write_bytes(sealed(image.getvalue()))
    return Path(path)


def load(path: str | Path) -> xr.DataTree:
    """Read a whole DataTree into memory, so that the file can be replaced meanwhile.

    How it was encoded is forgotten: a count that has become a number with gaps would be written as an integer again,
    and its NaNs as some number.

    Raises
    ------
    DamagedError
        Where the file is not as `save` left it.
    """
    check_seal(Path(path))
    return netcdf.read(Path(path))


@cache
def provenance() -> dict[str, str | int]:
    """Versions of the libraries, and the commit of the project where it runs from a checkout.

    Returns
    -------
    dict
        `versions` (JSON), `git_commit` (or `"unknown"`) and `git_clean` (1 where nothing was uncommitted, else 0;
        -1 where unknown), and the `machine`: system, architecture and number of processors.
    """
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            versions[library] = "unknown"
    commit, clean = checkout()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return {"versions": json.dumps(versions), "git_commit": commit, "git_clean": clean, "machine": machine}
