"""The solver on exact solutions."""

import numpy as np
import pytest

from data.rupture.verification.convergence import observed_order
from data.rupture.verification.exact import pulse_errors, uniform_slip


@pytest.mark.heavy
@pytest.mark.parametrize("angle", [0.0, 1.1, np.pi / 2, -2.0])
def test_a_plane_wave_crosses_a_locked_bump_unchanged_to_third_order(angle):
    errors = pulse_errors((0.1, 0.05), angle)
    assert errors[-1] < 5e-4
    assert observed_order(errors)[0] > 2.7


def test_uniform_slip_follows_the_exact_solution():
    slip = uniform_slip()
    np.testing.assert_allclose(slip.slip, slip.exact, atol=2e-4)
    assert slip.slip[-1] > 0.8  # twice dc: weakening is over
