from itertools import permutations, product

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.symmetry import align, alignments, reference_units
from data import InputError
from tests.bayesnet.hand_made import (
    disguised,
    logits,
    make_fit,
    random_weights,
    scattered_weights,
    with_posterior,
)

SEEDS = st.integers(0, 2**32 - 1)
NAMES = sorted(ACTIVATIONS)
WEIGHTS = ["w0", "b0", "w1", "b1"]


def some_fit(seed, activation, *, hidden=4, chains=2, draws=6):
    rng = np.random.default_rng(seed)
    network = Network(hidden=hidden, activation=activation)
    return make_fit(random_weights(rng, chains, draws, hidden), network), rng


def assert_same(one: xr.Dataset, other: xr.Dataset):
    for name in WEIGHTS:
        np.testing.assert_allclose(one[name].values, other[name].values, atol=1e-9)


@pytest.mark.parametrize("activation", NAMES)
@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_neither_disguise_nor_alignment_changes_a_prediction(activation, seed):
    fit, rng = some_fit(seed, activation)
    weights = {name: fit["posterior"][name].values for name in WEIGHTS}
    hidden = make_fit(disguised(weights, rng, activation)[0], Network(hidden=4, activation=activation))
    np.testing.assert_allclose(logits(hidden), logits(fit), atol=1e-9)
    reference = reference_units(fit)
    for form in alignments(Network(activation=activation))[1:]:
        aligned = with_posterior(hidden, align(hidden, reference, form))
        np.testing.assert_allclose(logits(aligned), logits(fit), atol=1e-9)


@pytest.mark.parametrize("activation", NAMES)
@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_aligned_weights_do_not_depend_on_the_disguise(activation, seed):
    fit, rng = some_fit(seed, activation)
    weights = {name: fit["posterior"][name].values for name in WEIGHTS}
    network = Network(hidden=4, activation=activation)
    for form in alignments(network)[1:]:
        # scales of a ReLU unit are left alone where it is only moved, so only the balanced form can forget them
        other = make_fit(disguised(weights, rng, activation, rescale=form == "balanced")[0], network)
        one, two = (align(this, reference_units(this), form) for this in (fit, other))
        assert_same(one, two)
        np.testing.assert_allclose(one["cost"], two["cost"], atol=1e-9)
        np.testing.assert_allclose(one["log_odds"], two["log_odds"], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("activation", NAMES)
def test_alignment_is_idempotent_and_deterministic(activation):
    fit, _ = some_fit(3, activation, hidden=5, draws=20)
    reference = reference_units(fit)
    xr.testing.assert_identical(reference, reference_units(fit))
    for form in alignments(Network(activation=activation))[1:]:
        once = align(fit, reference, form)
        xr.testing.assert_identical(once, align(fit, reference, form))
        twice = align(with_posterior(fit, once), reference, form)
        assert_same(once, twice)
        assert (twice["unit"] == twice["hidden"]).all()


@pytest.mark.parametrize("activation", NAMES)
def test_a_known_disguise_is_undone_exactly(activation):
    rng = np.random.default_rng(5)
    network = Network(hidden=6, activation=activation)
    truth = scattered_weights(rng, 2, 50, 6, noise=0.05)
    hidden, orders = disguised(truth, rng, activation)
    plain, fit = make_fit(truth, network), make_fit(hidden, network)
    reference = reference_units(plain)
    for form in alignments(network)[1:]:
        aligned, expected = align(fit, reference, form), align(plain, reference, form)
        undone = np.take_along_axis(orders, aligned["unit"].values, axis=2)
        np.testing.assert_array_equal(undone, expected["unit"].values)
        if form == alignments(network)[-1]:
            assert_same(aligned, expected)
    assert (expected["unit"] == expected["unit"][0, 0]).all()  # the truth was in one order all along
    assert (align(fit, reference)["log_odds"] > np.log(10)).all()


@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_the_centre_of_scattered_units_is_found(activation):
    rng = np.random.default_rng(6)
    truth = scattered_weights(rng, 1, 400, 5, noise=0.1)
    fit = make_fit(disguised(truth, rng, activation)[0], Network(hidden=5, activation=activation))
    reference = reference_units(fit)
    order = np.argsort(-np.arange(5))  # sizes were 1..5, the largest comes first
    sign = np.sign(truth["w1"][0].mean(axis=0)[order]) if activation == "tanh" else np.ones(5)
    for name, axis in (("w0", 1), ("b0", 0), ("w1", 0)):
        expected = np.take(truth[name][0].mean(axis=0), order, axis=axis) * sign
        np.testing.assert_allclose(reference[name], expected, atol=1e-9)
    assert (np.diff(reference["size"]) < 0).all()


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_cost_and_odds_equal_those_of_trying_every_matching(activation):
    fit, rng = some_fit(8, activation, chains=1, draws=5)
    reference = reference_units(make_fit(random_weights(rng, 1, 1, 4), Network(hidden=4, activation=activation)))
    aligned = align(fit, reference)
    centre = np.column_stack([reference["w0"].T, reference["b0"], reference["w1"]])
    costs, gaps = [], []
    for draw in range(5):
        one = fit["posterior"].isel(chain=0, draw=draw)
        units = np.column_stack([one["w0"].T, one["b0"], one["w1"]])
        if activation == "relu":
            inner, outer = np.linalg.norm(units[:, :-1], axis=1), np.abs(units[:, -1])
            units = units * np.column_stack([*[np.sqrt(outer / inner)] * 4, np.sqrt(inner / outer)])
        signs = list(product((1, -1), repeat=4)) if activation == "tanh" else [(1, 1, 1, 1)]
        tried = [
            (((units[list(order)] * np.array(sign)[:, None] - centre) ** 2).sum(), order, sign)
            for order in permutations(range(4))
            for sign in signs
        ]
        best, order, sign = min(tried)
        costs.append(best)
        other = [
            min(cost for cost, some, way in tried if (some[at], way[at]) != (order[at], sign[at])) for at in range(4)
        ]
        gaps.append(np.array(other) - best)
        assert aligned["unit"][0, draw].values.tolist() == list(order)
    np.testing.assert_allclose(aligned["cost"][0], costs)
    np.testing.assert_allclose(aligned["log_odds"][0], np.array(gaps) / (2 * np.mean(costs) / 20))


def test_units_of_another_fit_take_the_order_of_the_first():
    rng = np.random.default_rng(9)
    network = Network(hidden=5)
    truth = scattered_weights(rng, 1, 30, 5, noise=0.05)
    first = make_fit(truth, network)
    second = make_fit(disguised(truth, rng, "relu")[0], network)
    reference = reference_units(first)
    xr.testing.assert_allclose(reference_units(second, like=reference), reference)
    reversed_reference = reference.isel(hidden=slice(None, None, -1)).assign_coords(hidden=np.arange(5))
    xr.testing.assert_allclose(reference_units(second, like=reversed_reference), reversed_reference)


def test_balanced_units_have_equal_norms_and_useless_ones_are_zero():
    weights = random_weights(np.random.default_rng(1), 1, 3, 4)
    weights["w1"][..., 0] = 0.0
    weights["w0"][..., 1] = weights["b0"][..., 1] = 0.0
    fit = make_fit(weights, Network(hidden=4))
    out = align(fit, reference_units(fit), "balanced")
    inner = np.sqrt((out["w0"] ** 2).sum("feature") + out["b0"] ** 2)
    np.testing.assert_allclose(inner, np.abs(out["w1"]), atol=1e-12)
    assert ((inner == 0).sum("hidden") == 2).all()
    np.testing.assert_allclose(logits(with_posterior(fit, out)), logits(fit), atol=1e-12)


def test_one_draw_and_one_unit_have_no_odds_to_speak_of():
    lone = make_fit(random_weights(np.random.default_rng(0), 1, 1, 3), Network(hidden=3))
    assert np.isnan(align(lone, reference_units(lone))["log_odds"]).all()
    narrow = make_fit(random_weights(np.random.default_rng(0), 1, 5, 1), Network(hidden=1))
    assert np.isposinf(align(narrow, reference_units(narrow))["log_odds"]).all()


def test_what_cannot_be_aligned_is_refused():
    fit, _ = some_fit(0, "tanh")
    reference = reference_units(fit)
    with pytest.raises(InputError, match="form must be one of matched for tanh units, got 'balanced'"):
        align(fit, reference, "balanced")
    with pytest.raises(InputError, match="expected a reference of 5 tanh units"):
        align(some_fit(0, "tanh", hidden=5)[0], reference)
    with pytest.raises(InputError, match="expected a reference of 4 relu units"):
        reference_units(some_fit(0, "relu")[0], like=reference)
