import numpy as np
import pytest
from scipy.stats import binomtest

from bayesnet.parts.scores import paired_differences, same_test_rows, score
from data import InputError


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    label = rng.random(300) < 0.4
    p = np.clip(
        0.5 + 0.15 * (2 * label - 1) + 0.2 * rng.normal(size=300) + 0.2 * rng.normal(size=(2, 50, 300)), 0.01, 0.99
    )
    return label.astype(int), p


def test_values_are_those_of_the_posterior_mean_score(data, make_fit):
    label, p = data
    result = score(make_fit(p, label))
    mean = p.mean(axis=(0, 1))
    assert float(result["value"].sel(metric="accuracy")) == ((mean > 0.5) == label).mean()
    assert float(result["value"].sel(metric="brier")) == pytest.approx(((mean - label) ** 2).mean())
    assert float(result["value"].sel(metric="predictive_sd")) == pytest.approx(p.reshape(100, -1).std(axis=0).mean())
    assert result["confusion"].sum() == 300
    assert int(result["confusion"].sel(true=1, predicted=0)) == ((mean <= 0.5) & (label == 1)).sum()


def test_intervals(data, make_fit):
    label, p = data
    result = score(make_fit(p, label), seed=1)
    each = ((p > 0.5) == label).mean(axis=-1).ravel()
    assert np.allclose(result["draws_interval"].sel(metric="accuracy"), np.quantile(each, [0.025, 0.975]))
    # the bootstrap of a share of n rows has the binomial sd
    lower, upper = result["rows_interval"].sel(metric="accuracy").values
    value = float(result["value"].sel(metric="accuracy"))
    assert upper - lower == pytest.approx(2 * 1.96 * np.sqrt(value * (1 - value) / 300), rel=0.15)
    assert lower < value < upper


def test_the_bootstrap_interval_covers_the_truth(make_fit):
    """95 % intervals of an accuracy known to be 0.8 hold it in about 95 of 100 sets of rows."""
    rng = np.random.default_rng(3)
    held = 0
    for seed in range(100):
        label = rng.integers(2, size=150)
        right = rng.random(150) < 0.8
        p = np.where(right == (label == 1), 0.9, 0.1)
        lower, upper = score(make_fit(p[None, None], label), resamples=100, seed=seed)["rows_interval"].sel(
            metric="accuracy"
        )
        held += lower <= 0.8 <= upper
    assert binomtest(held, 100, 0.95).pvalue > 0.001


def test_a_point_estimate_has_no_draws(data, make_fit):
    label, p = data
    result = score(make_fit(p[:1, :1], label))
    assert result["draws_interval"].isnull().all()
    assert np.isnan(result["value"].sel(metric="predictive_sd"))
    assert result["value"].drop_sel(metric="predictive_sd").notnull().all()


def test_paired_differences(make_fit):
    label = np.repeat([0, 1], 50)
    good = np.where(label == 1, 0.9, 0.1)
    worse = good.copy()
    worse[:8] = 0.9  # eight false alarms
    fits = {"good": make_fit(good[None, None], label), "worse": make_fit(worse[None, None], label)}
    result = paired_differences(fits)
    pair = result.sel({"method": "good", "other": "worse"})
    assert float(pair["difference"].sel(metric="accuracy")) == pytest.approx(0.08)
    assert int(pair["only_method_right"]) == 8
    assert int(pair["only_other_right"]) == 0
    assert float(pair["mcnemar_p"]) == pytest.approx(2 / 2**8)  # exact: all eight discordant rows on one side
    lower, upper = pair["interval"].sel(metric="accuracy").values
    assert 0 < lower < 0.08 < upper
    back = result.sel({"method": "worse", "other": "good"})
    assert np.allclose(back["difference"], -pair["difference"])
    assert float(result["mcnemar_p"].sel({"method": "good", "other": "good"})) == 1


def test_pairing_narrows_the_interval(make_fit):
    """Two methods that err on the same hard rows differ by less than their own intervals suggest."""
    rng = np.random.default_rng(1)
    label = rng.integers(2, size=400)
    hard = rng.random(400) < 0.2
    p = np.where(hard == (label == 1), 0.2, 0.8)
    q = np.where(np.arange(400) < 4, 1 - p, p)
    fits = {"p": make_fit(p[None, None], label), "q": make_fit(q[None, None], label)}
    paired = paired_differences(fits)["interval"].sel({"method": "p", "other": "q", "metric": "accuracy"}).values
    alone = score(fits["p"])["rows_interval"].sel(metric="accuracy").values
    assert np.ptp(paired) < np.ptp(alone) / 2


@pytest.mark.parametrize("what", ["label", "features", "rows"])
def test_other_test_rows_are_refused(what, data, make_fit):
    label, p = data
    features = np.random.default_rng(2).normal(size=(300, 2))
    a = make_fit(p, label, features=features)
    other = {
        "label": lambda: make_fit(p, 1 - label, features=features),
        "features": lambda: make_fit(p, label, features=features + 1e-9),
        "rows": lambda: make_fit(p[..., :-1], label[:-1], features=features[:-1]),
    }
    with pytest.raises(InputError, match="same test rows, those of a and b differ"):
        same_test_rows({"a": a, "b": other[what]()})
    same_test_rows({"a": a, "renamed": make_fit(p, label, features=features[:, ::-1])})
