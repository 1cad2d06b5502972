import numpy as np
import pytest
import xarray as xr
from scipy.stats import multivariate_normal

from bayesnet.context import Context
from bayesnet.fitting import training_rows
from bayesnet.parameters import with_covariance
from bayesnet.parts.closed_form import PART, closed_form
from bayesnet.problems.gaussian import divergence, mean_field_optimum
from tests.bayesnet.linear import FREE, NAMES, Curve


@pytest.fixture
def exact(exact_fit):
    return Curve().exact(training_rows(exact_fit))


@pytest.fixture(scope="module")
def found(curve_fits, curve_data):
    return PART.compute(Context(Curve(), curve_fits, curve_data, "exact", 0))


def checks(found: xr.Dataset) -> dict[str, float]:
    return dict(zip(found["check"].values.tolist(), found["within"].values.tolist(), strict=True))


def with_terms(fit: xr.DataTree, change) -> xr.DataTree:
    other = fit.copy()
    posterior = fit["posterior"].to_dataset()
    other["posterior"] = xr.DataTree(posterior.assign(terms=change(posterior["terms"])))
    return other


def test_every_method_is_as_near_as_theory_says(found, exact):
    assert found["parameter"].values.tolist() == NAMES
    for method in ("nuts", "exact"):
        one = found.sel({"method": method})
        assert checks(one)["mean"] == checks(one)["sd"] == 1
        assert np.isnan(one["kl"])
        assert float(one["mean_error_mcse_max"]) < 4
    advi = found.sel({"method": "advi"})
    assert checks(advi)["sd_optimum"] == checks(advi)["elbo"] == 1
    assert np.isnan(checks(advi)["mean"])
    assert float(advi["sd_ratio"].max()) < 0.6  # independent Gaussians of a correlated posterior are too narrow
    estimate = found.sel({"method": "map"})
    assert float(estimate["mean_error_sd_max"]) < 1e-3
    assert np.isnan(estimate["within"]).all()
    assert np.isnan(estimate["sd_ratio"]).all()
    assert float(found["log_evidence"]) == exact.log_evidence


def test_divergence_and_optimum_of_a_variational_fit(found, exact, curve_fits):
    advi, fit = found.sel({"method": "advi"}), curve_fits["advi"]["fit"]
    sds, elbo = mean_field_optimum(exact)
    assert float(advi["elbo_optimum"]) == pytest.approx(elbo)
    assert np.allclose(advi["sd_ratio_optimum"], fit["sd"] / sds)
    kl = divergence(fit["mean"].values, np.diag(fit["sd"].values ** 2), exact)
    assert float(advi["kl"]) == pytest.approx(kl)
    assert float(advi["elbo"]) == pytest.approx(exact.log_evidence - kl)
    assert float(advi["elbo"]) <= elbo  # no Gaussian of the family can exceed its optimum
    assert abs(float(advi["elbo_estimate"] - advi["elbo"])) < 5 * float(advi["elbo_se"])


def test_a_full_covariance_can_be_exact(exact, curve_fits):
    fit = curve_fits["advi"].copy()
    own = (
        fit["fit"]
        .to_dataset()
        .assign(mean=("parameter", exact.mean), sd=("parameter", np.diag(exact.covariance) ** 0.5))
    )
    fit["fit"] = xr.DataTree(with_covariance(own, exact.covariance))
    one = closed_form(fit, exact, FREE)
    assert float(one["kl"]) == pytest.approx(0, abs=1e-9)
    assert float(one["elbo_optimum"]) == exact.log_evidence
    assert checks(one)["sd_optimum"] == 1
    assert checks(one)["elbo"] == 1


def test_a_wrong_sampler_is_found_out(exact, curve_fits):
    nuts = curve_fits["nuts"]
    moved = closed_form(with_terms(nuts, lambda terms: terms + 1), exact, FREE)
    assert checks(moved)["mean"] == 0
    assert checks(moved)["sd"] == 1
    assert float(moved["mean_error_sd"][1]) == pytest.approx(1 / np.sqrt(exact.covariance[1, 1]), abs=0.2)
    wide = closed_form(with_terms(nuts, lambda terms: 1.2 * (terms - terms.mean()) + terms.mean()), exact, FREE)
    assert checks(wide)["sd"] == 0


def test_evidence_of_the_curve(exact, exact_fit):
    train = training_rows(exact_fit)
    x = train["x"].values
    operator = np.stack([np.ones_like(x), x, x**2], axis=1)
    marginal = multivariate_normal(np.zeros(15), 4 * operator @ operator.T + np.diag(train["sd"].values ** 2))
    assert exact.log_evidence == pytest.approx(marginal.logpdf(train["y"].values))


def test_nothing_where_the_posterior_is_not_known(curve_fits, curve_data, monkeypatch):
    monkeypatch.setattr(Curve, "exact", lambda self, train: None)
    assert not PART.compute(Context(Curve(), curve_fits, curve_data, "exact", 0)).data_vars
