import math

import pytest

from bayesnet import METHODS, Network
from data import InputError
from studies import resources
from studies.resources import BYTES, Needs, check_resources
from tests.conftest import NETWORK, SMALL

FEW = {"nuts": Needs(stored=2**27, drawn=2**27, tested=100)}  # 1 GiB on disk, 4 in memory


def test_the_needs_of_a_fit_are_those_of_its_file(fits, catalogue):
    for method, fit in fits.items():
        needs = Needs.of(method, NETWORK, SMALL[method], catalogue, seed=3)
        size = sum(variable.nbytes for group in fit.subtree for variable in group.data_vars.values())
        assert 0.5 < needs.stored * BYTES / size < 2, method


def test_thinned_draws_count_for_the_memory(catalogue):
    needs = Needs.of("nuts", Network(hidden=3), METHODS["nuts"].config, catalogue, seed=0)
    assert needs.drawn == 4 * (4 * 1000 + 1000) * (5 * 3 + 1)


def test_bootstrap_samples_of_many_test_rows_count_for_the_memory(tmp_path):
    assert "0.6 GiB of memory" in check_resources({"mlp": Needs(stored=0, drawn=0, tested=100)}, tmp_path)
    with pytest.raises(InputError, match=r"8\.1 GiB of memory"):
        check_resources({"mlp": Needs(stored=0, drawn=0, tested=10**7)}, tmp_path, max_memory=8.0)


def test_what_is_not_there_is_refused(tmp_path, monkeypatch):
    out = tmp_path / "not" / "there"
    assert "GiB" in check_resources(FEW, out, max_memory=8.0)
    with pytest.raises(InputError, match=r"got 2 GiB of memory"):
        check_resources(FEW, out, max_memory=2.0)
    monkeypatch.setattr(resources, "_free_disk", lambda folder: 0.5)
    with pytest.raises(InputError, match=r"got 0\.5 GiB where"):
        check_resources(FEW, out, max_memory=8.0)
    (tmp_path / "nuts.nc").touch()  # it is on the disk already
    check_resources(FEW, tmp_path, max_memory=8.0)


def test_a_system_that_does_not_tell_its_memory_is_trusted(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "MEMORY", tmp_path / "none")
    assert resources._free_memory() == math.inf
    check_resources(FEW, tmp_path)
