import numpy as np
import pytest

from data.rupture.combinations import COMBINATIONS, column_named, from_combinations, to_combinations
from data.rupture.solver.parameters import NAMES

ROWS = {
    "height": [0.1, 0.2],
    "width": [1.0, 2.0],
    "sxx": [-100.0, -80.0],
    "syy": [-50.0, -100.0],
    "sxy": [30.0, 45.0],
    "mu_d": [0.5, 0.4],
    "friction_drop": [0.2, 0.3],
    "dc": [0.4, 0.5],
}
COLUMNS = {name: np.array(values) for name, values in ROWS.items()}
EXPECTED = {"stress drop": [5.0, 5.0], "mu_d |syy|": [25.0, 40.0], "friction_drop |syy|": [10.0, 30.0]}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items())
def test_combinations_of_two_ruptures(name, expected):
    assert np.allclose(column_named(name, COLUMNS), expected)
    assert set(COMBINATIONS[name].columns) <= set(NAMES)
    assert COMBINATIONS[name].unit == "MPa"
    assert np.array_equal(column_named("dc", COLUMNS), COLUMNS["dc"])


def test_combinations_say_the_same_as_the_inputs():
    combined = to_combinations(COLUMNS)
    assert len(combined) == len(COLUMNS)
    again = from_combinations(combined)
    assert set(again) == set(COLUMNS)
    for name, values in COLUMNS.items():
        assert np.allclose(again[name], values)


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("stress drop", {"sxy"}),
        ("mu_d |syy|", {"sxy", "mu_d"}),
        ("friction_drop |syy|", {"friction_drop"}),
        ("syy", {"syy", "mu_d", "friction_drop"}),
        ("dc", {"dc"}),
    ],
)
def test_moving_one_combination_leaves_the_others(name, moved):
    combined = to_combinations(COLUMNS)
    changed = from_combinations(combined | {name: 1.5 * combined[name]})
    assert {column for column in COLUMNS if not np.allclose(changed[column], COLUMNS[column])} == moved
    back = to_combinations(changed)
    assert all(np.allclose(back[other], combined[other]) for other in combined if other != name)
