import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import multivariate_normal
from threadpoolctl import threadpool_limits

from bayesnet.context import Context
from bayesnet.parts.evidence import grid
from bayesnet.parts.strain import PART
from bayesnet.problems.gaussian import mean_field_optimum
from bayesnet.problems.strain import ElasticSpline, Oscillator, StrainRate
from bayesnet.problems.strain.strain_rate import FIELDS, fields_at, rows, true_fields
from bayesnet.problems.whitened import WhitenedProblem
from data import InputError
from data.oscillator import load_oscillator
from data.velocities.observations import load_velocities
from tests.bayesnet.problems.strain.made import drawn

PROBLEM = StrainRate()
PRIORS = ("smoothness", "equilibrium")


@pytest.fixture(scope="module")
def data():
    return load_velocities("deep")


@pytest.fixture(scope="module")
def train(data):
    return PROBLEM.train(data, 0)


@pytest.fixture(scope="module")
def exact(train):
    return PROBLEM.exact(train)


def test_338_coefficients_and_both_components_of_every_station(train):
    offset, operator = PROBLEM.linear(train, train)
    assert operator.shape == (240, 338)
    assert not offset.any()


def test_the_scales_are_those_of_highest_evidence(data, train, exact):
    found = PROBLEM.scaled(rows(data, "train")).log_evidence()
    assert exact.log_evidence == pytest.approx(found.max(), abs=1e-6)
    assert 0.8 < float(train["sigma"]) < 1.2  # the sds that come with the data are true
    np.testing.assert_array_equal(train["sd"], float(train["sigma"]) * rows(data, "train")["sd"])
    np.testing.assert_array_equal(PROBLEM.test(data)["sd"], np.full(80, float(train["sigma"])))


def test_the_model_is_the_gaussian_that_the_exact_posterior_belongs_to(train, exact):
    model = PROBLEM.model(train)
    z = exact.mean + 0.01 * np.random.default_rng(0).normal(size=338)
    lp = float(model.compile_logp(mode="FAST_COMPILE")({"z": z}))
    assert lp == pytest.approx(exact.log_evidence + multivariate_normal.logpdf(z, exact.mean, exact.covariance))


def test_independent_gaussians_are_too_narrow(exact):
    sds, elbo = mean_field_optimum(exact)
    assert (sds <= np.sqrt(np.diag(exact.covariance)) * (1 + 1e-9)).all()
    assert elbo < exact.log_evidence - 50


def test_strain_rates_are_derivatives_of_the_velocities(train):
    surface, step = PROBLEM.surface(train), 1e-4
    a, (x, y) = np.random.default_rng(0).normal(size=338), np.random.default_rng(1).uniform(-90, 90, (2, 6))
    at = lambda dx, dy: fields_at(surface, x + dx, y + dy)[:2] @ a  # noqa: E731
    by_east, by_north = ((at(*d) - at(-d[0], -d[1])) / (2 * step) for d in ((step, 0), (0, step)))
    found = fields_at(surface, x, y) @ a
    np.testing.assert_allclose(found[2], 1000 * (by_east[0] + by_north[1]), rtol=1e-5, atol=1e-3)
    np.testing.assert_allclose(found[3], 500 * (by_east[1] + by_north[0]), rtol=1e-5, atol=1e-3)


def test_the_posterior_holds_the_true_strain_rates(data, train, exact):
    """The map has 21 by 21 places; neighbours err together, so that its coverage is not near 95 % in each draw."""
    fits = {"exact": drawn(PROBLEM, data, exact)}
    found = PART.compute(Context(PROBLEM, fits, data, "exact", 0))
    assert (found["covered"] > 0.85).all()
    assert list(found["field"].values) == list(FIELDS)
    np.testing.assert_allclose(found["truth"][2, 0, 0], true_fields(data, np.array([-100.0]), np.array([-100.0]))[2])


def test_coverage_falls_near_a_source_that_the_splines_cannot_follow():
    data = load_velocities("shallow")
    fits = {"exact": drawn(PROBLEM, data, PROBLEM.exact(PROBLEM.train(data, 0)))}
    found = PART.compute(Context(PROBLEM, fits, data, "exact", 0))
    assert (found["covered_near"].sel(field=["dilatation", "shear"]) < 0.8).any()


def test_the_evidence_for_smoothness_grows_with_the_sd_of_what_is_open(data):
    """Equilibrium leaves 14 directions open, smoothness 6, and each costs the logarithm of that sd."""
    train, gap = rows(data, "train"), {}
    for tau in (1e2, 1e4):
        smooth, sheet = (StrainRate(prior, tau).scaled(train).log_evidence().max() for prior in PRIORS)
        gap[tau] = smooth - sheet
    assert gap[1e4] - gap[1e2] == pytest.approx(8 * np.log(100), rel=0.1)


@pytest.mark.heavy
def test_held_out_stations_prefer_smoothness(data):
    found = [grid(StrainRate(prior), rows(data, "train"), rows(data, "test")) for prior in PRIORS]
    smooth, sheet = (float(one["held_out"]) for one in found)
    assert smooth > sheet + 0.1
    assert all(abs(float(one["held_out_grid"] - one["held_out"])) < 0.05 for one in found)
    assert all((one["sd_ratio"] >= 0.95).all() for one in found)


@pytest.mark.parametrize("setting", [{"prior": "flat"}, {"tau": 0.0}, {"spacing": -1.0}])
def test_settings_without_sense_are_refused(setting):
    with pytest.raises(InputError):
        replace(PROBLEM, **setting)


def test_an_oscillator_on_thirteen_splines_continues_beyond_its_data():
    data = load_oscillator()
    problem = Oscillator()
    train = problem.train(data, 0)
    exact = problem.exact(train)
    assert len(exact.mean) == 13
    test, posterior = problem.test(data), xr.Dataset({"z": (("chain", "draw", "coefficient"), exact.mean[None, None])})
    posterior = posterior.assign_coords(chain=[0], draw=[0])
    late = test["time"].values > 6
    error = (problem.predict(posterior, train, test).values.ravel() - test["y"].values)[late]
    prior = problem.predict(0 * posterior, train, test).values.ravel()[late] - test["y"].values[late]
    assert np.sqrt((error**2).mean()) < 0.5 * np.sqrt((prior**2).mean())


@pytest.mark.heavy
def test_verde_finds_the_most_probable_forces(data):
    """Its damped least squares is the posterior mean of the model that stands for it."""
    from bayesnet.methods.verde import VerdeConfig, fit_verde

    problem = ElasticSpline(noise=PROBLEM)
    train = problem.train(data, 0)
    fit = fit_verde(problem, train, VerdeConfig(), 0)
    exact = WhitenedProblem.exact(problem, train)
    np.testing.assert_allclose(fit["posterior"]["z"].values.ravel(), exact.mean, atol=1e-6)
    stored = xr.DataTree(xr.Dataset(attrs={"problem": json.dumps(problem.settings())}))
    assert ElasticSpline.of(stored) == problem


@pytest.mark.parametrize("prior", PRIORS)
def test_coefficients_mean_the_same_with_any_number_of_threads(prior, data):
    problem = StrainRate(prior)
    train = problem.train(data, 0)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(problem.coefficients(train, float(train["rho"])))
    assert np.array_equal(*found)
