"""Which dc the labels were computed with: hand-made rows, and the published ones."""

import numpy as np
import pytest

from data.rupture.trial.rows import LOST
from data.rupture.trial.slip_distance import dc_evidence, dc_slopes, logistic_slopes


def test_only_rows_whose_answers_differ_speak_about_dc(simulations):
    found = dc_evidence(simulations)
    answer = simulations["answer"].where(simulations["block"] != LOST)
    differing = int((abs(answer.sel(dc="0.4") - answer.sel(dc="published")) == 1).sum())
    of_all = found.sel(block="all")
    assert differing == of_all["differing"] == of_all["with_common"] > 20
    assert of_all["with_published"] == 0
    assert float(of_all["p"]) == pytest.approx(2 * 0.5**differing)
    assert int(found["differing"].sel(block=LOST)) == 0


def test_the_slope_of_dc_is_that_of_the_answers_it_was_used_for(simulations):
    slope = dc_slopes(simulations).sel(input="ln slip_distance")
    used, unused = (slope.sel(outcome=f"answers, dc {dc}") for dc in ("published", "0.4"))
    assert used["upper"] < -2
    assert unused["lower"] < 0 < unused["upper"]
    labels = slope.sel(outcome="labels")
    assert float(labels["slope"]) == pytest.approx(float(unused["slope"]))


def test_slopes_of_a_known_logistic_law_lie_in_their_intervals():
    rng = np.random.default_rng(1)
    x = rng.normal([5, -3], [2, 0.1], size=(4000, 2))
    y = rng.random(4000) < 1 / (1 + np.exp(-(x[:, 0] - 5) + 10 * (x[:, 1] + 3)))
    slope, error = logistic_slopes(x, y)
    assert np.all(np.abs(slope - [1, -10]) < 3 * error)
    assert np.all(error < [0.1, 1])


def test_labels_side_with_the_common_dc_and_have_no_slope_of_the_published_one(groups):
    assert groups["dc_evidence"]["p"].sel(block="all") < 1e-3
    slope = groups["dc_slopes"].sel(input="ln slip_distance")
    assert slope["lower"].sel(outcome="labels") < 0 < slope["upper"].sel(outcome="labels")
    assert slope["upper"].sel(outcome="answers, dc published") < slope["lower"].sel(outcome="labels")
