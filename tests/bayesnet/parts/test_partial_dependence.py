import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.inspection import partial_dependence as sklearn_partial_dependence
from sklearn.neural_network import MLPClassifier

from bayesnet.grading import some_positions
from bayesnet.parts.partial_dependence import partial_dependence
from bayesnet.problems.network import training
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.model import Network
from data import InputError
from tests.bayesnet.hand_made import disguised, make_fit, some_fit, weights_of


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_no_symmetry_touches_it(activation, seed):
    fit = some_fit(activation, seed=seed)
    network = Network(hidden=4, activation=activation)
    other = make_fit(disguised(weights_of(fit), np.random.default_rng(seed), activation)[0], network)
    one, two = (partial_dependence(this, points=4) for this in (fit, other))
    xr.testing.assert_allclose(one, two, rtol=1e-7, atol=1e-9)


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
    constant, rows = fit["constant_data"], training.test_inputs(fit)
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
    xr.testing.assert_allclose(partial_dependence(fit, points=3, block=100), partial_dependence(fit, points=3))


def test_a_point_estimate_has_a_mean_only():
    found = partial_dependence(some_fit("relu", chains=1, draws=1), points=3)
    assert np.isfinite(found["mean"]).all()
    assert np.isnan(found[["sd", "lower", "upper"]].to_array()).all()


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


def test_of_many_test_rows_some_are_used():
    """One row in the place of all: the score of that very row with the input set."""
    fit = some_fit("relu", seed=1)
    found = partial_dependence(fit, points=3, tested=1)
    x = training.test_inputs(fit)
    assert np.allclose(found["value"], partial_dependence(fit, points=3)["value"])
    row, train = x[some_positions(len(x), 1)], fit["constant_data"].to_dataset()
    grid = np.linspace(x.min(axis=0), x.max(axis=0), 3)
    made_up = np.tile(row, (3, 1))
    made_up[:, 0] = grid[:, 0]
    names = {"simulation": np.arange(3), "feature": train["feature"].values}
    scores = Network.of(fit).predict(
        fit["posterior"].to_dataset(),
        train,
        train.drop_dims("simulation").assign(x=xr.DataArray(made_up, names, ("simulation", "feature"))),
    )
    assert np.allclose(found["mean"][0], scores.mean(("chain", "draw")))
