"""The whole trial can be stored."""

import xarray as xr

from bayesnet.store import load, save


def test_the_trial_can_be_stored(groups, tmp_path):
    tree = xr.DataTree.from_dict(groups)
    again = load(save(tree, tmp_path / "trial.nc"))
    assert set(again.children) == set(groups)
    assert again["agreement"].to_dataset().equals(groups["agreement"])
