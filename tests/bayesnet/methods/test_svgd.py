"""Particles find a posterior that is known, by weights and by functions, and too few of them collapse."""

from dataclasses import replace

import numpy as np
import pymc as pm
import pytest
import xarray as xr

from bayesnet.methods.svgd import SvgdConfig, diagnose_svgd, fit_svgd, moved, stein_direction
from data import InputError
from tests.bayesnet.methods.regression import TARGET

CONFIG = SvgdConfig(particles=40, iterations=1000, prior_draws=400)


class Line:
    """The regression of known posterior whose function stands in the model, at the points of the data."""

    name, field = "line", "line"

    def model(self, _train):
        with pm.Model(coords={"point": np.arange(40)}) as model:
            beta = pm.Normal("beta", 0, 1, shape=2)
            line = pm.Deterministic("line", TARGET.x @ beta, dims="point")
            pm.Normal("y", line, 0.5, observed=TARGET.y)
        return model


@pytest.fixture(scope="module")
def by_weights():
    return fit_svgd(TARGET, None, CONFIG, seed=0)


@pytest.mark.parametrize("space", ["weights", pytest.param("functions", marks=pytest.mark.heavy)])
def test_particles_have_mean_and_sd_of_the_posterior(space, by_weights):
    fit = by_weights if space == "weights" else fit_svgd(Line(), None, replace(CONFIG, space=space), seed=0)
    mean, covariance = TARGET.posterior
    beta, sd = fit["posterior"]["beta"].values[0], np.sqrt(np.diag(covariance))
    np.testing.assert_allclose((beta.mean(axis=0) - mean) / sd, 0, atol=0.2)
    np.testing.assert_allclose(beta.std(axis=0) / sd, 1, atol=0.2)
    assert fit["posterior"]["beta"].shape == (1, 40, 2)
    assert fit["log_likelihood"]["y"].shape == (1, 40, 40)


def test_particles_that_still_move_have_not_converged(by_weights):
    assert int(diagnose_svgd(by_weights)["converged"]) == 1
    assert int(diagnose_svgd(xr.DataTree.from_dict({"fit_stats": on_their_way(moved=0.5)}))["converged"]) == 0
    assert int(diagnose_svgd(xr.DataTree.from_dict({"fit_stats": on_their_way(spread=0.5)}))["converged"]) == 0


def on_their_way(moved: float = 0.0, spread: float = 0.0) -> xr.Dataset:
    return xr.Dataset({"moved": moved, "spread_changed": spread})


def test_few_particles_collapse_in_many_dimensions():
    """The posterior is N(0, 1) in each of 60."""
    start = np.random.default_rng(0).normal(size=(20, 60))
    found, _ = moved(lambda theta: (theta, -theta, lambda move: move), start, CONFIG, lambda: None)
    assert found.std(axis=0).mean() < 0.5


def test_particles_without_gradient_are_pushed_apart():
    place = np.array([[-1.0], [0.0], [1.0]])
    direction = stein_direction(place, np.zeros((3, 1)))
    assert direction[0] < 0 < direction[2]
    assert direction[1] == pytest.approx(0)


def test_a_problem_without_a_function_is_refused():
    with pytest.raises(InputError, match="svgd_function needs a function"):
        fit_svgd(type("Plain", (), {"name": "plain"})(), None, replace(CONFIG, space="functions"), seed=0)
