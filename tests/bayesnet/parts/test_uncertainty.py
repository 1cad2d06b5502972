import numpy as np

from bayesnet.parts.uncertainty import predictive_uncertainty


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
