import numpy as np
import pytest

from data.velocities.sources import NANOSTRAIN, Sources, growth

ONE = Sources(30.0, 15.0, -20.0, 50.0, 50.0, 25.0, growth(375.0, 25.0))
EAST, NORTH = np.random.default_rng(0).uniform(-100, 100, (2, 20))


def test_strain_rates_are_the_derivatives_of_velocity():
    step = 1e-4
    by_east = (ONE.velocity(EAST + step, NORTH) - ONE.velocity(EAST - step, NORTH)) / (2 * step)
    by_north = (ONE.velocity(EAST, NORTH + step) - ONE.velocity(EAST, NORTH - step)) / (2 * step)
    expected = NANOSTRAIN * np.stack([by_east[0], (by_east[1] + by_north[0]) / 2, by_north[1]])
    np.testing.assert_allclose(ONE.strain_rate(EAST, NORTH), expected, rtol=1e-6, atol=1e-4)


def test_the_ground_above_the_source_dilates_by_its_peak():
    still = ONE._replace(slip_rate=0.0)
    xx, xy, yy = still.strain_rate(np.array(50.0), np.array(50.0))
    assert xx + yy == pytest.approx(375.0)
    assert xy == pytest.approx(0.0)


def test_far_from_the_fault_each_side_moves_at_half_its_slip_rate():
    still = ONE._replace(growth=0.0)
    assert still.velocity(np.array([-1e6, 1e6]), np.zeros(2))[1] == pytest.approx([-15.0, 15.0], abs=1e-3)
    assert still.strain_rate(np.array(-20.0), np.array(0.0))[1] == pytest.approx(1000 * 30 / (2 * np.pi * 15))
