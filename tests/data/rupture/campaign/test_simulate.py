"""Ruptures from eight parameters: labels, histories, limits, and what is refused."""

import numpy as np
import pytest

from data.rupture.campaign.simulate import outcome, simulate
from data.rupture.solver.parameters import UNITS, process_zone
from data.rupture.solver.settings import Settings
from tests.data.rupture.example import STRONG

COARSE = Settings(resolution=200.0)
WEAK = STRONG | {"syy": -40.0, "sxx": -40.0, "sxy": 17.0}


@pytest.fixture(scope="module")
def through():
    return simulate(STRONG, Settings(resolution=100.0, stop_beyond=5.0))


def test_a_high_stress_drop_breaks_through(through):
    assert (through.label, through.reason) == (1, "passed")
    assert through.tip >= 5


def test_a_low_stress_drop_arrests():
    end = outcome(WEAK, COARSE)
    assert (end.label, end.reason) == (0, "stalled")
    assert end.tip < 0.5
    assert end.crossing_time == np.inf


def test_a_rupture_that_cannot_get_there_in_time_ends_early():
    end = outcome(STRONG, Settings(resolution=200.0, duration=2.0))
    assert (end.label, end.reason) == (0, "late")
    assert end.time < 2.0


def test_histories_are_labelled_and_have_units(through):
    assert set(through.data_vars) == {"slip", "slip_rate", "shear", "normal_stress", "rupture_time", "trace"}
    assert through.slip.dims == ("time", "x")
    assert all("units" in variable.attrs for variable in through.variables.values())
    assert {f"parameter_{name}" for name in UNITS} <= set(through.attrs)


def test_histories_can_be_stored(through, tmp_path):
    through.to_netcdf(tmp_path / "rupture.nc", engine="scipy")


def test_slip_never_decreases_and_strength_bounds_shear(through):
    assert np.all(np.diff(through.slip, axis=0) >= 0)
    through = through.isel(time=slice(1, None))  # at first the nucleation patch stands above its strength
    sliding = through.slip_rate > 0
    assert np.all(-through.normal_stress >= 0)
    weakest, strongest = 0.4 * -through.normal_stress, 0.7 * -through.normal_stress
    assert np.all((through.shear <= strongest * (1 + 1e-3)) | (np.abs(through.x) > 15))
    assert np.all((through.shear >= weakest * (1 - 1e-3)).where(sliding, True))


def test_fully_weakened_fault_slides_at_dynamic_strength(through):
    weak = (through.slip > 0.4) & (through.slip_rate > 0)
    ratio = (through.shear / -through.normal_stress).where(weak)
    assert float(np.abs(ratio - 0.4).max()) < 1e-3  # tractions are those of the step's last stage, slip its end


def test_the_front_needs_time(through):
    x, time = through.x.values, through.rupture_time.values
    between = (x > -8) & (x < 5)
    assert np.all(np.abs(x[between] + 10) - 0.9 < 6.0 * time[between])  # nothing outruns P waves


def test_locked_ends_do_not_slip(through):
    assert float(through.slip.where(np.abs(through.x) > 15.1).max()) == 0


def test_a_high_barrier_hinders():
    flat, high = (outcome(STRONG | {"height": h}, COARSE).crossing_time for h in (0.0, 0.15))
    assert high > flat


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"syy": 10.0, "sxx": 10.0}, "expected compression"),
        ({"sxy": 120.0}, "below the static strength"),
        ({"dc": 0.002}, "grid spacings in the process zone"),
        ({"dc": -0.4}, "dc must be positive"),
        ({"height": np.nan}, "height must be finite"),
        ({"sxy": -50.0}, "sxy must not be negative"),
    ],
)
def test_bad_parameters_are_refused_in_one_line(change, message):
    with pytest.raises(ValueError, match=message) as refusal:
        outcome(STRONG | change, COARSE)
    assert "\n" not in str(refusal.value)


def test_a_missing_parameter_is_named():
    with pytest.raises(ValueError, match="dc missing"):
        outcome({name: value for name, value in STRONG.items() if name != "dc"}, COARSE)


def test_process_zone_of_the_benchmark():
    """TPV205: strength drop 18.24 MPa, dc 0.4 m, Poisson solid."""
    assert process_zone(18.24, 0.4, 32.04, 0.25) == pytest.approx(0.8277, abs=1e-3)
