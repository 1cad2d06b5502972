from functools import partial

import numpy as np
import pytest
from scipy.special import expit

from bayesnet.problems.network import forward
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.draws import draws_of
from bayesnet.problems.network.forward import blocks_of
from bayesnet.problems.network.model import Network
from tests.bayesnet.hand_made import make_fit, random_weights


@pytest.fixture
def weights() -> dict[str, np.ndarray]:
    """Weights of two chains of three draws of a network of five units."""
    return random_weights(np.random.default_rng(3), 2, 3, 5)


@pytest.fixture
def groups(weights):
    """A posterior of these weights, and training rows."""
    fit = make_fit(weights, Network(hidden=5))
    return fit["posterior"].to_dataset(), fit["constant_data"]["x"]


def units_by_hand(weights, x, act):
    """What each unit of each draw adds to the logit, `(chain, draw, row, hidden)`."""
    return act(x @ weights["w0"] + weights["b0"][:, :, None]) * weights["w1"][:, :, None]


def test_forward_pass_is_the_formula_for_every_draw_whatever_the_block(weights, groups, monkeypatch):
    posterior, x = groups
    expected = units_by_hand(weights, x.values, np.tanh).sum(axis=-1) + weights["b1"][..., None]
    for block in (1, 2000, 2**22):
        monkeypatch.setattr(forward, "blocks_of", partial(blocks_of, block=block))
        logit = forward.logits(posterior, x.transpose(), ACTIVATIONS["tanh"])
        assert logit.dims == ("chain", "draw", "simulation")
        assert np.array_equal(logit["simulation"], x["simulation"])
        assert np.allclose(logit, expected, rtol=1e-12)


def test_blocks_hold_no_more_than_asked_for(weights, groups):
    draws = draws_of(groups[0])
    assert len(blocks_of(draws, 12, block=1)) == 6
    assert [some.stop - some.start for some in blocks_of(draws, 12, block=2 * 12 * 5)] == [2, 2, 2]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_mean_slopes_are_those_of_the_score(activation, weights, groups):
    (posterior, x), step = groups, 1e-6
    act = ACTIVATIONS[activation]
    found = forward.mean_slopes(draws_of(posterior), x.values, act)
    assert np.allclose(found, forward.mean_slopes(draws_of(posterior), x.values, act, block=1))
    for feature in range(3):
        move = step * np.eye(3)[feature]
        up, down = (expit(forward.logits(posterior, x + way * move, act)).mean("simulation") for way in (1, -1))
        assert np.allclose(found[:, feature], ((up - down) / (2 * step)).values.ravel(), atol=1e-7)


def test_path_products_sum_over_units(weights, groups):
    expected = (weights["w0"] * weights["w1"][:, :, None]).sum(axis=-1)
    assert np.allclose(forward.path_products(draws_of(groups[0])), expected.reshape(6, 3))


def test_reach_is_the_range_over_rows_of_what_a_unit_adds(weights, groups):
    posterior, x = groups
    found = forward.unit_reach(posterior, x.values, ACTIVATIONS["softplus"])
    parts = units_by_hand(weights, x.values, ACTIVATIONS["softplus"].value)
    assert np.allclose(found, np.ptp(parts, axis=2))
