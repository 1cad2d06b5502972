"""Parts of a page of tomography, from draws of the known posterior."""

import numpy as np
import pytest

from bayesnet.context import Context
from bayesnet.parts.arrivals import PART as ARRIVALS
from bayesnet.parts.curve import PART as CURVE
from bayesnet.parts.replicates import PART as REPLICATES
from bayesnet.parts.replicates import posterior_of_all, replicates
from bayesnet.parts.turning import turning
from bayesnet.parts.zones import PART as ZONES
from bayesnet.parts.zones import correlation_over
from bayesnet.problems.tomography import NetworkTomography, Tomography
from bayesnet.problems.tomography.profile import zone_cells
from data.travel_times import SD, SLOWNESS_SD, load_travel_times
from tests.bayesnet.problems.tomography.made import drawn

PROBLEM = Tomography()


@pytest.fixture(scope="module")
def context():
    data = load_travel_times()
    exact = PROBLEM.exact(PROBLEM.train(data, 0))
    return Context(PROBLEM, {"exact": drawn(PROBLEM, data, exact)}, data, "exact", 0)


@pytest.fixture(scope="module")
def coverage():
    return replicates(PROBLEM, 200)


def test_sds_in_zones_are_those_of_the_closed_form(context):
    found = ZONES.compute(context).isel(method=0)
    train = PROBLEM.train(context.data, 0)
    _, sds = posterior_of_all(PROBLEM, train, train["y"].values[None])
    known = [np.median(sds["exact"][cells]) for cells in zone_cells().values()]
    np.testing.assert_allclose(found["sd"], known, rtol=0.04)
    np.testing.assert_allclose(found["prior_ratio"], np.array(known) / SLOWNESS_SD, rtol=0.05)
    assert float(found["prior_correlation"]) == pytest.approx(float(found["process_correlation"]), abs=0.05)
    assert float(found["process_correlation"]) == pytest.approx(np.exp(-2))


def test_functions_that_all_rise_and_fall_together_are_correlated_over_any_distance():
    together = np.random.default_rng(0).normal(size=(50, 1)) * np.ones(100)
    assert correlation_over(together, 2.0) == pytest.approx(1)


def test_intervals_of_the_exact_posterior_keep_their_promise_and_those_of_independent_gaussians_do_not(coverage):
    exact, mean_field = coverage["covered"].transpose("posterior", "zone").values
    errors = coverage["covered_se"].sel(posterior="exact").values
    assert (np.abs(exact - 0.95) < 3 * errors).all()
    assert mean_field[1] < 0.6
    assert int(coverage["truths"]) == 200


def test_many_truths_at_once_are_each_of_them_alone():
    sets = [load_travel_times(seed) for seed in (3, 4)]
    y = np.array([PROBLEM.train(one, 0)["y"].values for one in sets])
    means, _ = posterior_of_all(PROBLEM, PROBLEM.train(sets[0], 0), y)
    alone, _ = posterior_of_all(PROBLEM, PROBLEM.train(sets[1], 0), y[1:])
    z = PROBLEM.exact(PROBLEM.train(sets[1], 0)).mean
    posterior = drawn(PROBLEM, sets[1], PROBLEM.exact(PROBLEM.train(sets[1], 0)), 2)["posterior"].to_dataset()
    by_z = PROBLEM.slowness(posterior.assign(z=0 * posterior["z"] + z), PROBLEM.train(sets[1], 0))[0, 0]
    np.testing.assert_allclose(means[1], alone[0])
    np.testing.assert_allclose(means[1], by_z)


def test_there_is_no_coverage_over_truths_without_a_closed_form(context):
    network = Context(NetworkTomography(), {}, context.data, "nuts", 0)
    assert not REPLICATES.compute(network).data_vars


def test_residuals_of_held_out_arrivals_scatter_as_expected(context):
    found = ARRIVALS.compute(context).isel(method=0)
    assert np.abs(found["fitted_residual"]).max() < 4 * SD
    assert np.std(found["residual"] / found["expected_sd"]) == pytest.approx(1, abs=0.4)
    assert (found["expected_sd"] >= SD).all()
    assert found.sizes["depth"] == len(np.unique(context.data["depth"][context.data["split"] == "test"]))


def test_the_curve_is_the_velocity_with_the_truth_and_the_receivers(context):
    found = CURVE.compute(context).isel(method=0)
    inside = int(np.argmin(np.abs(found["place"].values - 2.0)))
    gap = int(np.argmin(np.abs(found["place"].values - 5.0)))
    assert found["sd"][inside] / found["prior_sd"][inside] < 0.3 < found["sd"][gap] / found["prior_sd"][gap]
    assert found["truth"][inside] == pytest.approx(1 / context.data["slowness"].sel(cell=[19, 20]).mean().item())
    assert found.sizes["observation"] == 13


def test_turning_rays_are_computed_beside_their_closed_form():
    found = turning((5.0, 30.0))
    np.testing.assert_allclose(found["computed"], found["known"], rtol=1e-8)
