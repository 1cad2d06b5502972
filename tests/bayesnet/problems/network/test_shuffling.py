import numpy as np
import pytest
from sklearn.inspection import permutation_importance as sklearn_importance

from bayesnet.problems.network.shuffling import column_groups, column_positions, conditional_shuffles, shuffles
from data import InputError
from tests.bayesnet.hand_made import catalogue_of


@pytest.mark.parametrize("random_state", [0, 7, 2**31 + 5])
def test_shuffles_are_scikit_learns(random_state):
    class Recorder:
        """An estimator that keeps the columns it is shown."""

        def __init__(self):
            self.seen = []

        def fit(self, x, y):
            return self

        def score(self, x, y):
            self.seen.append(x.copy())
            return 0.0

    recorder, x = Recorder(), np.column_stack([np.arange(30.0), np.arange(30.0)])
    sklearn_importance(recorder, x, np.zeros(30), n_repeats=5, random_state=random_state)
    orders = shuffles(30, 5, random_state)
    np.testing.assert_array_equal(np.stack(recorder.seen[1:6])[:, :, 0], orders)
    np.testing.assert_array_equal(np.stack(recorder.seen[6:])[:, :, 1], orders)


def test_what_the_other_inputs_tell_stays():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3))
    x[:, 2] = x[:, 0] * x[:, 1]  # a product, as mu_d |syy| is
    values, told = conditional_shuffles(x[:100], x[100:], 2, 5, rng)
    assert told > 0.999
    assert np.abs(values - x[:100, 2]).max() < 0.05  # where an ordinary shuffle moves it by sds


def test_an_input_that_the_others_do_not_tell_is_shuffled_as_any():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2400, 3))
    shuffled, told = conditional_shuffles(x[:400], x[400:], 0, 5, rng)
    assert told < 0.05
    assert np.abs(np.corrcoef(x[:400, 0], shuffled)[0, 1:]).max() < 0.2
    assert shuffled.std(axis=1) == pytest.approx(x[:400, 0].std(), rel=0.05)
    assert shuffled.sum(axis=1) == pytest.approx(x[:400, 0].sum())  # residuals are exchanged, none is made


def test_values_are_exchanged_among_rows_of_like_inputs():
    rng = np.random.default_rng(2)
    other = rng.uniform(1, 3, 2000)
    x = np.column_stack([other, 5 * other + 0.2 * other * rng.normal(size=2000)])  # its spread grows with the other
    values, _ = conditional_shuffles(x[:400], x[400:], 1, 20, rng)
    moves = values - x[:400, 1]
    small = x[:400, 0] < 1.5
    assert np.abs(moves[:, small]).max() < 2.0  # of the spread of rows with a small other input
    assert np.abs(moves[:, x[:400, 0] > 2.5]).max() > 2.0


def test_a_single_input_and_one_that_never_changes_can_be_shuffled():
    rng = np.random.default_rng(3)
    x = np.column_stack([rng.normal(size=60), np.full(60, 2.0)])
    values, told = conditional_shuffles(x[:30, :1], x[30:, :1], 0, 3, rng)
    assert np.sort(values) == pytest.approx(np.tile(np.sort(x[:30, 0]), (3, 1)))
    assert told == 0
    values, told = conditional_shuffles(x[:30], x[30:], 1, 3, rng)
    assert values == pytest.approx(2.0)
    assert told == 0


def test_rupture_columns_are_grouped_by_physics():
    names = ["height", "width", "sxx", "syy", "sxy", "mu_d", "friction_drop", "dc"]
    rng = np.random.default_rng(0)
    features, label = rng.normal(size=(40, 8)), np.tile([0, 1], 20)
    groups = column_groups(catalogue_of(features, label, names))
    assert groups["stress"] == ("sxx", "syy", "sxy")
    assert sorted(column for group in groups.values() for column in group) == sorted(names)


def test_other_columns_are_grouped_by_rank_correlation():
    rng = np.random.default_rng(1)
    a, c, e = rng.normal(size=(3, 200))
    features = np.column_stack([a, c, -np.exp(a), e, c + 0.1 * rng.normal(size=200)])
    catalogue = catalogue_of(features, np.tile([0, 1], 100), ["a", "c", "minus exp a", "e", "near c"])
    assert list(column_groups(catalogue).values()) == [("a", "minus exp a"), ("c", "near c"), ("e",)]
    assert list(column_groups(catalogue.isel(feature=[3]))) == ["e"]


def test_a_large_cluster_is_named_after_its_first_columns():
    features = np.repeat(np.random.default_rng(1).normal(size=(40, 1)), 7, axis=1)
    groups = column_groups(catalogue_of(features, np.tile([0, 1], 20), list("abcdefg")))
    assert groups == {"a+b+c+d+3 more": tuple("abcdefg")}


def test_columns_of_a_group_are_found_by_name():
    assert column_positions({"x": ("c", "a"), "y": ("b",)}, ["a", "b", "c"]) == [[2, 0], [1]]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({}, "at least one group"),
        ({"x": []}, "no feature in group 'x'"),
        ({"x": ["a", "z"]}, "features a, b, c, got 'z' in group 'x'"),
    ],
)
def test_groups_of_nothing_known_are_refused(groups, message):
    with pytest.raises(InputError, match=message):
        column_positions(groups, ["a", "b", "c"])
