"""Checks hold numbers to their limits, and pieces of evidence hold what checks need."""

import math

import numpy as np
import pandas as pd
import pytest

from data.rupture.verification.checks import at_least, at_most
from data.rupture.verification.evidence import agreement, example_rows, operators, ruptures


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


def test_orders_stand_beside_errors():
    piece = operators((41, 81))
    assert np.isnan(piece["inner_order"]).values.tolist() == [True, False]
    assert float(piece["inner_order"][1]) == pytest.approx(4, abs=0.1)


def test_agreement_leaves_out_refused_rows():
    share, lower, upper = agreement(pd.Series([1, 0, 1, 1, 0]), pd.Series([1, 0, 0, 1, math.nan]))
    assert share == 0.75
    assert lower == pytest.approx(0.1941, abs=1e-4)  # the exact interval of 3 in 4
    assert upper == pytest.approx(0.9937, abs=1e-4)


def test_examples_are_of_both_classes_and_are_what_is_shown():
    piece = ruptures(400.0, 1.0, 3)
    assert piece["rupture"].values.tolist() == ["break-through", "arrest"]
    assert piece["label"].values.tolist() == [1, 0]
    assert piece["catalogue_row"].values.tolist() == list(example_rows().values())
    height = piece["parameters"].sel(parameter="height", rupture="break-through")
    assert float(height) >= piece.attrs["shown_height"]
    assert piece["vx"].dims == ("rupture", "time", "row", "column")
