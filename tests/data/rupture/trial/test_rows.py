"""The pace of a front, and shares with their intervals."""

import numpy as np
import pytest
import xarray as xr
from scipy.stats import binomtest

from data.rupture.solver.settings import Settings
from data.rupture.trial.rows import pace_of, share


def test_pace_is_one_for_a_front_that_comes_just_in_time():
    settings = Settings()
    way = settings.crossing - settings.nucleation_x
    found = {
        "tip": np.array([settings.crossing, settings.nucleation_x + way / 2]),
        "time": np.array([settings.duration, settings.duration]),
        "crossing_time": np.array([settings.duration, np.inf]),
    }
    assert pace_of(found).tolist() == [1.0, 0.5]


def test_intervals_are_exact_and_absent_without_rows():
    found = share(xr.DataArray([9, 0], dims="x"), xr.DataArray([10, 0], dims="x"))
    expected = binomtest(9, 10).proportion_ci(0.95)
    assert found.isel(x=0).to_array().values.tolist() == pytest.approx([0.9, *expected])
    assert np.isnan(found.isel(x=1).to_array()).all()
