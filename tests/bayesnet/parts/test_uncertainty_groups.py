import numpy as np
import pytest

from bayesnet.parts.uncertainty import predictive_uncertainty
from bayesnet.parts.uncertainty_groups import class_gaps, uncertainty_by_group


def test_means_by_group(make_fit):
    p = np.array([[[0.55, 0.02, 0.98, 0.95], [0.45, 0.08, 0.96, 0.97]]])
    u = predictive_uncertainty(make_fit(p, np.array([1, 0, 1, 1])))
    g = uncertainty_by_group(u)
    sd = u["uncertainty"].sel(measure="sd").values
    assert np.allclose(g["by_class"].sel(measure="sd"), [sd[1], sd[[0, 2, 3]].mean()])
    assert float(g["propagation_ratio"].sel(measure="sd")) == pytest.approx(sd[[0, 2, 3]].mean() / sd[1])
    assert np.allclose(g["by_cell"].sel(measure="sd", cell="FN"), sd[0])
    assert g["by_cell"].sel(measure="sd", cell="FP").isnull()
    assert g["rows"].values.tolist() == [2, 1, 0, 1]
    assert g["score_rows"].sum() == 4
    assert float(g["by_score"].sel(measure="sd", score_bin=0.95)) == pytest.approx(sd[2:].mean())
    assert float(g["centre_correlation"].sel(measure="total")) == pytest.approx(1)


def test_every_method_of_a_comparison_has_its_own_groups(comparison):
    found = comparison["uncertainty_groups"].to_dataset()
    of_nuts = comparison["uncertainty"].to_dataset().sel({"method": "nuts"}, drop=True)
    expected = uncertainty_by_group(of_nuts)
    assert found["method"].values.tolist() == ["mlp", "advi", "nuts"]
    assert np.allclose(found["by_class"].sel({"method": "nuts"}), expected["by_class"], equal_nan=True)
    assert found["by_class"].sel({"method": "mlp", "measure": "sd"}).isnull().all()


def rows_of(score, sd, draws=400, seed=0):
    """Draws `(1, draw, row)` whose mean and sd are those given, up to noise."""
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(score, sd, (1, draws, len(score))), 0, 1)


def test_a_class_of_more_undecided_rows_is_the_same_at_equal_score(make_fit):
    rng = np.random.default_rng(0)
    label = np.repeat([0, 1], 200)
    score = np.concatenate([rng.uniform(0, 0.6, 200), rng.uniform(0.2, 0.8, 200)])
    found = class_gaps(make_fit(rows_of(score, 0.3 * score * (1 - score)), label), resamples=300)
    of_all, equal = found["gap_interval"].sel(among="all"), found["gap_interval"].sel(among="equal score")
    assert of_all.sel(bound="lower") > 0
    assert equal.sel(bound="lower") < 0 < equal.sel(bound="upper")
    assert abs(found["gap"].sel(among="equal score")) < 0.005
    chosen = (score >= 0.1) & (score < 0.9)
    assert found["undecided_rows"].values == pytest.approx(
        np.bincount(label[chosen]), abs=3
    )  # the mean of draws varies


def test_a_class_that_is_less_certain_is_so_at_equal_score(make_fit):
    rng = np.random.default_rng(1)
    label = np.repeat([0, 1], 200)
    score = rng.uniform(0.1, 0.9, 400)
    found = class_gaps(make_fit(rows_of(score, np.where(label == 1, 0.08, 0.05)), label), resamples=300)
    assert found["gap"].values == pytest.approx([0.03, 0.03], abs=0.004)
    assert (found["gap_interval"].sel(bound="lower") > 0.02).all()


def test_few_draws_widen_the_interval_and_a_point_estimate_has_none(make_fit):
    label = np.repeat([0, 1], 100)
    score = np.full(200, 0.45)
    few, many = (
        np.diff(class_gaps(make_fit(rows_of(score, 0.05, draws), label), resamples=300)["gap_interval"].values)[0, 0]
        for draws in (10, 2000)
    )
    assert few > 3 * many
    point = class_gaps(make_fit(rows_of(score, 0.0, 1), label), resamples=20)
    assert point.to_array().isnull().all()
    one_class = class_gaps(make_fit(rows_of(score, 0.05, 20), np.ones(200, dtype=int)), resamples=20)
    assert one_class["gap"].isnull().all()
