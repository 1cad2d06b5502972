import numpy as np
from sklearn.metrics import confusion_matrix as sklearn_matrix

from bayesnet.parts.confusion import confusion_matrix


def test_rows_are_counted_by_the_class_of_the_posterior_mean_score(make_fit):
    rng = np.random.default_rng(0)
    label, p = rng.integers(2, size=300), rng.random((2, 5, 300))
    found = confusion_matrix(make_fit(p, label))["confusion"]
    mean = p.mean(axis=(0, 1))
    assert found.dims == ("true", "predicted")
    assert found.values.tolist() == sklearn_matrix(label, mean > 0.5).tolist()
    assert int(found.sel(true=1, predicted=0)) == ((mean <= 0.5) & (label == 1)).sum()
    assert found.sum() == 300
