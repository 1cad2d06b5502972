from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import multivariate_normal

from bayesnet.parts.replicates import posterior_of_all
from bayesnet.problems.gaussian import linear_gaussian_posterior
from bayesnet.problems.tomography import Tomography
from bayesnet.problems.tomography.profile import zone_cells
from data import InputError
from data.travel_times import (
    CELLS,
    SD,
    SLOWNESS_SD,
    cell_depths,
    correlation,
    gaussian_modes,
    load_travel_times,
    mean_slowness,
    paths,
)


@pytest.fixture(scope="module")
def data():
    return load_travel_times()


def slowness(problem, data):
    """Exact posterior mean and sd of the slowness, mean-field sd, and log evidence."""
    train = problem.train(data, 0)
    (mean,), sds = posterior_of_all(problem, train, train["y"].values[None])
    return mean, sds["exact"], sds["mean_field"], problem.exact(train).log_evidence


@pytest.fixture(scope="module")
def process(data):
    return slowness(Tomography(), data)


def test_the_posterior_is_that_of_the_process_on_all_cells(data, process):
    """The modes that are left out are rounding noise, which the whole covariance needs a little of to be inverted."""
    train, depth = Tomography().train(data, 0), cell_depths()
    covariance = SLOWNESS_SD**2 * (correlation(depth[:, None] - depth) + 1e-9 * np.eye(CELLS))
    y, sd = train["y"].values, train["sd"].values
    whole = linear_gaussian_posterior(paths(train["depth"].values), y, sd, mean_slowness(), covariance)
    np.testing.assert_allclose(process[0], whole.mean, atol=1e-5)
    np.testing.assert_allclose(process[1], np.sqrt(np.diag(whole.covariance)), atol=1e-5)
    assert process[3] == pytest.approx(whole.log_evidence, abs=1e-3)


def test_receivers_decide_the_slowness_near_them_and_half_of_it_in_the_gap(process):
    _, sd, mean_field, _ = process
    near, gap = zone_cells().values()
    assert np.median(sd[near]) / SLOWNESS_SD == pytest.approx(0.17, abs=0.02)
    shares, between = sd[gap] / SLOWNESS_SD, (mean_field / sd)[gap]
    assert (shares.min(), shares.max()) == pytest.approx((0.45, 0.59), abs=0.02)
    assert (between.min(), between.max()) == pytest.approx((0.28, 0.36), abs=0.02)
    assert np.median((mean_field / sd)[near]) == pytest.approx(1, abs=0.1)


def test_the_more_features_the_nearer_to_the_process(data, process):
    """Distances of means and sds in sds of the prior, which fall as the root of the number of features."""
    found = [slowness(Tomography("rff", features=number), data) for number in (32, 1024)]
    few, many = (np.abs(np.array(one[:2]) - process[:2]).max() / SLOWNESS_SD for one in found)
    assert many < min(0.3, few / 2)


def test_an_equation_that_is_held_tightly_is_the_process(data, process):
    tight, loose = (slowness(Tomography("residual", residual_sd=sd), data) for sd in (1e-6, 0.01))
    for one, other in zip(tight, process, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    assert (loose[1] > process[1]).all()


def test_errors_of_the_equation_add_up_to_their_sd_over_a_km(data):
    problem = Tomography("residual")
    rows = xr.Dataset({"y": ("observation", [0.0, 0.0])}, {"depth": ("observation", [1.0, 4.0])})
    _, operator = problem.linear(rows, rows)
    sds = np.sqrt((operator[:, -CELLS:] ** 2).sum(axis=1))
    np.testing.assert_allclose(sds, [problem.residual_sd, 2 * problem.residual_sd])


@pytest.mark.parametrize("problem", [Tomography(), Tomography("rff", features=64), Tomography("residual")])
def test_the_model_is_the_gaussian_that_the_exact_posterior_belongs_to(problem, data):
    train = problem.train(data, 0)
    exact = problem.exact(train)
    z = exact.mean + 0.01 * np.random.default_rng(0).normal(size=len(exact.mean))
    lp = float(problem.model(train).compile_logp(mode="FAST_COMPILE")({"z": z}))
    assert lp == pytest.approx(exact.log_evidence + multivariate_normal.logpdf(z, exact.mean, exact.covariance))


def test_predictions_curve_and_truth_are_of_one_slowness(data):
    problem = Tomography()
    train = problem.train(data, 0)
    modes = SLOWNESS_SD * gaussian_modes()
    z = np.linalg.lstsq(modes, data["slowness"].values - mean_slowness(), rcond=None)[0]
    posterior = xr.Dataset({"z": (("chain", "draw", "coefficient"), z[None, None])}, {"chain": [0], "draw": [0]})
    residual = problem.predict(posterior, train, train).values.ravel() - train["y"].values
    assert np.abs(residual).max() < 4 * SD
    found, truth = problem.quantities(posterior, train)["velocity"], problem.truth(data)["velocity"]
    np.testing.assert_allclose(found.values.ravel(), truth.values, rtol=1e-3)
    assert found["depth"].values.tolist() == truth["depth"].values.tolist()


@pytest.mark.parametrize("setting", [{"prior": "flat"}, {"features": 0}, {"residual_sd": -1.0}])
def test_settings_without_sense_are_refused(setting):
    with pytest.raises(InputError):
        replace(Tomography(), **setting)
