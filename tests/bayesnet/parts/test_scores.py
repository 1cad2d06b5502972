import numpy as np
import pytest
from scipy.stats import binomtest

from bayesnet.metrics import DIRECTION, METRICS
from bayesnet.parts.scores import score


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


def test_intervals(data, make_fit):
    label, p = data
    result = score(make_fit(p, label), seed=1)
    each = ((p > 0.5) == label).mean(axis=-1).ravel()
    assert np.allclose(result["draws_interval"].sel(metric="accuracy"), np.quantile(each, [0.025, 0.975]))
    assert float(result["draws_mean"].sel(metric="accuracy")) == pytest.approx(each.mean())
    # the bootstrap of a share of n rows has the binomial sd
    lower, upper = result["rows_interval"].sel(metric="accuracy").values
    value = float(result["value"].sel(metric="accuracy"))
    assert upper - lower == pytest.approx(2 * 1.96 * np.sqrt(value * (1 - value) / 300), rel=0.15)
    assert lower < value < upper


@pytest.mark.heavy
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
    assert result[["draws_interval", "draws_mean"]].to_array().isnull().all()
    assert np.isnan(result["value"].sel(metric="predictive_sd"))
    assert result["value"].drop_sel(metric="predictive_sd").notnull().all()


def test_metrics_bring_their_label_and_direction(data, make_fit):
    label, p = data
    result = score(make_fit(p, label), resamples=10)
    assert result["metric"].values.tolist() == [*METRICS, "predictive_sd"]
    assert result["better"].values.tolist() == [*DIRECTION.values(), 0]
    assert result["label"].sel(metric="brier") == "Brier score"
