import numpy as np
import pytest

from data.travel_times import (
    GRADIENT,
    SD,
    SLOWNESS_SD,
    SURFACE_VELOCITY,
    cell_depths,
    correlation,
    gaussian_modes,
    load_travel_times,
    mean_slowness,
    paths,
    turning_time,
    turning_time_linear,
)


def test_arrivals_are_the_integral_of_the_slowness():
    """That of 1 / (2 + z / 2) is 2 log(1 + z / 4); the step of 0.1 km costs up to 1e-4 s."""
    depth = np.array([0.0, 0.5, 3.0, 10.0])
    np.testing.assert_allclose(paths(depth) @ mean_slowness(), 2 * np.log(1 + depth / 4), atol=1e-4)
    np.testing.assert_allclose(paths(depth).sum(axis=1), depth)


def test_the_modes_that_are_kept_hold_the_whole_covariance():
    modes, depth = gaussian_modes(), cell_depths()
    assert 20 <= modes.shape[1] <= 30
    np.testing.assert_allclose(modes @ modes.T, correlation(depth[:, None] - depth), atol=1e-7)
    assert (modes[0] > 0).all()  # so that every machine draws the same truth


def test_truth_and_noise_have_the_sds_that_the_problem_is_told():
    sets = [load_travel_times(seed) for seed in range(100)]
    errors = np.array([one["arrival"] - paths(one["depth"].values) @ one["slowness"].values for one in sets])
    assert errors.std() == pytest.approx(SD, rel=0.05)
    spread = np.array([one["slowness"].values for one in sets]) - mean_slowness()
    assert spread.std() == pytest.approx(SLOWNESS_SD, rel=0.1)


def test_receivers_leave_a_gap_that_the_held_out_ones_cover():
    data = load_travel_times()
    depth, fitted = data["depth"].values, data["split"].values == "train"
    assert not ((depth[fitted] > 3) & (depth[fitted] < 7)).any()
    assert np.diff(np.sort(depth[~fitted])).max() < 0.3
    assert (data["slowness"] > 0).all()


def test_turning_rays_take_the_time_of_the_closed_form():
    offsets = np.array([5.0, 20.0, 50.0])
    np.testing.assert_allclose(turning_time_linear(offsets), [2.3606, 6.5889, 10.1283], atol=5e-5)
    computed = [turning_time(lambda depth: SURFACE_VELOCITY + GRADIENT * depth, offset) for offset in offsets]
    np.testing.assert_allclose(computed, turning_time_linear(offsets), rtol=1e-8)
