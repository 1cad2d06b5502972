import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bayesnet.parts.errors import error_detection, mean_of_lowest
from bayesnet.parts.uncertainty import predictive_uncertainty


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


def test_each_row_of_a_tie_counts_the_mean_of_the_tie():
    found = mean_of_lowest(np.array([2.0, 1.0, 2.0, 3.0]), np.array([1.0, 0.0, 0.0, 1.0]))
    assert found == pytest.approx([0, 0.25, 1 / 3, 0.5])
