import numpy as np
import pytest
import xarray as xr
from sklearn.metrics import f1_score

from bayesnet.parts.claims import Step, above, best_threshold, centre_margin, class_margin, corrections, ranking_margins

LABEL = np.array([0, 0, 0, 1, 1, 0, 1, 1])
SCORE = np.array([0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.6])


def test_the_best_threshold_is_that_of_the_highest_accuracy():
    threshold = best_threshold(LABEL, SCORE)
    assert threshold == pytest.approx((0.2 + 0.25) / 2)  # one row wrong
    right = [((t < SCORE) == LABEL).mean() for t in np.linspace(0, 1, 401)]
    assert ((threshold < SCORE) == LABEL).mean() == max(right)


def test_of_equally_good_thresholds_the_one_nearest_a_half_is_taken():
    assert best_threshold(np.array([0, 1]), np.array([0.1, 0.9])) == 0.5
    assert best_threshold(np.array([1, 1]), np.array([0.7, 0.9])) == 0.35  # all called 1
    assert best_threshold(np.array([0, 0]), np.array([0.7, 0.9])) == 0.95


def test_ties_of_scores_are_called_alike():
    assert best_threshold(np.array([0, 1, 1, 1]), np.full(4, 0.3)) == 0.15


def test_corrections_are_scored_at_their_threshold_and_against_the_step_before(make_fit):
    fit = make_fit(np.repeat(SCORE[None, None], 2, axis=1), LABEL)
    steps = corrections({"tuned": Step(fit, tuned=True), "half": Step(fit)}, resamples=200)
    accuracy = steps["value"].sel(score="accuracy")
    assert accuracy.values == pytest.approx([7 / 8, 5 / 8])
    called = float(steps["threshold"].sel(step="tuned")) < SCORE
    assert float(steps["value"].sel(step="tuned", score="f1_weighted")) == pytest.approx(
        f1_score(LABEL, called, average="weighted")
    )
    assert steps["confusion"].sel(step="tuned").values.tolist() == [[3, 1], [0, 4]]
    assert float(steps["change"].sel(step="half", score="accuracy")) == pytest.approx(-2 / 8)
    assert steps["change"].sel(step="tuned").isnull().all()
    lower, upper = steps["change_interval"].sel(step="half", score="accuracy").values
    assert lower < -2 / 8 < upper
    assert steps["tuned"].values.tolist() == [1, 0]


def test_margins_of_uncertainty(make_fit):
    rng = np.random.default_rng(0)
    label = np.repeat([0, 1], 100)
    centre = np.where(label == 1, 0.5, 0.05)
    p = np.clip(rng.normal(centre, np.where(label == 1, 0.1, 0.02), (1, 400, 200)), 0, 1)
    value, lower, upper = class_margin(make_fit(p, label))
    assert lower <= value <= upper
    assert value == pytest.approx(0.08, abs=0.01)
    assert lower > 0.07
    assert centre_margin(make_fit(p, label)) == pytest.approx([value, lower, upper])  # the same rows here
    assert np.isnan(centre_margin(make_fit(np.full((1, 3, 4), 0.1), [0, 1, 0, 1]))[0])  # none near 0.5


def test_a_ranking_holds_where_the_least_of_the_named_is_above_the_rest():
    drop = xr.DataArray([0.5, 0.3, 0.1, 0.0], {"feature": ["a", "b", "c", "d"]}, "feature")
    assert float(above(("a", "b"), ("c", "d"))(drop)) == pytest.approx(0.2)
    assert float(above(("b", "c"), ("a", "d"))(drop)) == pytest.approx(-0.4)


def test_rankings_of_a_known_network(fits, catalogue):
    """The label of the small catalogue hangs on a and b, and not on c."""
    margins = ranking_margins(
        fits["nuts"], catalogue, {"right": above(("a", "b"), ("c",)), "wrong": above(("c",), ("a",))}
    )
    assert margins["right"][1] > 0
    assert margins["wrong"][2] < 0
    assert np.isnan(ranking_margins(fits["mlp"], catalogue, {"right": above(("a",), ("c",))})["right"][1:]).all()
