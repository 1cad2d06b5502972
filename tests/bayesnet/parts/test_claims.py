import numpy as np
import pytest
from sklearn.metrics import f1_score

import bayesnet
from bayesnet.methods.mlp import MlpConfig
from bayesnet.parts.claims import (
    Above,
    Step,
    accuracy_margin,
    best_of_starts,
    best_threshold,
    centre_margin,
    class_margin,
    corrections,
    draw_accuracy,
    of_another_refit,
    ranking_margins,
    refits,
)
from bayesnet.parts.importance import permutation_importance

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


def test_chains_that_disagree_widen_the_interval_of_a_margin(make_fit):
    """The sd of the rows of class 1 hangs on a few blocks of draws: another handful of draws might not have it."""
    rng = np.random.default_rng(1)
    label = np.repeat([0, 1], 50)
    even = rng.normal(0.5, 0.05, (4, 100, 100))
    uneven = even.copy()
    uneven[0, :20, 50:] += 0.3
    widths = [np.ptp(class_margin(make_fit(p, label))[1:]) for p in (even, uneven)]
    assert widths[1] > 5 * widths[0]


@pytest.mark.heavy
def test_rankings_of_a_known_network(fits, catalogue):
    """The label of the small catalogue hangs on a and b, and not on c."""
    claims = {"right": Above(("a", "b"), ("c",)), "wrong": Above(("c",), ("a",)), "none": Above(("a",), ("b",))}
    for method in ("nuts", "mlp"):  # of the point estimate rows and shuffles vary
        margins = ranking_margins(fits[method], catalogue, claims, resamples=100)
        assert margins["right"][1] > 0
        assert margins["wrong"][2] < 0
        assert all(lower <= value <= upper for value, lower, upper in margins.values())
    alone, both = (Above(higher, ("c",)) for higher in (("a",), ("a", "b")))
    margins = ranking_margins(fits["mlp"], catalogue, {"alone": alone, "both": both}, resamples=100)
    assert (margins["both"] <= margins["alone"] + 1e-9)[:2].all()  # more is claimed


def test_rankings_are_of_the_catalogues_inputs_whatever_a_network_is_given(ruptures):
    fit = bayesnet.fit("mlp", bayesnet.Network(hidden=3, inputs="physical"), ruptures, config=MlpConfig(restarts=1))
    claim = {"stress": Above(("sxy",), ("sxx",))}  # of which the network is given combinations, or nothing
    _, lower, _ = ranking_margins(fit, ruptures, claim, resamples=50)["stress"]
    assert lower > 0


@pytest.mark.heavy
def test_a_ranking_varies_with_rows_and_shuffles(fits, catalogue):
    """As far as other bootstrap samples, drawn here by hand, spread with their shuffles."""
    claim = {"b above c": Above(("b",), ("c",))}
    _, lower, upper = ranking_margins(fits["mlp"], catalogue, claim, resamples=200)["b above c"]
    test = catalogue.isel(simulation=catalogue["split"].values == "test")
    by_hand = []
    for seed in range(20):
        some = np.random.default_rng(seed).integers(100, size=100)
        drops = permutation_importance(fits["mlp"], test.isel(simulation=some), repeats=10, seed=seed)["drop_mean"]
        by_hand.append(float(drops.sel(metric="f1", feature="b") - drops.sel(metric="f1", feature="c")))
    assert upper - lower == pytest.approx(4 * np.std(by_hand), rel=0.4)
    assert lower < np.mean(by_hand) < upper


def test_refits_are_of_other_starts_and_graded_on_the_same_rows(fits, catalogue):
    found = refits(Step(fits["mlp"]), catalogue, upsamplings=2, starts=2)
    label = fits["mlp"]["predictions_constant_data"]["label"].values
    assert found["score"].sizes == {"refit": 4, "row": 100}
    assert len(np.unique(found["score"][:, 0])) == 4
    right = ((found["score"].values > 0.5) == label).mean(axis=1)
    assert found["accuracy"].values.tolist() == found["draw_accuracy"].values.tolist() == right.tolist()
    tuned = refits(Step(fits["mlp"], tuned=True), catalogue, upsamplings=2, starts=2)
    assert (tuned["accuracy"] >= found["accuracy"]).all()


def test_further_refits_lie_where_they_are_expected():
    rng = np.random.default_rng(0)
    inside = []
    for _ in range(400):
        *first, next_one = rng.normal(0.8, 0.02, 13)
        _, lower, upper = of_another_refit(np.array(first))
        inside.append(lower <= next_one <= upper)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.035)


def test_accuracies_of_draws_are_averaged(make_fit):
    p = np.repeat(SCORE[None, None], 2, axis=1)
    p[0, 1] = 0.9 - 0.5 * LABEL  # a draw that is wrong throughout
    value, lower, upper = draw_accuracy(Step(make_fit(p, LABEL)))
    assert value == pytest.approx((5 / 8 + 0) / 2)
    assert lower < value < upper


def test_one_network_is_right_more_often_whichever_refit_is_taken():
    label = np.resize([0, 1], 400)
    good = np.tile(label * 0.8 + 0.1, (3, 1))
    good[:, :20] = 0.5  # class 0 throughout: ten rows of 400 are wrong
    poor = good.copy()
    poor[0, 100:180], poor[1:, 100:110] = 1 - poor[0, 100:180], 1 - poor[1:, 100:110]
    value, lower, upper = accuracy_margin(label, good, poor)
    assert value == pytest.approx((80 + 10 + 10) / 3 / 400)
    assert lower > 0
    assert upper > 0.2  # where the poor one is of the first start
    assert accuracy_margin(label, good, good).tolist() == [0, 0, 0]


def test_the_best_of_other_starts_is_that_of_lowest_loss(fits):
    scores = best_of_starts(fits["mlp"], picks=300)
    loss = fits["mlp"]["fit_stats"]["loss"].values
    kept = fits["mlp"]["predictions"]["p"].values.ravel()
    share = np.isclose(scores, kept).all(axis=1).mean()
    assert share == pytest.approx(1 - (2 / 3) ** 3, abs=0.1)  # it is among three that are drawn of three
    assert len(np.unique(scores[:, 0])) == len(loss)
    assert best_of_starts(fits["nuts"]).shape == (1, 100)
