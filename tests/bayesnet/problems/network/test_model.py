import dataclasses
import json

import numpy as np
import pymc as pm
import pytest
import xarray as xr
from scipy.special import expit

from bayesnet import Network, Problem, problem_of, training_set
from bayesnet.metrics import METRICS, log_score
from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.model import LIKELIHOODS
from data import InputError, rows
from data.seeds import seed_for
from tests.bayesnet.hand_made import logits, make_fit, one_draw, random_weights
from tests.bayesnet.problems.network.pairs import PAIRS


def some_fit(**settings) -> xr.DataTree:
    return make_fit(random_weights(np.random.default_rng(1), 2, 3, 4), Network(hidden=4, **settings))


@pytest.mark.parametrize(("activation", "likelihood"), PAIRS)
def test_model_and_forward_pass_agree(activation, likelihood, catalogue):
    train = training_set(catalogue, "weight")
    network = Network(hidden=4, activation=activation, prior_sd=1.7, likelihood=likelihood)
    weights = {name: part[0, 0] for name, part in random_weights(np.random.default_rng(0), 1, 1, 4).items()}
    logit = network.logit(one_draw(weights, train["feature"].values), train, train).values[0, 0]
    y, weight = train["y"].values, train["weight"].values
    if likelihood == "bernoulli":
        log_likelihood = np.where(y == 1, np.log(expit(logit)), np.log(expit(-logit)))
    else:
        log_likelihood = -0.5 * (y - expit(logit)) ** 2 - 0.5 * np.log(2 * np.pi)
    prior = sum((-0.5 * (v / 1.7) ** 2 - np.log(1.7 * np.sqrt(2 * np.pi))).sum() for v in weights.values())
    model_log_p = network.model(train).compile_logp(mode="FAST_COMPILE")
    assert float(model_log_p(weights)) == pytest.approx(prior + (weight * log_likelihood).sum(), rel=1e-10)


def test_outcomes_can_be_drawn_from_the_prior(catalogue):
    model = Network(hidden=2).model(training_set(catalogue))
    with model:
        prior = pm.sample_prior_predictive(5, random_seed=0, compile_kwargs={"mode": "FAST_COMPILE"})
    assert set(np.unique(prior["prior_predictive"]["y"])) == {0.0, 1.0}


def test_scores_are_predicted_in_the_catalogues_units_and_for_training_rows_themselves(catalogue):
    network, train = Network(hidden=4), Network(hidden=4).train(catalogue, 0)
    drawn = random_weights(np.random.default_rng(2), 2, 3, 4)
    coords = {"chain": [0, 1], "draw": [0, 1, 2], "feature": train["feature"].values, "hidden": np.arange(4)}
    posterior = xr.Dataset({name: (("chain", "draw", *DIMS[name]), drawn[name]) for name in DIMS}, coords)
    of_rows = network.predict(posterior, train, rows(catalogue, "train"))
    assert (of_rows.name, of_rows.dims) == ("p", ("chain", "draw", "simulation"))
    assert np.allclose(of_rows, network.predict(posterior, train, train), atol=1e-12)
    assert np.allclose(of_rows, expit(network.logit(posterior, train, train)), atol=1e-12)


def test_test_rows_are_those_of_the_catalogue_without_the_split(catalogue):
    test, expected = Network().test(catalogue), rows(catalogue, "test")
    assert set(test.data_vars) == {"features", "label"}
    assert "split" not in test.variables
    assert np.array_equal(test["features"], expected["features"])
    assert np.array_equal(test["label"], expected["label"])


def test_upsampled_rows_follow_from_the_fits_seed_unless_the_network_has_one(catalogue):
    def upsampled(random_state):
        return training_set(catalogue, "upsample", random_state)

    free, fixed = Network(balance="upsample"), Network(balance="upsample", upsample_seed=100)
    assert free.train(catalogue, 3).identical(upsampled(seed_for(3, "upsample")))
    assert not free.train(catalogue, 3).identical(free.train(catalogue, 4))
    assert fixed.train(catalogue, 3).identical(upsampled(100))
    assert fixed.train(catalogue, 4).identical(upsampled(100))


def test_density_of_an_outcome_is_that_of_the_log_score_and_classes_are_complete():
    fit = some_fit()
    network, test = problem_of(fit), fit["predictions_constant_data"].to_dataset()
    p = network.predict(*(fit[group].to_dataset() for group in ("posterior", "constant_data")), test)
    density = network.log_density(test["label"], p, test)
    assert density.dims == p.dims
    assert np.allclose(density.mean("simulation"), log_score(test["label"].values, p.values))
    each = [network.log_density(xr.full_like(test["label"], one), p, test) for one in network.classes]
    assert np.allclose(sum(map(np.exp, each)), 1)
    certain = network.log_density(test["label"], xr.zeros_like(p), test)
    assert np.isfinite(certain).all()


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_outcomes_scatter_about_the_scores_as_the_likelihood_says(likelihood):
    fit = some_fit(likelihood=likelihood)
    network, test = problem_of(fit), fit["predictions_constant_data"].to_dataset()
    p = xr.DataArray(np.broadcast_to([0.1, 0.5, 0.8], (4, 1000, 3)), dims=("chain", "draw", "simulation"))
    drawn = network.outcomes(p, test, np.random.default_rng(0))
    assert drawn.shape == p.shape
    assert np.allclose(drawn.mean((0, 1)), [0.1, 0.5, 0.8], atol=0.06)
    if likelihood == "bernoulli":
        assert set(np.unique(drawn)) == {0, 1}
    else:
        assert np.allclose(drawn.std((0, 1)), 1, atol=0.05)


def test_what_is_monitored_is_the_logit_of_every_test_row():
    fit = some_fit(activation="tanh")
    found = problem_of(fit).monitored(fit)
    assert np.array_equal(found, logits(fit))
    assert found.sizes == {"chain": 2, "draw": 3, "simulation": 12}


def test_quantities_are_path_products_and_mean_slopes_of_the_score():
    fit = some_fit(activation="tanh")
    posterior, train = fit["posterior"].to_dataset(), fit["constant_data"].to_dataset()
    network = problem_of(fit)
    found = network.quantities(posterior, train)
    assert np.allclose(found["path_product"], (posterior["w0"] * posterior["w1"]).sum("hidden"))
    assert found["path_product"].attrs["units"] == "logit/sd"
    for place, feature in enumerate(posterior["feature"].values):
        moved = []
        for way in (1e-6, -1e-6):
            x = train["x"] + way * (train["feature"] == feature)
            moved.append(network.predict(posterior, train, train.assign(x=x)).mean("simulation"))
        slope = (moved[0] - moved[1]) / 2e-6
        assert np.allclose(found["slope"].isel(feature=place), slope, atol=1e-7)


def test_a_network_is_known_again_from_what_is_stored_of_it():
    network = Network(hidden=3, activation="tanh", prior="ard", balance="upsample", upsample_seed=100)
    assert network.settings() == {"problem": "network", **dataclasses.asdict(network)}
    fit = xr.DataTree()
    fit.attrs["problem"] = json.dumps(network.settings())
    assert Network.of(fit) == problem_of(fit) == network
    stored = Problem.stored(fit)
    del stored["prior"], stored["upsample_seed"]  # of a fit that is older than these settings
    fit.attrs["problem"] = json.dumps(stored)
    assert Network.of(fit) == dataclasses.replace(network, prior="normal", upsample_seed=None)


def test_a_network_is_graded_by_every_metric_and_has_no_truth_in_closed_form(catalogue):
    network = Network()
    assert list(network.metrics) == list(METRICS)
    assert network.exact(training_set(catalogue)) is None
    assert network.truth(catalogue) is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hidden": 0}, "at least 1 unit, got 0"),
        ({"prior_sd": 0.0}, "must be positive, got 0.0"),
        ({"activation": "swish"}, "relu, tanh, .*got 'swish'"),
        ({"likelihood": "poisson"}, "bernoulli, gaussian, got 'poisson'"),
        ({"prior": "horseshoe"}, "normal, fan_in, half_normal, ard, got 'horseshoe'"),
        ({"balance": "smote"}, "none, upsample, weight, got 'smote'"),
    ],
)
def test_refuses_what_is_no_network(settings, words):
    with pytest.raises(InputError, match=words):
        Network(**settings)
