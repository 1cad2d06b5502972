import numpy as np
import pymc as pm
import pytest
from scipy.stats import multivariate_normal

import bayesnet
from bayesnet.comparison import reference_of
from bayesnet.fitting import training_rows
from bayesnet.methods.exact import ExactConfig, fit_exact
from data import InputError
from tests.bayesnet.linear import NAMES, Curve


class Broken(Curve):
    """A curve whose closed form is none, or not that of its model."""

    answer = None
    bounded = False

    def exact(self, train):
        return None if self.answer is None else self.answer(super().exact(train))

    def model(self, train):
        model = super().model(train)
        if self.bounded:
            with model:
                pm.HalfNormal("width")
        return model


def test_draws_are_independent_and_of_the_posterior(exact_fit):
    exact = Curve().exact(training_rows(exact_fit))
    posterior = exact_fit["posterior"]
    assert posterior["terms"].sizes == {"chain": 4, "draw": 500, "term": 2}
    assert np.allclose(posterior["end"], posterior["level"] + posterior["terms"].sum("term"))
    theta = np.column_stack([posterior["level"].values.ravel(), posterior["terms"].values.reshape(-1, 2)])
    sd = np.sqrt(np.diag(exact.covariance))
    assert np.abs((theta.mean(axis=0) - exact.mean) / sd).max() < 4 / np.sqrt(2000)
    assert np.allclose(np.cov(theta.T), exact.covariance, atol=0.15 * sd.min() ** 2, rtol=0.1)
    expected = multivariate_normal(exact.mean, exact.covariance).logpdf(theta) + exact.log_evidence
    assert np.allclose(exact_fit["sample_stats"]["lp"].values.ravel(), expected)
    assert exact_fit["log_likelihood"]["y"].shape == (4, 500, 15)


def test_the_gaussian_is_stored_with_the_names_that_advi_gives(curve_fits):
    exact, advi = curve_fits["exact"]["fit"], curve_fits["advi"]["fit"]
    assert exact["parameter"].values.tolist() == advi["parameter"].values.tolist() == NAMES
    known = Curve().exact(training_rows(curve_fits["exact"]))
    assert np.array_equal(exact["covariance"], known.covariance)
    assert float(curve_fits["exact"]["fit_stats"]["log_evidence"]) == known.log_evidence


def test_diagnostics_of_samplers_find_nothing(exact_fit):
    found = bayesnet.diagnose(exact_fit)
    assert float(found["rhat_max"]) < 1.01
    assert int(found["converged"]) == 1
    assert float(found["ess_min"]) > 1500
    assert float(found["log_evidence"]) == float(exact_fit["fit_stats"]["log_evidence"])


def test_it_is_the_reference_of_any_comparison(curve_fits):
    assert reference_of(curve_fits) == "exact"


@pytest.mark.parametrize(
    ("answer", "bounded", "words"),
    [
        (None, False, "leave exact out"),
        (lambda exact: exact, True, r"without bounds, got width"),
        (lambda exact: exact._replace(mean=exact.mean[:2]), False, "the model's 3 parameters, got 2"),
        (lambda exact: exact._replace(mean=exact.mean + 0.1), False, "one of the two is wrong"),
    ],
)
def test_a_posterior_that_is_not_known_or_wrong(answer, bounded, words, exact_fit, monkeypatch):
    monkeypatch.setattr(Broken, "answer", staticmethod(answer) if answer else None)
    monkeypatch.setattr(Broken, "bounded", bounded)
    with pytest.raises(InputError, match=words):
        fit_exact(Broken(), training_rows(exact_fit), ExactConfig(draws=5), seed=0)
