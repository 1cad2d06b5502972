from itertools import combinations

import numpy as np
import pytest
from scipy.special import expit

from bayesnet.parts.calibration import joint_log_score, reliability


def outcome(p, seed=0):
    return (np.random.default_rng(seed).random(len(p)) < p).astype(int)


def test_calibrated_scores_stay_in_the_band_and_bent_ones_leave_it(make_fit):
    p = np.random.default_rng(1).uniform(0.02, 0.98, 800)
    label = outcome(p)
    inside = {}
    for name, score in (("true", p), ("bent", expit(3 * np.log(p / (1 - p))))):
        result = reliability(make_fit(score[None, None], label))
        lower, upper = result["band"].values.T
        curve = result["reliability"].values
        inside[name] = ((curve >= lower - 1e-12) & (curve <= upper + 1e-12)).mean()
        assert (np.diff(curve) >= -1e-12).all()
        if name == "true":
            assert float(result["ece"]) < 0.05
            assert float(result["miscalibration"]) < 0.02
        else:
            assert float(result["ece"]) > 0.08
    assert inside["true"] > 0.9
    assert inside["bent"] < 0.6


def test_what_calibrated_scores_would_have_is_what_they_have(make_fit):
    """Labels drawn from the scores, over and over: one in twenty falls outside; bent scores lie above."""
    p = np.random.default_rng(4).uniform(0.02, 0.98, 400)
    results = [reliability(make_fit(p[None, None], outcome(p, seed)), seed=seed) for seed in range(40)]
    bent = reliability(make_fit(expit(2 * np.log(p / (1 - p)))[None, None], outcome(p)))
    for name in ("ece", "miscalibration"):
        values, ranges = (np.array([one[n].values for one in results]) for n in (name, f"{name}_calibrated"))
        assert ((values < ranges[:, 0]) | (values > ranges[:, 1])).sum() <= 6
        mean = float(results[0][f"{name}_calibrated_mean"])
        assert values.mean() == pytest.approx(mean, abs=4 * values.std() / np.sqrt(len(values)))
        assert mean > 0.003
        assert bent[name] > bent[f"{name}_calibrated"].sel(bound="upper")


def test_parts_add_up_to_the_brier_score(make_fit):
    p = np.random.default_rng(2).beta(0.5, 0.8, 200)
    label = outcome(p, 3)
    result = reliability(make_fit(p[None, None], label))
    total = result["miscalibration"] - result["discrimination"] + result["uncertainty"]
    assert float(total) == pytest.approx(((p - label) ** 2).mean())
    assert float(result["uncertainty"]) == pytest.approx(label.mean() * (1 - label.mean()))


def test_ece_by_hand(make_fit):
    p = np.array([0.05, 0.05, 0.05, 0.05, 0.95, 0.95])
    label = np.array([1, 0, 0, 0, 1, 1])
    # bin 0: score 0.05, frequency 0.25, 4 of 6 rows; bin 9: score 0.95, frequency 1, 2 of 6
    assert float(reliability(make_fit(p[None, None], label))["ece"]) == pytest.approx(4 / 6 * 0.2 + 2 / 6 * 0.05)


def test_equal_scores_are_pooled(make_fit):
    result = reliability(make_fit(np.full((1, 1, 10), 0.3), np.arange(10) % 2))
    assert np.allclose(result["reliability"], 0.5)


def test_joint_log_score_of_a_point_estimate_is_the_log_score(make_fit):
    p = np.full(50, 0.8)
    label = np.repeat([1, 0], [40, 10])
    result = joint_log_score(make_fit(p[None, None], label))
    expected = 0.8 * np.log(0.8) + 0.2 * np.log(0.2)
    assert np.allclose(result["joint_log_score"], expected, rtol=1e-12)
    assert np.allclose(result["standard_error"], 0, atol=1e-15)


def test_joint_log_score_is_within_its_standard_error_of_the_mean_over_all_batches(make_fit):
    rng = np.random.default_rng(5)
    p = expit(rng.normal(size=(12, 1)) + rng.normal(0, 2, 14))[None]  # (chain, draw, row): draws share their errors
    label = rng.integers(0, 2, 14)
    observed = np.where(label == 1, p[0], 1 - p[0])
    exact = np.mean([np.log(observed[:, pair].prod(axis=1).mean()) / 2 for pair in combinations(range(14), 2)])
    results = [joint_log_score(make_fit(p, label), seed=seed).sel(batch_size=2) for seed in range(30)]
    away = [float((one["joint_log_score"] - exact) / one["standard_error"]) for one in results]
    assert np.max(np.abs(away)) < 4
    assert 0.6 < np.std(away) < 1.5
    assert max(float(one["standard_error"]) for one in results) < 0.005


def test_joint_log_score_rewards_errors_that_hang_together(make_fit):
    """Two equally likely draws, one certain of all rows, one of none: the rows' outcomes depend on each other."""
    n = 40
    together = np.stack([np.full(n, 0.9), np.full(n, 0.1)])[None]
    apart = np.full((1, 2, n), 0.5)
    label = np.ones(n, dtype=int)
    joint, marginal = (joint_log_score(make_fit(p, label))["joint_log_score"] for p in (together, apart))
    assert float(joint.sel(batch_size=1)) == pytest.approx(np.log(0.5))
    assert np.allclose(marginal, np.log(0.5))
    for size in (2, 10):
        by_hand = np.log((0.9**size + 0.1**size) / 2) / size
        assert float(joint.sel(batch_size=size)) == pytest.approx(by_hand)
