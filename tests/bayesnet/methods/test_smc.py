"""Particles come to the posterior, and meet the evidence, where both are known; chains that do not agree are told."""

import os
import signal

import numpy as np
import pymc as pm
import pytest
import xarray as xr
from scipy.special import gammaln
from scipy.stats import gamma

import bayesnet
from bayesnet.fitting import training_rows
from bayesnet.methods.smc import SmcConfig, diagnose_smc, fit_smc
from bayesnet.parts.closed_form import closed_form
from data import InputError
from tests.bayesnet.linear import FREE, Curve


class Rate:
    """A rate of which a gamma prior, and seven events in three years, make a gamma posterior."""

    shape, rate, events, years = 2.0, 1.0, 7, 3.0

    def model(self, _train):
        with pm.Model() as model:
            rate = pm.Gamma("rate", self.shape, self.rate)
            pm.Poisson("y", rate * self.years, observed=[self.events])
        return model

    @property
    def log_evidence(self):
        shape, rate = self.shape + self.events, self.rate + self.years
        prior = self.shape * np.log(self.rate) - gammaln(self.shape)
        return (
            prior + gammaln(shape) - shape * np.log(rate) + self.events * np.log(self.years) - gammaln(1 + self.events)
        )


@pytest.fixture(scope="module")
def curve(curve_fit):
    return curve_fit("smc", draws=500)


@pytest.mark.heavy
def test_particles_are_draws_of_the_posterior_and_meet_the_evidence(curve):
    exact, posterior = Curve().exact(training_rows(curve)), curve["posterior"]
    assert posterior["terms"].sizes == {"chain": 4, "draw": 500, "term": 2}
    assert np.allclose(posterior["end"], posterior["level"] + posterior["terms"].sum("term"))
    found = closed_form(curve, exact, FREE)
    assert float(found["mean_error_sd_max"]) < 0.15
    assert float(found["sd_error_max"]) < 0.15
    stats = curve["fit_stats"].to_dataset()
    assert 0 < float(stats["log_evidence_se"]) < 0.15
    assert float(stats["log_evidence"]) == pytest.approx(exact.log_evidence, abs=4 * float(stats["log_evidence_se"]))
    assert float(found["log_evidence_error"]) == float(stats["log_evidence"]) - exact.log_evidence
    assert stats["beta"].max("stage").values.tolist() == [1.0] * 4
    assert 0 < float(stats["acceptance"].min()) < 1


@pytest.mark.heavy
def test_log_densities_are_those_of_the_model(curve):
    posterior, known = curve["posterior"], Curve().model(training_rows(curve)).compile_logp()
    at = {name: posterior[name].values[1, 7] for name in FREE}
    assert curve["sample_stats"]["lp"].values[1, 7] == pytest.approx(float(known(at)))


@pytest.mark.parametrize("kernel", ["independent", "random_walk"])
def test_bounds_and_both_kernels(kernel):
    """The mean of the gamma posterior is 9/4, its variance 9/16."""
    fit = fit_smc(Rate(), None, SmcConfig(kernel=kernel, chains=2, draws=400), seed=2)
    rate = fit["posterior"]["rate"].values
    assert rate.min() > 0
    assert rate.mean() == pytest.approx(9 / 4, abs=0.12)
    assert rate.var() == pytest.approx(9 / 16, rel=0.25)
    assert float(fit["fit_stats"]["log_evidence"]) == pytest.approx(Rate().log_evidence, abs=0.2)
    height = np.log(rate) + Rate().log_evidence + gamma(9, scale=1 / 4).logpdf(rate)
    assert np.allclose(fit["sample_stats"]["lp"], height)


def test_one_seed_gives_the_same_bits_and_one_chain_no_standard_error():
    first, again = (fit_smc(Rate(), None, SmcConfig(chains=1, draws=50), seed=1) for _ in range(2))
    assert first.equals(again)
    assert np.isnan(float(first["fit_stats"]["log_evidence_se"]))


@pytest.mark.heavy
def test_chains_that_agree_have_converged(curve):
    found = bayesnet.diagnose(curve)
    assert float(found["rhat_max"]) < 1.01
    assert int(found["converged"]) == 1
    assert float(found["log_evidence_spread"]) < 1


@pytest.mark.heavy
def test_chains_that_find_other_evidences_have_not(curve):
    fit = curve.copy()
    stats = fit["fit_stats"].to_dataset()
    fit["fit_stats"] = xr.DataTree(stats.assign(log_evidence_chain=stats["log_evidence_chain"] + [0, 0, 0, 1.5]))
    found = diagnose_smc(fit)
    assert float(found["rhat_max"]) < 1.01
    assert float(found["log_evidence_spread"]) > 1
    assert int(found["converged"]) == 0


def test_an_unknown_kernel_is_refused():
    with pytest.raises(InputError, match="independent, random_walk, got 'slice'"):
        fit_smc(Rate(), None, SmcConfig(kernel="slice"), seed=0)


def test_it_can_be_interrupted(monkeypatch):
    def pressed(*_args, **_options):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(pm, "sample_smc", pressed)
    with pytest.raises(KeyboardInterrupt):
        fit_smc(Rate(), None, SmcConfig(), seed=0)
