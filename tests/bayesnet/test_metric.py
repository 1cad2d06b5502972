"""The metric of posteriors whose shape is known."""

import numpy as np
import pytest

from bayesnet.metric import Metric, learn_metric, round_metric

RNG = np.random.default_rng(0)
FACTOR = RNG.normal(size=(6, 6)) * np.array([1e-3, 0.1, 1, 1, 10, 1e3])[:, None]
COVARIANCE = FACTOR @ FACTOR.T


def matrix(metric: Metric) -> np.ndarray:
    """The covariance of velocities that a metric stands for."""
    inner = np.eye(len(metric.scale)) + (metric.directions.T * (metric.variances - 1)) @ metric.directions
    return metric.scale[:, None] * inner * metric.scale


def normal(number: int, modes: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Positions of a normal `(draw, chain, parameter)`, each chain's with a mean of its own, and gradients there."""
    off = RNG.normal(size=(number, modes, 6)) @ FACTOR.T
    return off + 1e4 * RNG.normal(size=(modes, 6)), -off @ np.linalg.inv(COVARIANCE)


def test_a_normal_is_known_from_few_positions_whatever_its_correlations_and_modes():
    metric, spread = learn_metric(*normal(8, modes=2), round_metric(6))
    whitened = np.linalg.solve(FACTOR, np.linalg.solve(FACTOR, matrix(metric)).T)
    # directions within a factor of 2 are left alone
    assert np.linalg.eigvalsh(whitened) == pytest.approx(np.ones(6), abs=0.9)
    assert np.linalg.eigvalsh(whitened).max() < 2.1
    assert np.linalg.eigvalsh(whitened).min() > 0.4
    assert 0.5 < spread < 1.5


def test_of_fewer_positions_than_parameters_ask_for_only_scales_are_learnt():
    sd = np.array([1e-3, 0.1, 1, 1, 10, 1e3])
    positions = sd * RNG.normal(size=(7, 1, 6))
    metric, _ = learn_metric(positions, -positions / sd**2, round_metric(6))
    assert metric.variances.size == 0
    assert metric.scale == pytest.approx(sd)


def test_a_parameter_that_did_not_move_keeps_its_scale():
    positions, gradients = normal(20)
    positions[..., 2] = 5
    before = Metric(np.full(6, 7.0), *round_metric(6)[1:])
    metric, spread = learn_metric(positions, gradients, before)
    assert metric.scale[2] == 7
    assert np.isfinite(matrix(metric)).all()
    assert np.isfinite(spread)


def test_gradients_too_large_for_a_square_leave_the_scale_as_it_was():
    positions, gradients = normal(20)
    gradients[3, 0, 1] = 1e200
    metric, spread = learn_metric(positions, gradients, round_metric(6))
    assert metric.scale[1] == 1
    assert np.isfinite(matrix(metric)).all()
    assert np.isfinite(spread)


def test_a_posterior_that_is_narrow_at_each_place_has_a_spread():
    narrow, wide = 0.1, 2.0  # sd at a place, and of the places
    positions = wide * RNG.normal(size=(2000, 1, 3))
    gradients = RNG.normal(size=(2000, 1, 3)) / narrow
    metric, spread = learn_metric(positions, gradients, round_metric(3))
    assert metric.scale == pytest.approx(np.full(3, np.sqrt(wide * narrow)), rel=0.05)
    assert spread == pytest.approx(np.sqrt(wide / narrow), rel=0.05)


def test_velocities_have_the_covariance_of_the_metric_and_its_kinetic_energy():
    metric = Metric(np.array([2.0, 3.0]), np.array([[0.6, 0.8]]), np.array([25.0]))
    velocities = np.array([metric.velocity(one) for one in RNG.normal(size=(20_000, 2))])
    assert np.cov((metric.scale * velocities).T) == pytest.approx(matrix(metric), rel=0.05)
    inner = matrix(metric) / metric.scale / metric.scale[:, None]
    one = np.array([0.3, -1.2])
    assert metric.kinetic(one) == pytest.approx(one @ np.linalg.solve(inner, one) / 2)
    standard = np.array([0.4, 0.9])
    assert metric.kinetic(metric.velocity(standard)) == pytest.approx(standard @ standard / 2)
