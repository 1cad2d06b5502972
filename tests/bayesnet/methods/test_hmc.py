"""Hamiltonian Monte Carlo samples posteriors that are known, whatever force steers it and however many threads run."""

from functools import partial

import arviz as az
import numpy as np
import pymc as pm
import pytest
import xarray as xr

from bayesnet import Network, training_set
from bayesnet.adaptation import Adaptation
from bayesnet.hamiltonian import Chain, LogDensity
from bayesnet.methods import hmc
from bayesnet.methods.hmc import HmcConfig, fit_hmc
from data import InputError
from tests.bayesnet.methods.regression import TARGET


class Steered:
    """The regression of known posterior, steered by the model of a somewhat wrong one."""

    def model(self, train):
        return TARGET.model(train)

    def rough_model(self, _train):
        with pm.Model() as model:
            beta = pm.Normal("beta", 0.1, 1, shape=2)
            pm.Normal("y", TARGET.x @ beta, 0.52, observed=TARGET.y + 0.02)
        return model


class Bounded:
    """A variable whose posterior is its prior, a gamma distribution: it is sampled over its logarithm."""

    def model(self, _train):
        with pm.Model() as model:
            rate = pm.Gamma("rate", 3, 2)
            pm.Deterministic("period", 1 / rate)
            pm.Normal("y", 0 * rate, 1.0, observed=np.zeros(2))
        return model

    def rough_model(self, _train):
        return None


class Correlated:
    """A normal whose sds along its axes go from 0.03 to 30, none of them along a parameter."""

    def __init__(self) -> None:
        turned, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))
        self.covariance = (turned * np.logspace(-3, 3, 10)) @ turned.T

    def model(self, _train):
        with pm.Model() as model:
            z = pm.MvNormal("z", np.zeros(10), cov=self.covariance, shape=10)
            pm.Normal("y", 0 * z[0], 1.0, observed=np.zeros(2))
        return model

    def rough_model(self, _train):
        return None


class Counts:
    """A model of a discrete variable."""

    def model(self, _train):
        with pm.Model() as model:
            pm.Poisson("n", 3)
        return model


CONFIG = HmcConfig(warmup=400, draws=500, thin=2)


@pytest.fixture(scope="module")
def steered() -> xr.DataTree:
    return fit_hmc(Steered(), None, CONFIG, seed=1)


def test_hmc_samples_a_known_posterior_also_when_another_model_steers_it(steered):
    mean, covariance = TARGET.posterior
    beta = steered["posterior"]["beta"]
    assert beta.sizes == {"chain": 4, "draw": 500, "input": 2}
    assert (abs(beta.mean(("chain", "draw")).values - mean) < 4 * az.mcse(beta).values).all()
    assert np.allclose(np.cov(beta.values.reshape(-1, 2).T), covariance, rtol=0.25)
    assert float(az.rhat(beta).max()) < 1.02


def test_statistics_are_stored_as_arviz_names_them(steered):
    stats = steered["sample_stats"].to_dataset()
    assert {"lp", "energy", "diverging", "acceptance_rate", "n_steps"} <= set(stats)
    log_p = TARGET.model(None).compile_logp(mode="FAST_COMPILE")
    expected = float(log_p({"beta": steered["posterior"]["beta"].values[2, 7]}))
    assert float(stats["lp"][2, 7]) == pytest.approx(expected, rel=1e-9)
    assert steered["fit_stats"]["energy"].sizes == {"chain": 4, "step": 1000}
    assert steered["log_likelihood"]["y"].shape == (4, 500, 40)


@pytest.mark.heavy
def test_variables_within_bounds_and_deterministics_come_out_in_their_own_units():
    posterior = fit_hmc(Bounded(), None, HmcConfig(warmup=300, draws=1000, thin=1), seed=0)["posterior"]
    rate = posterior["rate"]
    assert abs(float(rate.mean()) - 1.5) < 4 * float(az.mcse(rate))
    assert float(rate.var()) == pytest.approx(0.75, rel=0.25)
    assert np.allclose(posterior["period"], 1 / rate)


@pytest.mark.heavy
def test_a_normal_becomes_round_whatever_its_correlations():
    problem = Correlated()
    fit = fit_hmc(problem, None, HmcConfig(warmup=400, draws=1000, thin=1), seed=0)
    z = fit["posterior"]["z"]
    assert float(fit["sample_stats"]["n_steps"].mean()) < 100  # scales alone would need more than 1000
    assert float(az.rhat(z).max()) < 1.01
    assert (abs(z.mean(("chain", "draw"))) < 4 * az.mcse(z)).all()
    whitened = np.linalg.solve(np.linalg.cholesky(problem.covariance), z.values.reshape(-1, 10).T)
    assert np.allclose(np.cov(whitened), np.eye(10), atol=0.1)


@pytest.mark.heavy
def test_threads_change_no_bit(monkeypatch):
    fit = partial(fit_hmc, Bounded(), None, HmcConfig(warmup=250, draws=20, thin=1), seed=3)
    several = fit()
    monkeypatch.setattr(hmc, "cores", lambda: 1)
    assert fit()["posterior"].to_dataset().identical(several["posterior"].to_dataset())


@pytest.mark.heavy
def test_the_force_of_the_network_in_single_precision_is_nearly_its_gradient(catalogue):
    network, train = Network(hidden=3), training_set(catalogue, "weight")
    density, rough = LogDensity(network.model(train)), LogDensity(network.rough_model(train))
    position = density.start(np.random.default_rng(0))
    (lp, gradient), (rough_lp, force) = density(position), rough(position)
    assert rough_lp == pytest.approx(lp, rel=1e-5)
    assert np.allclose(force, gradient, rtol=1e-3, atol=1e-4 * abs(gradient).max())
    assert not np.array_equal(force, gradient)
    learnt = Adaptation(density.size, 0.8, max_steps=20)
    learnt.step.value = 0.001
    accepted = [Chain(density, rough, seed).move(learnt, 1.0).acceptance for seed in range(5)]
    assert min(accepted) > 0.5


def test_what_cannot_be_sampled_is_refused():
    with pytest.raises(InputError, match="continuous"):
        fit_hmc(Counts(), None, CONFIG, seed=0)
    with pytest.raises(InputError, match="at least 125"):
        fit_hmc(Bounded(), None, HmcConfig(warmup=100), seed=0)
