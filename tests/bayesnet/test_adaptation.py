"""What chains learn while they warm up, on cases whose answer is known."""

import numpy as np
import pytest

from bayesnet.adaptation import FIRST_STEPS, Adaptation, StepSize


def test_the_step_size_settles_where_the_acceptance_is_the_target():
    step = StepSize(target=0.7)
    for _ in range(2000):
        step.learn(float(np.exp(-step.value)))
    step.settle()
    assert np.exp(-step.value) == pytest.approx(0.7, abs=0.01)


def test_trajectories_are_a_quarter_of_a_period_long_and_at_first_of_few_steps():
    learnt, rng = Adaptation(size=2, target_accept=0.8, max_steps=500), np.random.default_rng(0)
    sd = np.array([3, 0.01])
    for times in (1, 2):
        for _ in range(400):
            position = sd * rng.normal(size=(4, 2))
            learnt.learn([0.8] * 4, position, -position / sd**2)
        assert learnt.max_steps == FIRST_STEPS
        learnt.renew()
        assert learnt.renewed == times
        assert learnt.metric.scale == pytest.approx(sd)
        assert learnt.time == pytest.approx(np.pi / 2, rel=0.03)
    assert learnt.max_steps == 500
