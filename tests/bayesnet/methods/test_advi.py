import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
from scipy.stats import gamma, multivariate_normal

from bayesnet import Network, training_set
from bayesnet.methods import advi
from bayesnet.methods.advi import AdviConfig, fit_advi
from data import InputError
from tests.bayesnet.methods.regression import TARGET


@pytest.mark.heavy
def test_full_rank_advi_is_exact_where_the_posterior_is_gaussian(monkeypatch):
    monkeypatch.setattr(advi, "START", AdviConfig(iterations=4000))
    config = AdviConfig(covariance="full", iterations=8000, first_rate=0.01, last_rate=1e-4, restarts=1, draws=500)
    tree = fit_advi(TARGET, None, config, seed=1)
    mean, covariance = TARGET.posterior
    assert np.allclose(tree["fit"]["mean"], mean, atol=0.02)
    assert np.allclose(tree["fit"]["covariance"], covariance, atol=0.1 * covariance.max())
    # lp - log_q of the exact posterior is the log evidence, for every draw
    ratio = (tree["sample_stats"]["lp"] - tree["sample_stats"]["log_q"]).values
    assert np.allclose(ratio, TARGET.log_evidence, atol=0.5)
    assert np.allclose(tree["fit_stats"]["elbo"], TARGET.log_evidence, atol=0.05)
    assert tree["fit_stats"]["converged"].values.tolist() == [1]


def test_mean_field_advi_finds_the_best_independent_gaussian():
    tree = fit_advi(TARGET, None, AdviConfig(iterations=8000, restarts=2, draws=1000), seed=1)
    mean, covariance = TARGET.posterior
    # the minimiser of KL(q|p) for a Gaussian p: its mean, and the inverse diagonal of its precision
    sd = 1 / np.sqrt(np.diag(np.linalg.inv(covariance)))
    assert np.allclose(tree["fit"]["mean"], mean, atol=0.05)
    assert np.allclose(tree["fit"]["sd"], sd, rtol=0.1)
    assert tree["fit"]["parameter"].values.tolist() == ["beta[0]", "beta[1]"]
    q = multivariate_normal(tree["fit"]["mean"], np.diag(tree["fit"]["sd"].values ** 2))
    beta = tree["posterior"]["beta"].values[0]
    assert np.allclose(tree["sample_stats"]["log_q"].values[0], q.logpdf(beta))
    p = multivariate_normal(mean, covariance).logpdf(beta) + TARGET.log_evidence
    assert np.allclose(tree["sample_stats"]["lp"].values[0], p)
    assert tree["restarts"]["beta"].sizes == {"restart": 2, "draw": 1000, "input": 2}
    kept = int(tree["fit_stats"]["elbo"].values.argmax())
    assert np.array_equal(tree["restarts"]["beta"][kept], tree["posterior"]["beta"][0])


@pytest.mark.heavy
def test_restarts_begin_at_draws_of_the_prior():
    """With a rate of next to nothing an optimisation ends where it began."""
    still = AdviConfig(iterations=2, first_rate=1e-12, last_rate=1e-12, restarts=2, draws=2000)
    tree = fit_advi(TARGET, None, still, seed=1)
    centres, spread = tree["restarts"]["beta"].mean("draw"), np.log(2)  # of a draw about its start
    assert np.abs(centres[0] - centres[1]).max() > 10 * spread / np.sqrt(2000)
    many = AdviConfig(iterations=2, first_rate=1e-12, last_rate=1e-12, restarts=400, draws=100)
    centres = fit_advi(TARGET, None, many, seed=1)["restarts"]["beta"].mean("draw")
    assert np.allclose(centres.mean("restart"), 0, atol=0.25)
    assert np.allclose(centres.std("restart"), 1, atol=0.15)  # that of the prior


def test_a_draw_without_density_is_refused():
    class Fallen:
        def model(self, _train):
            with pm.Model() as model:
                x = pm.Normal("x", 0, 1)
                pm.Potential("wall", pt.switch(x > 0.5, -np.inf, 0.0))
            return model

    with pytest.raises(InputError, match="no finite log density"):
        fit_advi(Fallen(), None, AdviConfig(iterations=200, restarts=1, draws=10), seed=0)


def test_a_variable_with_bounds_is_fitted_without_them():
    """The rate of a gamma prior and Poisson counts, whose logarithm is nearly normal."""
    counts = np.random.default_rng(0).poisson(4.0, 300)

    class Rate:
        def model(self, _train):
            with pm.Model() as model:
                pm.Poisson("y", pm.Gamma("rate", 2, 1), observed=counts)
            return model

    tree = fit_advi(Rate(), None, AdviConfig(iterations=6000, restarts=2, draws=2000), seed=0)
    exact = gamma(2 + counts.sum(), scale=1 / (1 + 300))
    assert tree["fit"]["parameter"].values.tolist() == ["rate_log__"]
    assert np.isclose(tree["posterior"]["rate"].mean(), exact.mean(), rtol=0.01)
    assert np.isclose(tree["posterior"]["rate"].std(), exact.std(), rtol=0.1)


@pytest.mark.heavy
def test_elbo_that_still_climbs_is_not_called_converged(catalogue):
    train = training_set(catalogue)
    config = AdviConfig(iterations=60, first_rate=0.02, last_rate=0.02, restarts=1, draws=50)
    tree = fit_advi(Network(hidden=3), train, config, seed=0)
    assert tree["fit_stats"]["converged"].values.tolist() == [0]


@pytest.mark.heavy
def test_full_covariance_gives_the_same_numbers_for_the_same_seed(catalogue, monkeypatch):
    monkeypatch.setattr(advi, "START", AdviConfig(iterations=200))
    config = AdviConfig(covariance="full", iterations=200, first_rate=0.001, last_rate=2e-5, restarts=1, draws=20)
    train = training_set(catalogue)
    first, again = (fit_advi(Network(hidden=2), train, config, seed=5) for _ in range(2))
    assert first["posterior"].to_dataset().equals(again["posterior"].to_dataset())
