"""Methods on targets whose posterior is known, and on the network."""

import arviz as az
import numpy as np
import pymc as pm
import pytest
from scipy.special import expit
from scipy.stats import multivariate_normal

from bayesnet import Network, training_set
from bayesnet.methods import advi
from bayesnet.methods.advi import AdviConfig, fit_advi
from bayesnet.methods.mlp import MlpConfig, fit_mlp
from bayesnet.methods.nuts import NutsConfig, fit_nuts
from data import InputError


class LinearRegression:
    """y ~ N(x beta, sd 0.5) with beta ~ N(0, 1): another PyMC model, and a Gaussian posterior in closed form."""

    x = np.random.default_rng(0).normal(size=(40, 2)) @ np.array([[1.0, 0.9], [0.0, 0.5]])
    y = x @ [1.0, -0.5] + 0.5 * np.random.default_rng(1).normal(size=40)

    def model(self, _train):
        with pm.Model(coords={"input": ["a", "b"]}) as model:
            beta = pm.Normal("beta", 0, 1, dims="input")
            pm.Normal("y", self.x @ beta, 0.5, observed=self.y)
        return model

    @property
    def posterior(self):
        covariance = np.linalg.inv(self.x.T @ self.x / 0.25 + np.eye(2))
        return covariance @ self.x.T @ self.y / 0.25, covariance

    @property
    def log_evidence(self):
        return multivariate_normal(np.zeros(40), self.x @ self.x.T + 0.25 * np.eye(40)).logpdf(self.y)


TARGET = LinearRegression()


def test_nuts_samples_a_known_posterior():
    tree = fit_nuts(TARGET, None, NutsConfig(warmup=300, draws=500, thin=2), seed=1)
    mean, covariance = TARGET.posterior
    beta = tree["posterior"]["beta"]
    assert beta.sizes == {"chain": 4, "draw": 500, "input": 2}
    sd = np.sqrt(np.diag(covariance))
    assert np.allclose(beta.mean(("chain", "draw")), mean, atol=0.1 * sd.min())
    assert np.allclose(np.cov(beta.values.reshape(-1, 2).T), covariance, rtol=0.2)
    assert float(az.rhat(beta).max()) < 1.02
    assert tree["log_likelihood"]["y"].shape == (4, 500, 40)
    assert tree["fit_stats"]["divergences"].values.tolist() == [0, 0, 0, 0]
    energy = tree["fit_stats"]["energy"]
    assert energy.sizes == {"chain": 4, "step": 1000}  # also of the draws that were thinned away
    expected = (energy.diff("step") ** 2).mean("step") / energy.var("step")
    assert np.allclose(tree["fit_stats"]["bfmi"], expected, rtol=0.01)


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


def test_elbo_that_still_climbs_is_not_called_converged(catalogue):
    train = training_set(catalogue)
    config = AdviConfig(iterations=60, first_rate=0.02, last_rate=0.02, restarts=1, draws=50)
    tree = fit_advi(Network(hidden=3), train, config, seed=0)
    assert tree["fit_stats"]["converged"].values.tolist() == [0]


def test_mlp_minimises_the_negative_log_posterior(catalogue):
    train = training_set(catalogue, "weight")
    network = Network(hidden=3, prior_sd=2.0)
    tree = fit_mlp(network, train, MlpConfig(restarts=4), seed=0)
    posterior = tree["posterior"].to_dataset()
    y, weight = train["y"].values, train["weight"].values

    def loss(scale):
        scaled = posterior.assign({name: posterior[name] * scale for name in ("w0", "w1")})
        logit = network.logit(scaled, train["x"]).values[0, 0]
        fit = (weight * np.log(np.where(y == 1, expit(logit), expit(-logit)))).sum()
        penalty = sum(float((scaled[name] ** 2).sum()) for name in ("w0", "w1")) / (2 * 2.0**2)
        return penalty - fit

    found = tree["fit_stats"]["loss"]
    assert found.sizes == {"restart": 4}
    assert float(found.min()) * weight.sum() == pytest.approx(loss(1.0), rel=1e-9)
    assert loss(1.0) < min(loss(0.97), loss(1.03))
    assert posterior["w0"].dims == ("chain", "draw", "feature", "hidden")
    assert posterior.sizes["chain"] == posterior.sizes["draw"] == 1
    kept = tree["restarts"].to_dataset().isel(restart=int(found.argmin("restart")))
    assert np.array_equal(kept["w0"], posterior["w0"][0])


@pytest.mark.parametrize(("iterations", "converged"), [(3, 0), (5000, 1)])
def test_mlp_that_was_stopped_did_not_converge(iterations, converged, catalogue):
    tree = fit_mlp(Network(hidden=3), training_set(catalogue), MlpConfig(restarts=1, iterations=iterations), seed=0)
    assert tree["fit_stats"]["converged"].values.tolist() == [converged]


def test_mlp_penalty_by_cross_validation_is_one_of_the_candidates(catalogue):
    config = MlpConfig(restarts=1, penalty="cross_validation", alphas=(0.1, 30.0), folds=3)
    tree = fit_mlp(Network(hidden=3), training_set(catalogue), config, seed=0)
    assert float(tree["fit_stats"]["alpha"]) in config.alphas


def test_full_covariance_gives_the_same_numbers_for_the_same_seed(catalogue, monkeypatch):
    monkeypatch.setattr(advi, "START", AdviConfig(iterations=200))
    config = AdviConfig(covariance="full", iterations=200, first_rate=0.001, last_rate=2e-5, restarts=1, draws=20)
    train = training_set(catalogue)
    first, again = (fit_advi(Network(hidden=2), train, config, seed=5) for _ in range(2))
    assert first["posterior"].to_dataset().equals(again["posterior"].to_dataset())


@pytest.mark.slow
@pytest.mark.parametrize("sampler", ["pymc", "numpyro"])
def test_other_samplers_agree_with_nutpie(sampler):
    pytest.importorskip(sampler)
    tree = fit_nuts(TARGET, None, NutsConfig(sampler=sampler, warmup=300, draws=500, thin=1), seed=1)
    mean, _ = TARGET.posterior
    assert np.allclose(tree["posterior"]["beta"].mean(("chain", "draw")), mean, atol=0.02)
    assert tree["fit_stats"]["at_max_depth"].shape == (4,)


@pytest.mark.parametrize(
    ("method", "network", "config", "words"),
    [
        (fit_mlp, Network(activation="softplus"), MlpConfig(), "relu, tanh, sigmoid, got 'softplus'"),
        (fit_mlp, Network(), MlpConfig(penalty="lasso"), "prior, cross_validation, got 'lasso'"),
        (fit_mlp, Network(prior="ard"), MlpConfig(), "follow the prior 'normal' only, got 'ard'"),
        (fit_nuts, Network(), NutsConfig(sampler="stan"), "nutpie, pymc, numpyro, got 'stan'"),
    ],
)
def test_settings_that_a_method_cannot_work_with(method, network, config, words, catalogue):
    with pytest.raises(InputError, match=words):
        method(network, training_set(catalogue), config, 0)
