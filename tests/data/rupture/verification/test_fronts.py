"""Speeds that limit a front."""

import numpy as np
import pytest

from data.rupture.solver.settings import ROCK
from data.rupture.verification.fronts import rayleigh_speed


def test_rayleigh_speed_of_a_poisson_solid():
    assert rayleigh_speed() / np.sqrt(ROCK.mu / ROCK.rho) == pytest.approx(0.9194, abs=1e-4)
