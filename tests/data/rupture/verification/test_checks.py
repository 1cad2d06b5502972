"""Checks hold numbers to their limits, and pieces of evidence hold what checks need."""

import math

import pytest

from data.rupture.verification.checks import at_least, at_most


@pytest.mark.parametrize(
    ("check", "passed"),
    [
        (at_most("a", "b", 1.0, 1.0), True),
        (at_most("a", "b", 1.1, 1.0), False),
        (at_least("a", "b", 0.9, 1.0), False),
        (at_least("a", "b", 1.0, 1.0), True),
        (at_most("a", "b", math.nan, 1.0), False),
        (at_least("a", "b", math.nan, 1.0), False),
    ],
)
def test_a_number_keeps_to_its_limit_and_nan_never_does(check, passed):
    assert check.passed is passed
