"""Parts of a page of groundwater flow, from draws made by hand about the truth."""

import numpy as np
import pytest

from bayesnet.context import Context
from bayesnet.parts.flow import flow
from bayesnet.parts.heads import PART as HEADS
from bayesnet.parts.permeability import PART as PERMEABILITY
from bayesnet.parts.permeability import correlation_over
from bayesnet.problems.darcy import Darcy
from data.darcy.heads import FITTED, HELD_OUT, SD, load_heads, modes
from tests.bayesnet.problems.darcy.made import drawn

WIDE = 0.2  # sd of the amounts of the fit that stands for the reference


@pytest.fixture(scope="module")
def context():
    data = load_heads()
    fits = {"nuts": drawn(data, WIDE), "advi": drawn(data, WIDE / 4, shift=WIDE)}
    return Context(Darcy(), fits, data, "nuts", 0)


@pytest.fixture(scope="module")
def found(context):
    return PERMEABILITY.compute(context)


def test_means_and_sds_of_cells_are_those_of_the_draws(context, found):
    known = WIDE * np.sqrt((modes() ** 2).sum(axis=1)).reshape(16, 16)
    np.testing.assert_allclose(found["sd"].sel({"method": "nuts"}).values, known, rtol=0.15)
    error = found["mean"].sel({"method": "nuts"}) - context.data["log_permeability"]
    assert np.abs(error).max() < 0.05
    assert float(found["prior_ratio"].sel({"method": "nuts"})) == pytest.approx(WIDE, rel=0.05)
    assert float(found["prior_correlation"][0]) == pytest.approx(float(found["process_correlation"]), abs=0.06)
    assert float(found["lengths"]) == 2


def test_draws_about_the_truth_hold_it_and_narrow_ones_about_something_else_do_not(found):
    nuts, advi = (found.sel({"method": method}) for method in ("nuts", "advi"))
    assert nuts["covered"] == 1
    assert advi["covered"] < 0.8
    assert advi["rmse"] > 0.1 > nuts["rmse"]
    assert float(advi["sd_ratio"]) == pytest.approx(0.25, rel=0.05)
    assert np.isnan(nuts["sd_ratio"])


def test_fields_that_rise_and_fall_as_a_whole_are_correlated_over_any_distance():
    whole = np.random.default_rng(0).normal(size=(50, 1, 1)) * np.ones((16, 16))
    assert correlation_over(whole, 8) == pytest.approx(1)


def test_heads_of_draws_about_the_truth_leave_the_noise(context):
    found = HEADS.compute(context).sel({"method": "nuts"})
    assert found["fitted_residual"].shape == (FITTED,)
    assert found["residual"].shape == (HELD_OUT,)
    assert float(found["fitted_rms"]) == pytest.approx(1, abs=0.3)
    assert np.std(found["residual"] / found["expected_sd"]) == pytest.approx(1, abs=0.4)
    np.testing.assert_allclose(found["observed"], found["expected"] + found["residual"])
    assert np.abs(found["model"] - context.data["true_head"]).max() < 4 * SD
    at = found["model"].sel(cell_up=found["fitted_up"], cell_across=found["fitted_across"])
    assert np.abs(at - found["fitted_expected"]).max() < SD


def test_the_solver_is_checked():
    found = flow((8, 16))
    assert float(found["order"][1]) == pytest.approx(2, abs=0.05)
    assert max(found["series"], found["side_by_side"]) < 1e-12
    assert found["gradient"] < 1e-8
