import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.inspection import partial_dependence as sklearn_partial_dependence
from sklearn.neural_network import MLPClassifier

from bayesnet.problems.network.model import ACTIVATIONS, Network
from bayesnet.parts.sensitivities import SLOPES, input_sensitivities, partial_dependence, path_products
from bayesnet.problems.network.training import standardise
from data import InputError
from tests.bayesnet.hand_made import FEATURES, disguised, logits, make_fit, random_weights, weights_of

NAMES = sorted(ACTIVATIONS)


def some_fit(activation, *, seed=0, chains=2, draws=3, hidden=4):
    weights = random_weights(np.random.default_rng(seed), chains, draws, hidden)
    return make_fit(weights, Network(hidden=hidden, activation=activation))


@pytest.mark.parametrize("activation", NAMES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_no_symmetry_touches_them(activation, seed):
    fit = some_fit(activation, seed=seed)
    network = Network(hidden=4, activation=activation)
    other = make_fit(disguised(weights_of(fit), np.random.default_rng(seed), activation)[0], network)
    for quantity in (path_products, input_sensitivities, lambda this: partial_dependence(this, points=4)):
        xr.testing.assert_allclose(quantity(fit), quantity(other), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", NAMES)
def test_sensitivities_are_the_slope_of_the_score(activation):
    fit = some_fit(activation, chains=1, draws=1)
    step = 1e-6
    constant, test = fit["constant_data"], fit["predictions_constant_data"].to_dataset()
    found = input_sensitivities(fit)["mean"]
    for feature in FEATURES:
        moved = []
        for way in (1, -1):
            shift = way * step * constant["feature_sd"] * (test["feature"] == feature)
            other = fit.copy()
            other["predictions_constant_data"] = xr.DataTree(test.assign(features=test["features"] + shift))
            moved.append(expit(logits(other)).mean())
        slope = (moved[0] - moved[1]) / (2 * step)
        np.testing.assert_allclose(found.sel(per="sd", feature=feature), slope, atol=1e-7)
        sd = float(constant["feature_sd"].sel(feature=feature))
        np.testing.assert_allclose(found.sel(per="unit", feature=feature), slope / sd, atol=1e-5)


def test_slopes_are_the_derivatives_of_the_activations():
    a = np.array([-2.0, -0.3, 0.4, 3.0])
    assert set(SLOPES) == set(ACTIVATIONS)
    for name, (_, act) in ACTIVATIONS.items():
        np.testing.assert_allclose(SLOPES[name](a), (act(a + 1e-6) - act(a - 1e-6)) / 2e-6, atol=1e-8)


@pytest.mark.parametrize(("activation", "theirs"), [("relu", "relu"), ("tanh", "tanh"), ("sigmoid", "logistic")])
def test_partial_dependence_is_that_of_scikit_learn(activation, theirs):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 3))
    model = MLPClassifier((5,), activation=theirs, solver="lbfgs", alpha=1.0, max_iter=500, random_state=0)
    model.fit(x, (x[:, 0] + x[:, 1] ** 2 > 0.5).astype(int))
    weights = {
        "w0": model.coefs_[0][None, None],
        "b0": model.intercepts_[0][None, None],
        "w1": model.coefs_[1][None, None, :, 0],
        "b1": model.intercepts_[1][None],
    }
    fit = make_fit(weights, Network(hidden=5, activation=activation), rows=40)
    constant, test = fit["constant_data"], fit["predictions_constant_data"]["features"]
    rows = standardise(test, constant["feature_mean"], constant["feature_sd"]).values
    found = partial_dependence(fit, points=7)
    for feature in range(3):
        expected = sklearn_partial_dependence(
            model,
            rows,
            [feature],
            method="brute",
            response_method="predict_proba",
            percentiles=(0, 1),
            grid_resolution=7,
        )
        np.testing.assert_allclose(found["mean"][feature], expected["average"][0], atol=1e-12)
        mean, sd = (float(constant[name][feature]) for name in ("feature_mean", "feature_sd"))
        np.testing.assert_allclose(found["value"][feature], expected["grid_values"][0] * sd + mean)


def test_the_block_changes_no_number():
    fit = some_fit("tanh", draws=7)
    xr.testing.assert_allclose(input_sensitivities(fit, block=1), input_sensitivities(fit))
    xr.testing.assert_allclose(partial_dependence(fit, points=3, block=100), partial_dependence(fit, points=3))


def test_a_network_with_one_active_unit_has_known_answers():
    # a unit that is active everywhere makes the logit linear: w1 (x w0 + b0) + b1
    weights = {
        "w0": np.array([1.0, 0.0, -0.5])[None, None, :, None] * np.ones((1, 2, 1, 1)),
        "b0": np.full((1, 2, 1), 50.0),
        "w1": np.array([[[2.0], [4.0]]]),
        "b1": np.array([[-100.0, -200.0]]),
    }
    fit = make_fit(weights, Network(hidden=1))
    products = path_products(fit, prob=0.5)
    np.testing.assert_allclose(products["mean"], [3.0, 0.0, -1.5])
    np.testing.assert_allclose(products["sd"], [np.sqrt(2), 0.0, np.sqrt(0.5)])
    np.testing.assert_allclose(products["lower"], [2.5, 0.0, -1.75])
    np.testing.assert_allclose(products["upper"], [3.5, 0.0, -1.25])
    p = expit(logits(fit))[0]
    slope = (p * (1 - p)).mean(axis=1) * np.array([2.0, 4.0])
    np.testing.assert_allclose(input_sensitivities(fit)["mean"].sel(per="sd"), slope.mean() * np.array([1, 0, -0.5]))
    assert products["units"].values.tolist() == ["km", "MPa", "1"]


def test_a_point_estimate_has_a_mean_only():
    fit = some_fit("relu", chains=1, draws=1)
    for found in (path_products(fit), input_sensitivities(fit), partial_dependence(fit, points=3)):
        assert np.isfinite(found["mean"]).all()
        for name in ("sd", "lower", "upper"):
            assert np.isnan(found[name]).all()


def test_only_as_many_draws_as_asked_for_are_used():
    fit = some_fit("relu", chains=1, draws=9)
    few = partial_dependence(fit, points=3, draws=3)
    same = partial_dependence(
        make_fit({k: v[:, [0, 4, 8]] for k, v in weights_of(fit).items()}, Network(hidden=4)), points=3
    )
    xr.testing.assert_allclose(few, same)
    assert (few.attrs["draws"], partial_dependence(fit, points=3, draws=None).attrs["draws"]) == (3, 9)


@pytest.mark.parametrize(
    ("settings_", "message"),
    [({"points": 1}, "points must"), ({"draws": 0}, "draws must"), ({"prob": 1.0}, "prob must")],
)
def test_settings_that_mean_nothing_are_refused(settings_, message):
    with pytest.raises(InputError, match=message):
        partial_dependence(some_fit("relu"), **settings_)
