"""Whether ranks are judged as they should be: uniform ones, and those of posteriors that are wrong in a known way."""

import numpy as np
import pytest

from bayesnet.sbc.summary import PLACES, differences, envelope, summary, together
from tests.bayesnet.sbc.made import QUANTITIES, made_pieces, made_replicates


@pytest.mark.parametrize(("number", "probability"), [(20, 0.95), (200, 0.95), (200, 0.8)])
def test_an_envelope_holds_uniform_ranks_as_often_as_it_promises(number, probability):
    lower, upper = envelope(number, probability)
    curves = differences(np.random.default_rng(1).uniform(size=(4000, number)))
    held = ((curves >= lower - 1e-9) & (curves <= upper + 1e-9)).all(axis=1).mean()
    assert probability - 0.015 < held < probability + 0.03  # counts are whole numbers, so that it holds a little more


def test_an_envelope_of_higher_probability_is_wider():
    (low, high), (lower, higher) = envelope(100, 0.95), envelope(100, 0.9999)
    assert (lower <= low).all()
    assert (higher >= high).all()
    assert higher.max() > high.max()


def test_differences_are_shares_below_places():
    assert differences(np.array([0.005, 0.505])) == pytest.approx(0.5 + 0.5 * (PLACES > 0.5) - PLACES)


def test_wrong_posteriors_are_told_from_right_ones():
    found = made_pieces()["calibration"].sel(problem="gp")
    outside, right, narrow, high = (
        found["outside"].sel(envelope="all"),
        *(found.sel({"method": method}) for method in ("nuts", "advi", "hmc")),
    )
    assert outside.sel({"method": "nuts"}).sum() == 0
    assert (outside.sel({"method": ["advi", "hmc"]}) == 1).all()
    assert (narrow["spread_errors"] > 3).all()
    assert (high["mean_errors"] < -3).all()  # truths rank low where draws are too high
    assert abs(right["mean_errors"]).max() < 3
    # half of the sd: a central 95 % interval holds a standard normal with a probability of 67.3 %
    assert narrow["coverage"].sel(level=0.95).values == pytest.approx(0.673, abs=0.15)
    bounds = narrow["coverage_interval"].sel(level=0.95)
    assert (bounds.sel(bound="lower") < narrow["coverage"].sel(level=0.95)).all()
    assert (bounds.sel(bound="upper") < 0.9).all()
    assert right["coverage"].values == pytest.approx(np.broadcast_to([0.5, 0.8, 0.95], (3, 3)), abs=0.15)


def test_problems_need_neither_the_same_methods_nor_the_same_quantities():
    pieces = made_pieces()
    found = pieces["calibration"]
    assert found["curves"] == 11
    assert found["quantity"].values.tolist() == list(QUANTITIES)
    assert found["replicates"].sel(problem="slip").values.tolist() == pytest.approx([60, np.nan, np.nan], nan_ok=True)
    slip = found["outside"].sel({"problem": "slip", "method": "nuts", "envelope": "all"})
    assert slip.values.tolist() == pytest.approx([0, 0, np.nan], nan_ok=True)
    assert found["converged"].sel({"problem": "gp", "method": "nuts"}) == 0.75


def test_few_converged_fits_say_nothing():
    found = summary(together({("gp", "nuts"): made_replicates("nuts", 0, truths=12)}))
    assert "outside_converged" not in found
