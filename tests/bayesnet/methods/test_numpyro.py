"""NumPyro's sampler is an extra, refused in one line where it is not installed; what it samples: see test_nuts.py."""

import importlib.util

import pytest

import bayesnet
from data import InputError
from studies.study import Study


def test_it_is_refused_before_anything_is_fitted(monkeypatch, tmp_path):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "numpyro" else found(name))
    study = Study("made", "Is it there?", methods=("mlp", "numpyro"), quick=True)
    with pytest.raises(InputError, match="pip install numpyro"):
        study.run(tmp_path / "out")
    assert not (tmp_path / "out" / "mlp.nc").exists()


def test_its_settings_are_those_of_nuts_and_how_chains_share_a_device():
    own, nuts = bayesnet.METHODS["numpyro"].config, bayesnet.METHODS["nuts"].config
    assert own.options() == {
        "max_tree_depth": nuts.max_depth,
        "target_accept": nuts.target_accept,
        "jitter": False,
        "chain_method": "vectorized",
    }
