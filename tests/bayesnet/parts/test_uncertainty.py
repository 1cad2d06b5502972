import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bayesnet.parts.uncertainty import error_detection, input_plane, predictive_uncertainty, uncertainty_by_group


def entropy(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


def test_entropies_by_hand(make_fit):
    p = np.array([[[0.5, 0.9, 0.1], [0.5, 0.9, 0.9]]])
    u = predictive_uncertainty(make_fit(p, np.array([1, 1, 0])))["uncertainty"]
    assert np.allclose(u.sel(measure="sd"), [0, 0, 0.4])
    assert np.allclose(u.sel(measure="total"), [np.log(2), entropy(0.9), np.log(2)])
    assert np.allclose(u.sel(measure="aleatoric"), [np.log(2), entropy(0.9), entropy(0.9)])
    assert np.allclose(u.sel(measure="epistemic"), [0, 0, np.log(2) - entropy(0.9)])


def test_certain_scores_have_no_entropy_and_no_warning(make_fit):
    u = predictive_uncertainty(make_fit(np.array([[[0.0, 1.0], [0.0, 1.0]]]), np.array([0, 1])))
    assert np.allclose(u["uncertainty"], 0)


def test_cells_and_a_point_estimate(make_fit):
    u = predictive_uncertainty(make_fit(np.array([[[0.9, 0.2, 0.8, 0.3]]]), np.array([1, 0, 0, 1])))
    assert u["cell"].values.tolist() == ["TP", "TN", "FP", "FN"]
    assert u["uncertainty"].sel(measure=["sd", "aleatoric", "epistemic"]).isnull().all()
    assert u["uncertainty"].sel(measure="total").notnull().all()


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


def test_error_detection_agrees_with_scikit_learn_and_with_counting(make_fit):
    rng = np.random.default_rng(0)
    p = rng.uniform(0.01, 0.99, size=(1, 20, 200)) ** np.linspace(0.2, 5, 200)
    u = predictive_uncertainty(make_fit(p, rng.integers(2, size=200)))
    e = error_detection(u)
    wrong = np.isin(u["cell"], ("FP", "FN"))
    for measure in ("sd", "epistemic"):
        values = u["uncertainty"].sel(measure=measure).values
        assert float(e["error_auc"].sel(measure=measure)) == pytest.approx(roc_auc_score(wrong, values))
        most_certain = np.argsort(values)[:50]
        kept = e["selective_accuracy"].sel(measure=measure).sel(kept=0.25)
        assert float(kept) == pytest.approx(1 - wrong[most_certain].mean())
    assert np.allclose(e["selective_accuracy"].isel(kept=-1), 1 - wrong.mean())


def test_ties_and_no_errors(make_fit):
    label = np.array([1, 1, 0, 0])
    tied = error_detection(predictive_uncertainty(make_fit(np.full((1, 1, 4), 0.8), label)))
    assert np.allclose(tied["selective_accuracy"].sel(measure="total"), 0.5)
    assert tied["error_auc"].isnull().all()
    right = error_detection(predictive_uncertainty(make_fit(np.array([[[0.8, 0.9, 0.1, 0.2]]]), label)))
    assert np.isnan(right["error_auc"].sel(measure="total"))
    assert np.allclose(right["selective_accuracy"].sel(measure="total"), 1)


def test_input_plane_holds_the_principal_components(fits):
    fit = fits["mlp"]
    plane = input_plane(fit)
    x = fit["constant_data"]["x"].values
    variance, vectors = np.linalg.eigh(np.cov(x.T))
    assert np.allclose(np.abs(plane["loadings"].values @ vectors[:, ::-1][:, :2]), np.eye(2), atol=1e-8)
    assert np.allclose(plane["explained"], variance[::-1][:2] / variance.sum())
    assert plane["plane"].sizes == {"simulation": 100, "component": 2}
