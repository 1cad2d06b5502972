import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from bayesnet.parts.sensitivities import input_sensitivities
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.model import Network
from tests.bayesnet.hand_made import FEATURES, disguised, logits, make_fit, one_active_unit, some_fit, weights_of


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_no_symmetry_touches_them(activation, seed):
    fit = some_fit(activation, seed=seed)
    network = Network(hidden=4, activation=activation)
    other = make_fit(disguised(weights_of(fit), np.random.default_rng(seed), activation)[0], network)
    xr.testing.assert_allclose(input_sensitivities(fit), input_sensitivities(other), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", ACTIVATIONS)
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


def test_the_block_changes_no_number():
    fit = some_fit("tanh", draws=7)
    xr.testing.assert_allclose(input_sensitivities(fit, block=1), input_sensitivities(fit))


def test_a_network_with_one_active_unit_has_known_answers():
    fit = one_active_unit()
    p = expit(logits(fit))[0]
    slope = (p * (1 - p)).mean(axis=1) * np.array([2.0, 4.0])
    np.testing.assert_allclose(input_sensitivities(fit)["mean"].sel(per="sd"), slope.mean() * np.array([1, 0, -0.5]))


def test_a_point_estimate_has_a_mean_only():
    found = input_sensitivities(some_fit("relu", chains=1, draws=1))
    assert np.isfinite(found["mean"]).all()
    assert np.isnan(found[["sd", "lower", "upper"]].to_array()).all()
