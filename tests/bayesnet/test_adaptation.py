"""What chains learn while they warm up, on cases whose answer is known."""

import numpy as np
import pytest

from bayesnet.adaptation import Adaptation, Moments, StepSize, TrajectoryLength


def test_the_step_size_settles_where_the_acceptance_is_the_target():
    step = StepSize(target=0.7)
    for _ in range(2000):
        step.learn(float(np.exp(-step.value)))
    step.settle()
    assert np.exp(-step.value) == pytest.approx(0.7, abs=0.01)


def test_scales_are_those_within_chains_whatever_lies_between_them():
    positions = np.random.default_rng(0).normal([3, -1], [1, 10], size=(2000, 3, 2))
    positions += np.array([0, 5, -20])[:, None]  # of each chain
    moments = Moments(3, 2)
    for one in positions:
        moments.learn(one)
    assert np.allclose(moments.mean, positions.mean(0))
    assert np.allclose(moments.sd(), np.sqrt(positions.var(0).mean(0)), rtol=0.01)


def test_the_centre_forgets_where_chains_started():
    learnt = Adaptation(chains=2, size=1, target_accept=0.7)
    for step in range(400):
        learnt.learn([1.0, 0.4], np.array([[50.0], [70.0]]) if step < 20 else np.array([[2.0], [4.0]]))
    assert learnt.centre == pytest.approx([3], abs=0.3)
    learnt.rescale()
    assert learnt.centre == pytest.approx([3], abs=0.3)


def test_the_length_climbs_to_where_its_criterion_is_largest():
    length, rng, size = TrajectoryLength(0.2), np.random.default_rng(1), 50
    for _ in range(2000):
        changes, gains = [], []
        for position, momentum, share in zip(
            rng.normal(size=(10, size)), rng.normal(size=(10, size)), rng.uniform(0.5, 1, size=10), strict=True
        ):
            time = share * length.value
            end = position * np.cos(time) + momentum * np.sin(time)
            turned = momentum * np.cos(time) - position * np.sin(time)
            change = end @ end - position @ position
            changes.append(change**2)
            gains.append(4 * time * change * (end @ turned))
        length.learn(changes, gains)
    length.settle()
    grid = np.linspace(0.1, 3, 300)
    # of a standard normal: the mean over shares of E (|end|^2 - |position|^2)^2, which is proportional to sin(time)^2
    criterion = [np.mean(np.sin(np.linspace(one / 2, one, 200)) ** 2) / one**0.5 for one in grid]
    assert length.value == pytest.approx(grid[int(np.argmax(criterion))], rel=0.1)
