"""The benchmark TPV205: symmetry, speed and convergence of its fronts."""

import numpy as np
import pytest

from data.rupture.verification.fronts import rayleigh_speed
from data.rupture.verification.tpv205 import mirror_asymmetry, rupture_fronts


def test_a_planar_rupture_is_symmetric():
    assert mirror_asymmetry(100).max() < 1e-9


def test_a_planar_rupture_spreads_below_the_rayleigh_speed():
    fronts = rupture_fronts((200, 100))
    speed = fronts.speed.sel(resolution=100)[(np.abs(fronts.x) > 2.5) & (np.abs(fronts.x) < 10)]
    assert np.all((speed > 2.0) & (speed < rayleigh_speed()))


@pytest.mark.slow
def test_front_arrivals_converge():
    arrivals = rupture_fronts((100, 50, 25)).rupture_time.sel(x=[5.0, 10.0], method="nearest")
    coarse, fine = np.abs(np.diff(arrivals, axis=0))
    assert np.all(fine < 0.75 * coarse)
    assert np.all(coarse < 0.02)
