import numpy as np
import pytest
from scipy.special import expit

from bayesnet.parts.calibration import _envelope, reliability


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


@pytest.mark.heavy
def test_what_calibrated_scores_would_have_is_what_they_have(make_fit, monkeypatch):
    """Labels drawn from the scores, over and over: one in twenty falls outside; bent scores lie above."""
    monkeypatch.setattr("bayesnet.parts.calibration.RESAMPLES", 500)
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


@pytest.mark.heavy
def test_the_band_holds_whole_curves(make_fit, monkeypatch):
    """Of 60 calibrated outcomes one in twenty leaves the band somewhere; pointwise bands lose most curves so."""
    monkeypatch.setattr("bayesnet.parts.calibration.RESAMPLES", 500)
    p = np.random.default_rng(4).uniform(0.02, 0.98, 200)
    left = 0
    for seed in range(60):
        result = reliability(make_fit(p[None, None], outcome(p, seed)), seed=seed)
        lower, upper = result["band"].transpose("bound", "rank").values
        curve = result["reliability"].values
        left += ((curve < lower) | (curve > upper)).any()
    assert left <= 8  # the 99.5 % quantile of Binomial(60, 0.05)


def test_an_envelope_by_hand():
    curves = np.array([np.full(3, value) for value in range(100)], dtype=float)
    curves[50, 1] = 1000.0  # in the middle but for one place
    lower, upper = _envelope(curves)
    inside = ((curves >= lower) & (curves <= upper)).all(axis=1)
    assert inside.mean() >= 0.95
    assert not inside[50]
    assert inside[10:50].all()


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


def test_of_many_rows_curves_are_kept_at_some_ranks(make_fit, monkeypatch):
    p = np.random.default_rng(2).beta(0.5, 0.8, 200)
    fit = make_fit(p[None, None], outcome(p, 3))
    every = reliability(fit)
    monkeypatch.setattr("bayesnet.parts.calibration.MOST_RANKS", 20)
    some = reliability(fit)
    assert some.sizes["rank"] == 20
    assert some["rank"].values[[0, -1]].tolist() == [0, 199]
    for name in ("score", "reliability"):
        assert np.array_equal(some[name], every[name].sel(rank=some["rank"]))
    numbers = [name for name, one in every.data_vars.items() if "rank" not in one.dims]
    assert some[numbers].identical(every[numbers])
