import warnings

import numpy as np
import pytest
from scipy.special import expit
from sklearn import metrics as sk

from bayesnet.metrics import DIRECTION, METRICS, confusion


def sklearn_value(name, label, p):
    called = (p > 0.5).astype(int)
    if name == "accuracy":
        return sk.accuracy_score(label, called)
    if name == "f1":
        return sk.f1_score(label, called, zero_division=0)
    if name == "f1_weighted":
        return sk.f1_score(label, called, average="weighted", zero_division=0)
    if name == "log_score":
        return -sk.log_loss(label, p, labels=[0, 1])
    if name == "brier":
        return sk.brier_score_loss(label, p, pos_label=1)
    return sk.roc_auc_score(label, p)


def cases():
    rng = np.random.default_rng(0)
    label = np.array([0, 1] * 3 + (rng.random(34) < 0.3).tolist(), dtype=int)
    stack = {
        "random": rng.random((2, 3, 40)),
        "ties": rng.integers(0, 5, (2, 3, 40)) / 4,  # exact 0, 0.5 and 1 among them
        "saturated": expit(rng.normal(0, 60, (2, 3, 40))),
        "nothing called positive": np.full((2, 3, 40), 0.1),
        "everything called positive": np.full((2, 3, 40), 0.9),
        "on the threshold": np.full((2, 3, 40), 0.5),
        "perfect": np.broadcast_to(label, (2, 3, 40)).astype(float),
        "all wrong": np.broadcast_to(1.0 - label, (2, 3, 40)),
    }
    return label, stack


LABEL, SCORES = cases()


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("case", SCORES)
def test_equals_scikit_learn_for_every_draw(name, case):
    p = SCORES[case]
    got = METRICS[name](LABEL, p)
    expected = [[sklearn_value(name, LABEL, draw) for draw in chain] for chain in p]
    assert got.shape == (2, 3)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(METRICS[name](LABEL, p[0, 0]), expected[0][0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", METRICS)
def test_samples_with_labels_of_their_own_are_graded_one_by_one(name):
    rng = np.random.default_rng(1)
    label = rng.integers(2, size=(5, 40))
    label[0] = 1  # one class only
    p = np.where(label == 1, rng.random((5, 40)) ** 0.5, rng.random((5, 40)) ** 2)
    expected = [METRICS[name](*sample) for sample in zip(label, p, strict=True)]
    np.testing.assert_array_equal(METRICS[name](label, p), expected)


@pytest.mark.parametrize("name", ["accuracy", "f1", "f1_weighted", "log_score", "brier"])
@pytest.mark.parametrize("only", [0, 1])
def test_equals_scikit_learn_with_one_class_among_the_labels(name, only):
    label, p = np.full(40, only), SCORES["random"][0, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's, about the class that is missing
        np.testing.assert_allclose(METRICS[name](label, p), sklearn_value(name, label, p), rtol=1e-12)


@pytest.mark.parametrize("only", [0, 1])
def test_auc_of_one_class_is_undefined(only):
    assert np.isnan(METRICS["roc_auc"](np.full(40, only), SCORES["random"])).all()


def test_metrics_leave_their_arguments_alone():
    label, p = LABEL.copy(), SCORES["random"].copy()
    for metric in METRICS.values():
        metric(label, p)
    np.testing.assert_array_equal(label, LABEL)
    np.testing.assert_array_equal(p, SCORES["random"])


def test_confusion_counts_every_row_once():
    label, p = np.array([1, 1, 0, 0, 0]), np.array([[0.9, 0.1, 0.8, 0.2, 0.3]])
    assert [float(cell[0]) for cell in confusion(label, p)] == [1, 1, 1, 2]


def test_confusion_of_samples_is_that_of_their_rows():
    rng = np.random.default_rng(0)
    index = rng.integers(len(LABEL), size=(7, len(LABEL)))
    weight = np.stack([np.bincount(rows, minlength=len(LABEL)) for rows in index], axis=1)
    p = SCORES["random"][0]
    cells = confusion(LABEL, p, weight)
    for sample, rows in enumerate(index):
        for cell, expected in zip(cells, confusion(LABEL[rows], p[:, rows]), strict=True):
            np.testing.assert_array_equal(cell[:, sample], expected)
    assert confusion(LABEL, p, weight[:, :1])[0].shape == (len(p), 1)


def test_direction_says_which_way_is_better():
    assert DIRECTION.keys() == METRICS.keys()
    for name, metric in METRICS.items():
        good, bad = metric(LABEL, SCORES["perfect"][0, 0]), metric(LABEL, SCORES["all wrong"][0, 0])
        assert DIRECTION[name] * (good - bad) > 0
