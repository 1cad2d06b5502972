"""Energy on a locked fault."""

import numpy as np
import pytest

from data.rupture.verification.energy import locked_energy


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("cfl", [0.9, 1.0])
def test_energy_never_grows_around_a_locked_bump(cfl, seed):
    energy = locked_energy(cfl=cfl, seed=seed)
    assert np.all(np.diff(energy) < 0)
    assert energy[-1] < 0.3  # noise of the first instant has mostly left through the outer faces
