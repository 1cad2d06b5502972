import os
import signal

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from scipy.stats import gamma

import bayesnet
from bayesnet.fitting import training_rows
from bayesnet.methods.map import MapConfig, fit_map
from data import InputError
from tests.bayesnet.linear import Curve


class Walled:
    """Half of the starts lie where there is no density; a scale of Gamma(3, 1), with its mode at 2."""

    def model(self, _train):
        with pm.Model() as model:
            place = pm.Normal("place", 0, 1)
            pm.Gamma("scale", 3, 1)
            pm.Potential("wall", pt.switch(place < 0, -np.inf, -0.5 * ((place - 1) / 0.1) ** 2))
            pm.Deterministic("double", 2 * place)
        return model


@pytest.fixture(scope="module")
def walled():
    return fit_map(Walled(), None, MapConfig(restarts=6), seed=1)


def test_the_mode_of_a_gaussian_posterior_is_its_mean(map_fit):
    exact = Curve().exact(training_rows(map_fit))
    posterior, stats = map_fit["posterior"], map_fit["fit_stats"]
    assert posterior["terms"].dims == ("chain", "draw", "term")
    found = [float(posterior["level"].item()), *posterior["terms"].values[0, 0]]
    assert np.allclose(found, exact.mean, atol=1e-3)
    height = exact.log_evidence - 0.5 * np.linalg.slogdet(2 * np.pi * exact.covariance)[1]
    assert np.allclose(stats["lp"], height, atol=1e-4)  # without bounds there is no Jacobian
    assert np.allclose(stats["loss"], -height, atol=1e-4)
    assert stats["converged"].values.tolist() == [1, 1, 1]
    assert int(stats["dimensions"]) == 3
    assert map_fit["restarts"]["terms"].sizes == {"restart": 3, "draw": 1, "term": 2}
    kept = map_fit["restarts"].to_dataset().isel(restart=int(stats["loss"].argmin("restart")))
    assert np.array_equal(kept["level"], posterior["level"][0])


def test_diagnosed_as_a_point_estimate(map_fit):
    found = bayesnet.diagnose(map_fit)
    assert int(found["converged"]) == 1
    assert found["loss"].sizes == {"restart": 3}
    assert float(found["restart_difference"]) < 1e-3


def test_starts_without_density_are_recorded_and_bounds_do_not_move_the_mode(walled):
    stats = walled["fit_stats"].to_dataset()
    failed = ~np.isfinite(stats["loss"].values)
    assert 0 < failed.sum() < 6
    assert stats["converged"].values[failed].sum() == 0
    assert stats["converged"].values[~failed].all()
    posterior = walled["posterior"]
    place = 1 / (1 + 0.1**2)
    assert posterior["place"].item() == pytest.approx(place, abs=1e-3)
    assert posterior["double"].item() == pytest.approx(2 * place, abs=2e-3)
    assert posterior["scale"].item() == pytest.approx(2, abs=1e-3)  # with the Jacobian it would be 3
    best = int(stats["loss"].argmin("restart"))
    jacobian = float(stats["lp"][best] + stats["loss"][best])
    assert jacobian == pytest.approx(np.log(2), abs=1e-3)  # of scale = exp(.)
    at_mode = -0.5 * (place - 1) ** 2 / 0.01 - 0.5 * place**2 - 0.5 * np.log(2 * np.pi) + gamma(3).logpdf(2)
    assert float(stats["loss"][best]) == pytest.approx(-at_mode, abs=1e-5)


def test_no_start_with_a_density():
    class Nowhere:
        def model(self, _train):
            with pm.Model() as model:
                pm.Potential("wall", pt.switch(pm.Normal("place") < 99, -np.inf, 0.0))
            return model

    with pytest.raises(InputError, match="got none in 2 draws of the prior"):
        fit_map(Nowhere(), None, MapConfig(restarts=2), seed=0)


def test_discrete_variables_are_refused():
    class Counts:
        def model(self, _train):
            with pm.Model() as model:
                pm.Poisson("number", 3)
            return model

    with pytest.raises(InputError, match="got the discrete number"):
        fit_map(Counts(), None, MapConfig(), seed=0)


def test_it_can_be_interrupted(curve_data, monkeypatch):
    def pressed(*_args, **_options):
        os.kill(os.getpid(), signal.SIGINT)
        return [{"level": np.array(0.0), "terms": np.zeros(2)}]

    monkeypatch.setattr("bayesnet.methods.map.starting_points", pressed)
    with pytest.raises(KeyboardInterrupt):
        fit_map(Curve(), Curve().train(curve_data, 0), MapConfig(restarts=1), seed=0)
