import numpy as np
import pytest
import xarray as xr
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from bayesnet.contract import Gaussian
from bayesnet.grading import by_resample, graded, summarised
from bayesnet.problems.gaussian import crps, divergence, linear_gaussian_posterior, mean_field_optimum
from tests.bayesnet.linear import Curve

RNG = np.random.default_rng(0)
DRAWS, OUTCOME, SD = RNG.normal(size=(30, 4)), np.array([0.0, 0.5, -3.0, 1.0]), np.array([0.2, 1.0, 0.5, 2.0])
ROWS = xr.Dataset({"sd": ("point", SD)})
OPERATOR, NOISE = RNG.normal(size=(6, 4)), RNG.uniform(0.1, 1.0, size=6)
PRIOR = (lambda a: a @ a.T + np.eye(4))(RNG.normal(size=(4, 4)))
PRIOR_MEAN, OBSERVED = RNG.normal(size=4), RNG.normal(size=6)


def test_metrics_are_those_of_the_mixture_over_draws():
    metrics = Curve.metrics
    density = norm.pdf(OUTCOME, DRAWS, SD).mean(axis=0)
    assert graded(metrics["log_score"], OUTCOME, DRAWS, ROWS) == pytest.approx(np.log(density).mean())
    error = DRAWS.mean(axis=0) - OUTCOME
    assert graded(metrics["rmse"], OUTCOME, DRAWS, ROWS) == pytest.approx(np.sqrt((error**2).mean()))
    assert [(m.label, m.better) for m in metrics.values()] == [
        ("log score (nats)", 1),
        ("CRPS (mm)", -1),
        ("RMSE (mm)", -1),
    ]


def test_crps_is_the_integral_of_the_squared_difference_of_distribution_functions():
    found = crps(OUTCOME, DRAWS, ROWS)
    for row, (y, sd) in enumerate(zip(OUTCOME, SD, strict=True)):
        below = lambda t: norm.cdf(t, DRAWS[:, row], sd).mean() ** 2  # noqa: B023, E731
        above = lambda t: norm.sf(t, DRAWS[:, row], sd).mean() ** 2  # noqa: B023, E731
        expected = quad(below, -20, y, limit=200)[0] + quad(above, y, 20, limit=200)[0]
        assert found[row] == pytest.approx(expected, rel=1e-5)


def test_crps_of_one_draw_is_that_of_a_gaussian():
    z = (OUTCOME - DRAWS[0]) / SD
    expected = SD * (
        z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    )  # Gneiting & Raftery 2007, eq. 21
    assert np.allclose(crps(OUTCOME, DRAWS[:1], ROWS), expected)


def test_crps_of_many_draws_takes_five_hundred_evenly_spaced():
    many = np.repeat(DRAWS, 50, axis=0)  # 1500 draws in 30 runs of equal ones
    assert np.allclose(crps(OUTCOME, many, ROWS), crps(OUTCOME, DRAWS, ROWS), rtol=0.01)


def test_rows_keep_their_grade_in_a_bootstrap_sample():
    for metric in Curve.metrics.values():
        summary = summarised(metric, OUTCOME, DRAWS, ROWS)
        index = np.array([[0, 1, 2, 3], [1, 1, 2, 0]])
        resampled = by_resample(metric, OUTCOME, summary, index)
        assert resampled[0] == pytest.approx(graded(metric, OUTCOME, DRAWS, ROWS))
        again = graded(metric, OUTCOME[index[1]], DRAWS[:, index[1]], ROWS.isel(point=index[1]))
        assert resampled[1] == pytest.approx(again)


def test_densities_probabilities_and_outcomes_are_gaussian():
    coords = {"chain": [0], "draw": np.arange(30), "point": np.arange(4)}
    predicted = xr.DataArray(DRAWS[None], coords=coords, dims=("chain", "draw", "point"))
    outcome, rows = xr.DataArray(OUTCOME, dims="point"), ROWS.assign_coords(point=np.arange(4))
    assert np.allclose(Curve().log_density(outcome, predicted, rows)[0], norm.logpdf(OUTCOME, DRAWS, SD))
    assert np.allclose(Curve().probability(outcome, predicted, rows)[0], norm.cdf(OUTCOME, DRAWS, SD))
    many = predicted.isel(draw=np.zeros(20_000, dtype=int))
    drawn = Curve().outcomes(many, rows, np.random.default_rng(1))
    assert drawn.shape == many.shape
    assert np.allclose(drawn[0].std(axis=0), SD, rtol=0.03)
    assert np.allclose(drawn[0].mean(axis=0), DRAWS[0], atol=0.05)


def test_posterior_and_evidence_of_a_linear_problem():
    found = linear_gaussian_posterior(OPERATOR, OBSERVED, NOISE, PRIOR_MEAN, PRIOR)
    precision = np.linalg.inv(PRIOR) + OPERATOR.T @ np.diag(NOISE**-2) @ OPERATOR
    assert np.allclose(found.covariance, np.linalg.inv(precision))
    right = np.linalg.inv(PRIOR) @ PRIOR_MEAN + OPERATOR.T @ (OBSERVED / NOISE**2)
    assert np.allclose(found.mean, np.linalg.solve(precision, right))
    marginal = multivariate_normal(OPERATOR @ PRIOR_MEAN, OPERATOR @ PRIOR @ OPERATOR.T + np.diag(NOISE**2))
    assert found.log_evidence == pytest.approx(marginal.logpdf(OBSERVED))


def test_posterior_of_precise_data_keeps_its_digits():
    """A difference of covariances would lose all of them."""
    found = linear_gaussian_posterior(np.eye(2), np.array([1.0, 2.0]), np.full(2, 1e-7), np.zeros(2), 1e4 * np.eye(2))
    assert np.allclose(found.covariance, 1e-14 * np.eye(2), rtol=1e-10, atol=1e-30)
    assert np.allclose(found.mean, [1.0, 2.0])


def test_mean_field_optimum_is_the_best_of_independent_gaussians():
    exact = linear_gaussian_posterior(OPERATOR, OBSERVED, NOISE, PRIOR_MEAN, PRIOR)
    sds, elbo = mean_field_optimum(exact)
    assert np.allclose(sds, np.diag(np.linalg.inv(exact.covariance)) ** -0.5)
    assert (sds < np.sqrt(np.diag(exact.covariance))).all()
    for change in RNG.normal(size=(20, 4)):
        worse = divergence(exact.mean, np.diag((sds * np.exp(0.1 * change)) ** 2), exact)
        assert exact.log_evidence - worse < elbo
    independent = Gaussian(exact.mean, np.diag(sds**2), -3.0)
    assert mean_field_optimum(independent)[1] == pytest.approx(-3.0)


def test_divergence_is_the_mean_difference_of_log_densities():
    exact = linear_gaussian_posterior(OPERATOR, OBSERVED, NOISE, PRIOR_MEAN, PRIOR)
    mean, covariance = exact.mean + 0.1, 0.5 * exact.covariance + 0.01 * np.eye(4)
    own, other = multivariate_normal(mean, covariance), multivariate_normal(exact.mean, exact.covariance)
    draws = own.rvs(200_000, random_state=1)
    expected = (own.logpdf(draws) - other.logpdf(draws)).mean()
    assert divergence(mean, covariance, exact) == pytest.approx(expected, abs=0.02)
    assert divergence(exact.mean, exact.covariance, exact) == pytest.approx(0, abs=1e-10)
