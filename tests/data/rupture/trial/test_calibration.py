"""Counting misfits over crossing points and durations."""

import numpy as np
import xarray as xr

from data.rupture.campaign.law import Law
from data.rupture.solver.settings import Settings
from data.rupture.trial.calibration import crossing_times, misfits


def test_misfits_find_the_rule_that_made_the_labels():
    rng = np.random.default_rng(0)
    times = np.sort(rng.uniform(0, 20, (200, 3)), axis=1)
    arrivals = xr.DataArray(times, {"simulation": range(200), "position": [0.0, 1.0, 2.0]}, ("simulation", "position"))
    counts = misfits(arrivals, (times[:, 1] <= 12).astype(int), [10.0, 12.0, 14.0])
    assert counts.dims == ("position", "duration")
    assert int(counts.sel(position=1, duration=12)) == 0
    assert int((counts == 0).sum()) == 1


def test_tips_arrive_later_further_on():
    settings = Settings(resolution=400.0, far_spacing=400.0, fewest_nodes=0.0, duration=4.0)
    times = crossing_times(Law().sample(2, 0), settings, (-9.5, -8.0, 0.0))
    assert times.shape == (2, 3)
    assert np.all(times.values[:, :-1] <= times.values[:, 1:])
