"""DataTrees as NetCDF-4 files, written and read through h5py.

A comparison holds some 350 small variables. h5netcdf looks up every dimension anew for each of them: 4 s to write, 5 s
to read, of which the values take a few hundredths. Here each HDF5 object is opened once, which is eight times as fast.
The files are ordinary NetCDF-4 ("NetCDF-4 format", in the NetCDF User's Guide of Unidata): xarray and ArviZ open them.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np
import pandas as pd
import xarray as xr
from xarray.conventions import cf_encoder, decode_cf_variables, encode_dataset_coordinates

DIMENSION, DIMENSIONS = "_Netcdf4Dimid", "_Netcdf4Coordinates"  # number of a dimension, numbers of a variable's
HIDDEN = {DIMENSION, DIMENSIONS, "CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"}  # attributes of the format
NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable."
TEXT = "OTU"  # kinds of NumPy's types that hold text

Scales = Mapping[str, h5py.Dataset]  # the HDF5 dimension scale of each dimension that a group can use


def write(tree: xr.DataTree, target: Path | BinaryIO) -> None:
    """Write a DataTree to a file or into memory: a group for each node, with its own variables and attributes."""
    numbers = count()
    scales: dict[str, Scales] = {}
    with h5py.File(target, "w", track_order=True) as file:
        for node in tree.subtree:  # parents before their children, which use their dimensions
            group = file if node.is_root else file.create_group(node.path, track_order=True)
            inherited = {} if node.is_root else scales[node.parent.path]
            scales[node.path] = _write_group(group, node.to_dataset(inherit=False), inherited, numbers)


def _write_group(group: h5py.Group, dataset: xr.Dataset, inherited: Scales, numbers: Iterator[int]) -> Scales:
    variables, attributes = cf_encoder(*encode_dataset_coordinates(dataset))
    _write_attributes(group, attributes)
    written = {name: _write_variable(group, name, variable) for name, variable in variables.items()}
    scales = ChainMap({}, inherited)
    for dim, size in dataset.sizes.items():
        if dim in written or dim not in inherited:
            scales[dim] = _make_scale(group, dim, size, written.get(dim), next(numbers))
    for name, variable in variables.items():
        own = [scales[dim] for dim in variable.dims]
        if own:
            written[name].attrs[DIMENSIONS] = np.array([scale.attrs[DIMENSION] for scale in own], np.int32)
        for axis, scale in enumerate(own if name not in variable.dims else ()):  # a scale itself has none
            written[name].dims[axis].attach_scale(scale)
    return scales


def _write_variable(group: h5py.Group, name: str, variable: xr.Variable) -> h5py.Dataset:
    values = np.asarray(variable.values)
    if values.dtype.kind in TEXT:
        text = np.where(pd.isna(values), "", values.astype(object))  # missing text is empty, as xarray has it
        written = group.create_dataset(name, data=text, dtype=h5py.string_dtype())
    else:
        written = group.create_dataset(name, data=values)
    _write_attributes(written, variable.attrs)
    return written


def _make_scale(group: h5py.Group, dim: str, size: int, coordinate: h5py.Dataset | None, number: int) -> h5py.Dataset:
    """The scale of a dimension: its coordinate, or a placeholder where it has none."""
    if coordinate is None:
        scale = group.create_dataset(dim, shape=(size,), dtype=">f4")
        scale.make_scale(f"{NO_VARIABLE}{size:10}")
    else:
        scale = coordinate
        scale.make_scale(dim)
    scale.attrs[DIMENSION] = np.int32(number)
    return scale


def _write_attributes(target: h5py.Group | h5py.Dataset, attributes: Mapping[str, object]) -> None:
    for name, value in attributes.items():
        if isinstance(value, str):
            target.attrs[name] = value
        else:  # numbers are stored as arrays
            values = np.atleast_1d(value)
            target.attrs[name] = values.astype(h5py.string_dtype()) if values.dtype.kind in TEXT else values


def read(path: Path) -> xr.DataTree:
    """Read a DataTree that `write` has written, all of it into memory, without how it was encoded."""
    found: dict[str, xr.Dataset] = {}
    with h5py.File(path, "r") as file:
        _read_group(file, {}, found)
    return xr.DataTree.from_dict(found)


def _read_group(group: h5py.Group, inherited: Mapping[int, str], found: dict[str, xr.Dataset]) -> None:
    """Add a group and those in it to the datasets found, by path; `inherited` names dimensions by their numbers."""
    members = dict(group.items())
    datasets = {name: one for name, one in members.items() if isinstance(one, h5py.Dataset)}
    attributes = {name: dict(one.attrs) for name, one in datasets.items()}
    dims = {**inherited, **{own[DIMENSION]: name for name, own in attributes.items() if DIMENSION in own}}
    variables = {}
    for name, one in datasets.items():
        own = attributes[name]
        if DIMENSIONS in own or DIMENSION not in own:  # else it is a dimension without coordinate
            variables[name] = xr.Variable(
                [dims[number] for number in own.get(DIMENSIONS, ())], _values(one), _shown(own)
            )
    variables, own, coordinates = decode_cf_variables(variables, _shown(dict(group.attrs)))
    found[group.name] = xr.Dataset(variables, attrs=own).set_coords(coordinates & set(variables)).drop_encoding()
    for name, one in members.items():
        if name not in datasets:
            _read_group(one, dims, found)


def _values(dataset: h5py.Dataset) -> np.ndarray:
    return np.asarray(dataset.asstr()[()], str) if h5py.check_string_dtype(dataset.dtype) else dataset[()]


def _shown(attributes: Mapping[str, object]) -> dict[str, object]:
    """Attributes without those of the format, as they were before they were stored."""
    return {name: _unwrapped(value) for name, value in attributes.items() if name not in HIDDEN}


def _unwrapped(value: object) -> object:
    """A number instead of an array of one, and a list of strings instead of an array."""
    if np.ndim(value) == 0:
        return value
    if len(value) == 1:
        return value.tolist()[0]  # Python's own number, which JSON can hold
    return value.tolist() if value.dtype.kind == "O" else value
