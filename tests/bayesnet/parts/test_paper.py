"""Claims of the paper, tested on a network that leans on dynamic friction alone."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.context import Context
from bayesnet.parts.paper import CENTRE, MORE_OFTEN, PART, RANKING, _thinned
from bayesnet.problems import problem_of
from tests.reports.made import made_result

NAMES = ("mu_d", "height", "width", "sxx", "syy", "sxy", "friction_drop", "dc")  # the label follows the first


@pytest.fixture(scope="module")
def made():
    result = made_result(["mlp", "nuts"], names=NAMES, compared=False)
    for fit in result.fits.values():
        posterior = fit["posterior"].to_dataset()
        noise = 0.01 * np.random.default_rng(0).normal(size=posterior["w0"].shape)
        posterior["w0"] = posterior["w0"] * 0 + noise
        posterior["w0"].loc[{"feature": "mu_d"}] = [1.0, -1.0, 0.0]
        posterior["w1"] = posterior["w1"] * 0 + [4.0, -4.0, 0.0]
        posterior["b0"], posterior["b1"] = posterior["b0"] * 0, posterior["b1"] * 0
        fit["posterior"] = xr.DataTree(posterior)
        train, test = fit["constant_data"].to_dataset(), fit["predictions_constant_data"].to_dataset()
        fit["predictions"] = xr.DataTree(problem_of(fit).predict(posterior, train, test).to_dataset())
    return result


def claims(result, *methods):
    fits = {name: result.fits[name] for name in methods}
    return PART.compute(Context(problem_of(fits[methods[-1]]), fits, result.data, methods[-1], 0))


@pytest.mark.heavy
def test_rankings_follow_what_the_network_leans_on(made):
    found = claims(made, "mlp", "nuts")
    lower, upper = found["interval"].transpose("bound", "claim")
    assert float(lower.sel(claim="dynamic friction comes next")) > 0
    assert float(upper.sel(claim="the normal stresses matter most")) < 0
    assert float(found["printed"].sel(claim=MORE_OFTEN)) == pytest.approx(0.0234)
    assert float(found["value"].sel(claim=MORE_OFTEN)) == pytest.approx(0, abs=0.05)  # the same network, but for noise
    assert found["printed"].sel(claim=[*RANKING, CENTRE]).isnull().all()


@pytest.mark.heavy
def test_without_a_plain_network_nothing_is_said_of_one(made):
    assert MORE_OFTEN not in claims(made, "nuts")["claim"].values


def test_a_point_estimate_and_another_catalogue_say_nothing(made):
    assert not claims(made, "mlp").data_vars
    other = made_result(["nuts"], compared=False)
    assert not claims(other, "nuts").data_vars


def test_draws_are_thinned_evenly(made):
    fit = made.fits["nuts"].copy()
    many = fit["posterior"].to_dataset().isel(draw=np.repeat(np.arange(10), 50)).assign_coords(draw=np.arange(500))
    fit["posterior"] = xr.DataTree(many)
    thinned = _thinned(fit)["posterior"]
    assert thinned.sizes["draw"] == 100
    assert fit["posterior"].sizes["draw"] == 500
