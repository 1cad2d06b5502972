import json

import numpy as np
import pytest
import xarray as xr
from scipy.stats import beta, norm

import bayesnet
from bayesnet.parts.coverage import coverage
from tests.bayesnet.linear import Curve


def made(outcome: np.ndarray, draws: np.ndarray, sd: np.ndarray) -> xr.DataTree:
    """A fit whose test rows were predicted by these draws `(sample, row)`."""
    coords = {"chain": [0], "draw": np.arange(len(draws)), "point": np.arange(len(outcome))}
    predicted = xr.Dataset({"predicted": (("chain", "draw", "point"), draws[None])}, coords)
    rows = xr.Dataset({"height": ("point", outcome), "sd": ("point", sd)}, {"point": coords["point"]})
    tree = xr.DataTree.from_dict({"predictions": predicted, "predictions_constant_data": rows})
    tree.attrs["problem"] = json.dumps(Curve().settings())
    return tree


def test_probabilities_are_of_the_mixture_with_noise(curve_data):
    rng = np.random.default_rng(0)
    draws, sd, outcome = rng.normal(size=(20, 6)), rng.uniform(0.1, 2, 6), rng.normal(size=6)
    found = coverage(made(outcome, draws, sd))
    assert np.allclose(found["pit"], norm.cdf(outcome, draws, sd).mean(axis=0))
    assert found["pit"].dims == ("point",)


def test_shares_and_their_exact_intervals(curve_data):
    z = norm.ppf([0.05, 0.15, 0.3, 0.5, 0.6, 0.7, 0.8, 0.91, 0.97, 0.999])
    found = coverage(made(z, np.zeros((1, 10)), np.ones(10)))
    assert found["coverage"].values.tolist() == [0.4, 0.6, 0.9]  # 0.25 to 0.75, 0.1 to 0.9, 0.025 to 0.975
    lower, upper = found["coverage_interval"].sel(level=0.5).values
    assert lower == pytest.approx(beta.ppf(0.025, 4, 7))
    assert upper == pytest.approx(beta.ppf(0.975, 5, 6))


def test_a_right_predictive_distribution_covers_as_it_says(curve_data):
    rng, n = np.random.default_rng(3), 4000
    outcome = rng.normal(0, np.hypot(1.0, 0.5), n)
    found = coverage(made(outcome, np.repeat(rng.normal(size=(400, 1)), n, axis=1), np.full(n, 0.5)))
    assert np.allclose(found["coverage"], [0.5, 0.8, 0.95], atol=0.05)


def test_every_method_of_a_problem_with_noise(curve_fits):
    for fit in curve_fits.values():
        assert coverage(fit)["pit"].sizes == {"point": 40}


def test_nothing_for_classes():
    tree = xr.DataTree()
    tree.attrs["problem"] = json.dumps(bayesnet.Network(hidden=1).settings())
    assert not coverage(tree).data_vars
