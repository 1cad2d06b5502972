from dataclasses import replace
from functools import partial

import arviz as az
import numpy as np
import pymc as pm
import pytest
import xarray as xr

from bayesnet import Network, training_set
from bayesnet.methods.numpyro import NumpyroConfig
from bayesnet.methods.nuts import NutsConfig, fit_nuts
from data import InputError
from tests.bayesnet.hand_made import HIGH, two_modes
from tests.bayesnet.methods.regression import TARGET


class Vague:
    """Data that say nothing of variables whose prior has this sd."""

    def __init__(self, sd: float):
        self.sd = sd

    def model(self, _train):
        with pm.Model() as model:
            x = pm.Normal("x", 0, self.sd, shape=20)
            pm.Normal("y", 0 * x[0], 1.0, observed=np.zeros(2))
        return model


class TwoModes:
    """A problem of two modes."""

    def model(self, _train):
        return two_modes()


@pytest.fixture(scope="module")
def tree() -> xr.DataTree:
    return fit_nuts(TARGET, None, NutsConfig(warmup=300, draws=500, thin=2), seed=1)


def test_nuts_samples_a_known_posterior(tree):
    mean, covariance = TARGET.posterior
    beta = tree["posterior"]["beta"]
    assert beta.sizes == {"chain": 4, "draw": 500, "input": 2}
    sd = np.sqrt(np.diag(covariance))
    assert np.allclose(beta.mean(("chain", "draw")), mean, atol=0.1 * sd.min())
    assert np.allclose(np.cov(beta.values.reshape(-1, 2).T), covariance, rtol=0.2)
    assert float(az.rhat(beta).max()) < 1.02
    assert tree["log_likelihood"]["y"].shape == (4, 500, 40)
    assert tree["fit_stats"]["divergences"].values.tolist() == [0, 0, 0, 0]


def test_statistics_are_of_every_draw_also_of_those_that_were_thinned_away(tree):
    energy = tree["fit_stats"]["energy"]
    assert energy.sizes == {"chain": 4, "step": 1000}
    expected = (energy.diff("step") ** 2).mean("step") / energy.var("step")
    assert np.allclose(tree["fit_stats"]["bfmi"], expected, rtol=0.01)


def test_the_log_density_is_that_of_the_unconstrained_variables(tree):
    log_p = TARGET.model(None).compile_logp(mode="FAST_COMPILE")
    for at in ((0, 0), (3, 499)):
        expected = float(log_p({"beta": tree["posterior"]["beta"].values[at]}))
        assert float(tree["sample_stats"]["lp"].values[at]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.heavy
@pytest.mark.parametrize("sd", [1e6, 1e-6])  # far wider than a short chain can travel, far narrower than any jitter
@pytest.mark.parametrize("sampler", ["nutpie", "pymc"])
def test_each_chain_starts_at_a_draw_of_the_prior_of_its_own(sampler, sd):
    config = NutsConfig(sampler=sampler, chains=3, warmup=2, draws=4, thin=1, max_depth=1)
    first = fit_nuts(Vague(sd), None, config, seed=1)["posterior"]["x"].isel(draw=0)
    assert (first.std("x_dim_0") > 0.5 * sd).all()
    assert (first.std("x_dim_0") < 1.5 * sd).all()
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(first[one] - first[other]).mean() > 0.5 * sd


@pytest.mark.heavy
def test_chains_that_climb_first_start_in_the_highest_mode_that_they_find():
    config = NutsConfig(chains=2, warmup=100, draws=50, thin=1, climbs=10)
    tree = fit_nuts(TwoModes(), None, config, seed=2)
    assert np.allclose(tree["posterior"]["x"], HIGH, atol=0.6)
    assert tree["posterior"].sizes["chain"] == tree["fit_stats"].sizes["chain"] == 2
    assert not np.array_equal(tree["posterior"]["x"][0], tree["posterior"]["x"][1])
    still = fit_nuts(TwoModes(), None, replace(config, chains=6, climbs=0), seed=2)["posterior"]["x"]
    assert (still.mean("draw") < 0).any()  # a draw of the prior may lie below either


@pytest.mark.slow
@pytest.mark.parametrize("kind", [partial(NutsConfig, sampler="pymc"), NumpyroConfig])
def test_other_samplers_agree_with_nutpie(kind):
    config = kind(warmup=300, draws=500, thin=1)
    pytest.importorskip(config.sampler)
    tree = fit_nuts(TARGET, None, config, seed=1)
    mean, _ = TARGET.posterior
    assert np.allclose(tree["posterior"]["beta"].mean(("chain", "draw")), mean, atol=0.02)
    assert tree["fit_stats"]["at_max_depth"].shape == (4,)
    expected = float(TARGET.model(None).compile_logp()({"beta": tree["posterior"]["beta"].values[2, 17]}))
    assert float(tree["sample_stats"]["lp"][2, 17]) == pytest.approx(expected, rel=1e-6)


def test_an_unknown_sampler_is_refused(catalogue):
    with pytest.raises(InputError, match="nutpie, pymc, numpyro, got 'stan'"):
        fit_nuts(Network(), training_set(catalogue), NutsConfig(sampler="stan"), 0)
