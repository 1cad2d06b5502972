import numpy as np
import pymc as pm
import pytest
import xarray as xr
from scipy.special import expit, softmax

from bayesnet import Network, training_set
from bayesnet.problems.network.draws import DIMS
from bayesnet.fits.layout import posterior_tree
from bayesnet.problems.network.model import ACTIVATIONS, LIKELIHOODS
from data import InputError


def random_weights(train, hidden, seed):
    rng = np.random.default_rng(seed)
    sizes = {"feature": train.sizes["feature"], "hidden": hidden}
    return {name: rng.normal(size=[sizes[dim] for dim in dims]) for name, dims in DIMS.items()}


def logit_by_hand(weights, x, act):
    return act(x @ weights["w0"] + weights["b0"]) @ weights["w1"] + weights["b1"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_model_and_forward_pass_agree(activation, likelihood, catalogue):
    train = training_set(catalogue, "weight")
    network = Network(hidden=4, activation=activation, prior_sd=1.7, likelihood=likelihood)
    weights = random_weights(train, 4, 0)
    posterior = posterior_tree(weights, train["feature"].values)["posterior"].to_dataset()
    logit = network.logit(posterior, train["x"]).values[0, 0]
    y, weight = train["y"].values, train["weight"].values
    if likelihood == "bernoulli":
        log_likelihood = np.where(y == 1, np.log(expit(logit)), np.log(expit(-logit)))
    else:
        log_likelihood = -0.5 * (y - expit(logit)) ** 2 - 0.5 * np.log(2 * np.pi)
    prior = sum((-0.5 * (v / 1.7) ** 2 - np.log(1.7 * np.sqrt(2 * np.pi))).sum() for v in weights.values())
    model_log_p = network.model(train).compile_logp(mode="FAST_COMPILE")
    assert float(model_log_p(weights)) == pytest.approx(prior + (weight * log_likelihood).sum(), rel=1e-10)


def test_forward_pass_is_the_formula_for_every_draw_whatever_the_block(catalogue, monkeypatch):
    train = training_set(catalogue)
    draws = [random_weights(train, 5, seed) for seed in range(6)]
    each = [posterior_tree(weights, train["feature"].values)["posterior"].to_dataset() for weights in draws]
    posterior = xr.concat(
        [xr.concat(each[:3], dim="draw"), xr.concat(each[3:], dim="draw")], dim="chain"
    ).assign_coords(chain=[0, 1], draw=[0, 1, 2])
    expected = [logit_by_hand(weights, train["x"].values, np.tanh) for weights in draws]
    for block in (1, 2000, 2**22):
        monkeypatch.setattr("bayesnet.network.BLOCK", block)
        logit = Network(hidden=5, activation="tanh").logit(posterior, train["x"])
        assert logit.dims == ("chain", "draw", "simulation")
        assert np.allclose(logit.values.reshape(6, -1), expected, rtol=1e-12)


def test_activations_are_what_their_names_say():
    a = np.linspace(-40, 40, 17)
    by_hand = {
        "relu": np.where(a > 0, a, 0),
        "tanh": np.tanh(a),
        "sigmoid": softmax(np.stack([a, 0 * a]), axis=0)[0],
        "leaky_relu": np.where(a > 0, a, 0.01 * a),
        "softplus": np.where(a > 30, a, np.log1p(np.exp(np.minimum(a, 30)))),
    }
    for name, (_, function) in ACTIVATIONS.items():
        assert np.allclose(function(a), by_hand[name], atol=1e-12)


def test_outcomes_can_be_drawn_from_the_prior(catalogue):
    model = Network(hidden=2).model(training_set(catalogue))
    with model:
        prior = pm.sample_prior_predictive(5, random_seed=0, compile_kwargs={"mode": "FAST_COMPILE"})
    assert set(np.unique(prior["prior_predictive"]["y"])) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hidden": 0}, "at least 1 unit, got 0"),
        ({"prior_sd": 0.0}, "must be positive, got 0.0"),
        ({"activation": "swish"}, "relu, tanh, .*got 'swish'"),
        ({"likelihood": "poisson"}, "bernoulli, gaussian, got 'poisson'"),
        ({"prior": "horseshoe"}, "normal, fan_in, half_normal, ard, got 'horseshoe'"),
    ],
)
def test_refuses_what_is_no_network(settings, words):
    with pytest.raises(InputError, match=words):
        Network(**settings)
