import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from bayesnet.store import load, provenance, save


@pytest.fixture
def tree():
    return xr.DataTree.from_dict({"posterior": xr.Dataset({"b1": (("chain", "draw"), np.zeros((1, 3)))})})


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tree, tmp_path, monkeypatch):
    path = save(tree, tmp_path / "fit.nc")
    before = path.read_bytes()

    def break_off(self, content):
        with self.open("wb") as file:
            file.write(content[:9])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", break_off)
    with pytest.raises(OSError, match="disk full"):
        save(tree, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["fit.nc"]


def test_a_loaded_fit_can_be_written_to_its_own_file(tree, tmp_path):
    path = save(tree, tmp_path / "deep" / "fit.nc")
    loaded = load(path)
    save(loaded, path)
    assert load(path).identical(loaded)


def test_provenance_is_storable():
    found = provenance()
    assert '"pymc"' in found["versions"]
    assert found["git_clean"] in (-1, 0, 1)
    assert found["git_commit"] == "unknown" or len(found["git_commit"]) == 40
