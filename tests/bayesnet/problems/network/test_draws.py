import numpy as np
import pytest

from bayesnet.problems.network.draws import blocks as blocks_of_samples
from bayesnet.problems.network.draws import by_input, draws_of, summarise
from bayesnet.problems.network.model import Network
from data import InputError
from tests.bayesnet.hand_made import FEATURES, UNITS, make_fit, random_weights


def test_draws_stand_chain_after_chain_whatever_the_order_of_dimensions():
    weights = random_weights(np.random.default_rng(0), 2, 3, 4)
    posterior = make_fit(weights, Network(hidden=4))["posterior"].to_dataset()
    for given in (posterior, posterior.transpose("hidden", "draw", "feature", "chain")):
        draws = draws_of(given)
        for name, part in weights.items():
            assert np.array_equal(getattr(draws, name), part.reshape(6, *part.shape[2:]))
    assert np.array_equal(draws[2:4].w1, weights["w1"].reshape(6, 4)[2:4])
    assert draws[2:4].b1.shape == (2,)


@pytest.mark.parametrize("size", [0, 1, 3, 7, 100])
def test_blocks_cover_every_sample_once(size):
    found = [list(range(7))[some] for some in blocks_of_samples(7, size)]
    assert np.concatenate(found).tolist() == list(range(7))
    assert max(map(len, found)) <= max(1, size)


def test_summary_of_draws_and_of_a_point_estimate():
    values = np.arange(5.0)[:, None] * [1.0, 2.0]
    found = summarise(values, ("weight",), prob=0.5)
    assert found["mean"].values.tolist() == [2, 4]
    assert np.allclose(found["sd"], np.sqrt(2.5) * np.array([1, 2]))
    assert found["lower"].values.tolist() == [1, 2]
    assert found["upper"].values.tolist() == [3, 6]
    alone = summarise(values[:1], ("weight",))
    assert alone["mean"].values.tolist() == [0, 0]
    assert np.isnan([alone[name] for name in ("sd", "lower", "upper")]).all()
    for prob in (0.0, 1.0):
        with pytest.raises(InputError, match="prob must lie between 0 and 1"):
            summarise(values, ("weight",), prob)


def test_inputs_keep_their_names_and_units():
    fit = make_fit(random_weights(np.random.default_rng(0), 1, 3, 2), Network(hidden=2))
    found = by_input(np.zeros((3, 3)), ("feature",), fit, "logit", 0.9)
    assert found["feature"].values.tolist() == FEATURES
    assert found["units"].values.tolist() == UNITS
    assert found["mean"].attrs["units"] == "logit"
    assert found.attrs["prob"] == 0.9
