import errno
import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from bayesnet.store import load, provenance, save
from data.errors import DamagedError


@pytest.fixture
def tree():
    return xr.DataTree.from_dict({"posterior": xr.Dataset({"b1": (("chain", "draw"), np.zeros((1, 3)))})})


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tree, tmp_path, monkeypatch):
    path = save(tree, tmp_path / "fit.nc")
    before = path.read_bytes()

    def break_off(target, _content):
        target.write_text("half a fi")
        raise OSError(errno.ENOSPC, "disk full")

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


def test_whatever_byte_is_changed_lost_or_added_the_file_is_refused(tree, tmp_path):
    path = save(tree, tmp_path / "fit.nc")
    whole = path.read_bytes()
    damaged = [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in range(0, len(whole), 97)]
    for content in [*damaged, whole[:-1], whole[1:], whole + b"\n", whole + whole, b""]:
        path.write_bytes(content)
        with pytest.raises(DamagedError, match=r"fit\.nc must be as it was stored"):
            load(path)
    path.write_bytes(whole)
    assert load(path).identical(tree)


def test_provenance_is_storable():
    found = provenance()
    assert '"pymc"' in found["versions"]
    assert found["git_clean"] in (-1, 0, 1)
    assert found["git_commit"] == "unknown" or len(found["git_commit"]) == 40
