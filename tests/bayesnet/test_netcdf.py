"""Trees come back as they were written, to us and to those who know only NetCDF."""

import arviz as az
import numpy as np
import pytest
import xarray as xr

from bayesnet.netcdf import read, write


@pytest.fixture
def tree() -> xr.DataTree:
    """Every kind of value that is stored, with and without coordinates, and dimensions shared by groups."""
    root = xr.Dataset(
        {"count": ("row", [3, 1, 2]), "share": ("row", [0.5, np.nan, -np.inf]), "kept": ("row", [True, False, True])},
        {"row": ["a", "b", "ü <b>"]},
        {"name": "toy", "seconds": 1.5, "seed": 3, "units": ["km", "MPa"], "shape": np.array([2, 3]), "none": ""},
    )
    child = xr.Dataset(
        {
            "mean": (("row", "draw"), np.arange(6.0).reshape(3, 2)),
            "words": ("draw", np.array(["x", "longer"], object)),
            "one": 2.5,
            "word": "all",
            "small": ("level", np.array([1, 2, 3], np.int8)),
            "single": ("level", np.array([1, 2, 3], np.float32)),
            "empty": ("nothing", np.zeros(0)),
        },
        {"draw": [0, 1], "method": "nuts", "place": ("row", [1.0, 2.0, 3.0]), "label": (("row", "level"), np.eye(3))},
    )
    child["mean"].attrs = {"units": "km", "note": "long " * 20000}
    deep = xr.Dataset({"z": (("draw", "pair"), np.ones((2, 2)))})
    return xr.DataTree.from_dict({"/": root, "child": child, "child/deep": deep, "last": xr.Dataset({"draw": [7, 8]})})


def test_a_tree_is_read_as_it_was_written(tree, tmp_path):
    write(tree, tmp_path / "tree.nc")
    again = read(tmp_path / "tree.nc")
    xr.testing.assert_identical(again, tree)
    assert {type(again.attrs[name]) for name in ("seed", "seconds")} == {int, float}
    for here, there in zip(tree.subtree, again.subtree, strict=True):
        assert list(here.data_vars) == list(there.data_vars)
        assert list(here.children) == list(there.children)
        kinds = {name: one.dtype.kind for name, one in here.variables.items() if one.dtype.kind not in "OU"}
        assert kinds.items() <= {name: one.dtype.kind for name, one in there.variables.items()}.items()


def test_who_knows_only_netcdf_reads_the_same(tree, tmp_path):
    write(tree, tmp_path / "tree.nc")
    for opened in (xr.load_datatree(tmp_path / "tree.nc"), az.from_netcdf(tmp_path / "tree.nc")):
        xr.testing.assert_identical(opened, tree)
        opened.close()


def test_text_that_is_missing_is_empty(tmp_path):
    """As where several runs stand side by side and one lacks a part."""
    units = xr.DataArray(np.array([["km"], [np.nan]], object), {"run": ["a", "b"], "quantity": ["depth"]})
    write(xr.DataTree(xr.Dataset({"units": (("run", "quantity"), units.values)}, units.coords)), tmp_path / "tree.nc")
    for opened in (read(tmp_path / "tree.nc"), xr.load_datatree(tmp_path / "tree.nc")):
        assert opened["units"].values.tolist() == [["km"], [""]]
