"""The whole trial: it can be stored, and needs no solver."""

import subprocess
import sys

import xarray as xr

from bayesnet.store import load, save


def test_the_trial_neither_simulates_nor_loads_the_solver():
    code = "import sys, data.rupture.trial.provenance; sys.exit('data.rupture.solver.kernels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_trial_can_be_stored(groups, tmp_path):
    tree = xr.DataTree.from_dict(groups)
    again = load(save(tree, tmp_path / "trial.nc"))
    assert set(again.children) == set(groups)
    assert again["agreement"].to_dataset().equals(groups["agreement"])
