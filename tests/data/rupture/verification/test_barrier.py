"""A barrier that is lowered."""

from data.rupture.verification.barrier import flat_limit
from tests.data.rupture.example import STRONG


def test_the_barrier_vanishes_with_its_height():
    differences = flat_limit(STRONG, (0.1, 0.01, 0.001))
    assert differences[0] > 5 * differences[1] > 25 * differences[2]
    assert differences[2] < 2e-3
