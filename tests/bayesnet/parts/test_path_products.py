import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayesnet.parts.path_products import path_products
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.model import Network
from tests.bayesnet.hand_made import disguised, make_fit, one_active_unit, some_fit, weights_of


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_no_symmetry_touches_them(activation, seed):
    fit = some_fit(activation, seed=seed)
    network = Network(hidden=4, activation=activation)
    other = make_fit(disguised(weights_of(fit), np.random.default_rng(seed), activation)[0], network)
    xr.testing.assert_allclose(path_products(fit), path_products(other), rtol=1e-7, atol=1e-9)


def test_a_network_with_one_active_unit_has_known_answers():
    products = path_products(one_active_unit(), prob=0.5)
    np.testing.assert_allclose(products["mean"], [3.0, 0.0, -1.5])
    np.testing.assert_allclose(products["sd"], [np.sqrt(2), 0.0, np.sqrt(0.5)])
    np.testing.assert_allclose(products["lower"], [2.5, 0.0, -1.75])
    np.testing.assert_allclose(products["upper"], [3.5, 0.0, -1.25])
    assert products["units"].values.tolist() == ["km", "MPa", "1"]


def test_a_point_estimate_has_a_mean_only():
    found = path_products(some_fit("relu", chains=1, draws=1))
    assert np.isfinite(found["mean"]).all()
    assert np.isnan(found[["sd", "lower", "upper"]].to_array()).all()
