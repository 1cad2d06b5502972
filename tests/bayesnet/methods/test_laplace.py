"""The Gaussian about the mode is the posterior where that is one; where it is none, or has no curvature, it says so."""

import numpy as np
import pymc as pm
import pytest
from scipy.special import gammaln

import bayesnet
from bayesnet.fitting import training_rows
from bayesnet.methods.laplace import LaplaceConfig, fit_laplace
from bayesnet.parts.closed_form import closed_form
from data import InputError
from tests.bayesnet.linear import Curve
from tests.bayesnet.methods.regression import TARGET

FEW = LaplaceConfig(restarts=3, draws=200)


class Prior:
    """A problem whose data say nothing."""

    def model(self, _train):
        with pm.Model() as model:
            self.variable()
            pm.Normal("y", 0.0, 1.0, observed=np.zeros(2))
        return model


class Rate(Prior):
    """A rate whose posterior is a gamma distribution of shape 6."""

    def variable(self):
        pm.Gamma("rate", 6.0, 2.0)


class Open(Prior):
    """Two variables, of which prior and data together say nothing of the second."""

    def variable(self):
        x = pm.Normal("x", 0.0, 1.0, shape=2)
        pm.Potential("level", x[1] ** 2 / 2)


class Switch(Prior):
    """A variable without a derivative."""

    def variable(self):
        pm.Bernoulli("on", 0.5)


def test_a_gaussian_posterior_is_found_with_its_evidence():
    fit = fit_laplace(TARGET, None, LaplaceConfig(restarts=2, draws=4000), seed=0)
    mean, covariance = TARGET.posterior
    assert np.allclose(fit["fit"]["mean"], mean, atol=1e-6)
    assert np.allclose(fit["fit"]["covariance"], covariance, rtol=1e-6)
    assert float(fit["fit_stats"]["log_evidence"]) == pytest.approx(TARGET.log_evidence, abs=1e-6)
    assert np.allclose(np.cov(fit["posterior"]["beta"].values[0].T), covariance, rtol=0.15)
    ratio = fit["sample_stats"]["lp"] - fit["sample_stats"]["log_q"]
    assert np.allclose(ratio, TARGET.log_evidence, atol=1e-6)
    assert fit["log_likelihood"]["y"].shape == (1, 4000, 40)
    assert fit["restarts"]["beta"].sizes == {"restart": 2, "draw": 1, "input": 2}


@pytest.mark.heavy
def test_the_mode_is_that_of_the_unconstrained_variables():
    """The logarithm of a rate of gamma density, shape 6 and rate 2, has its mode at log 3, and curvature 6 there."""
    fit = fit_laplace(Rate(), None, FEW, seed=1)
    assert float(fit["fit"]["mean"][0]) == pytest.approx(np.log(3), abs=1e-5)
    assert float(fit["fit"]["sd"][0]) == pytest.approx(1 / np.sqrt(6), rel=1e-5)
    of_data = -np.log(2 * np.pi)
    stirling = 6 * np.log(3) - 6 + 0.5 * np.log(2 * np.pi / 6) + 6 * np.log(2) - gammaln(6)
    assert float(fit["fit_stats"]["log_evidence"]) == pytest.approx(stirling + of_data, abs=1e-5)
    assert (fit["posterior"]["rate"] > 0).all()


def test_a_mode_without_curvature_has_not_converged():
    stats = fit_laplace(Open(), None, FEW, seed=1)["fit_stats"]
    assert int(stats["flat"]) == 1
    assert not stats["converged"].any()


@pytest.mark.heavy
def test_diagnostics_are_those_of_an_optimiser_and_of_a_gaussian(curve_fit):
    fit = curve_fit("laplace", restarts=3, draws=500)
    found = bayesnet.diagnose(fit)
    assert int(found["converged"]) == 1
    assert float(found["khat"]) < 0.7
    assert int(found["at_best"]) == 3
    exact = Curve().exact(training_rows(fit))
    assert float(found["log_evidence"]) == pytest.approx(exact.log_evidence, abs=1e-5)
    errors = closed_form(fit, exact, ["level", "terms"])
    assert errors["within"].sel(check=["sd_optimum", "elbo"]).values.tolist() == [1, 1]


def test_a_model_with_discrete_variables_is_refused():
    with pytest.raises(InputError, match="laplace"):
        fit_laplace(Switch(), None, FEW, seed=0)
