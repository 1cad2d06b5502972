"""Metrics of a two-class score, vectorised over everything but the rows: scikit-learn's numbers for many draws at once.

Every metric is a function of `label`, an ndarray of shape (n_rows,) of 0 and 1, and `p`, an ndarray of shape
(..., n_rows) with the scores, probabilities of class 1; it returns an ndarray of shape (...). Labels of shape
(..., n_rows) are those of each sample of rows. A row is assigned to class 1 where p > 0.5, as `MLPClassifier.predict`
does.
"""

from collections.abc import Callable

import numpy as np

THRESHOLD = 0.5
EPS = float(np.finfo(float).eps)  # least probability of a class in the log score: the spacing of doubles at 1


def accuracy(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Share of rows assigned to their class."""
    return COUNTED["accuracy"](*confusion(label, p))


def f1(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """F1 of class 1, 2 TP / (2 TP + FP + FN); 0 where no row is or is called of class 1 (van Rijsbergen 1979)."""
    return COUNTED["f1"](*confusion(label, p))


def f1_weighted(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Mean of both classes' F1, weighted by their number of rows: the F1 of Ahamed & Daub (2019)."""
    return COUNTED["f1_weighted"](*confusion(label, p))


def log_score(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Mean log probability of the observed class, in nats; higher is better (Gneiting & Raftery 2007, section 4).

    Probabilities are clipped to [EPS, 1 - EPS], as `sklearn.metrics.log_loss` clips them: a score that rounded to
    exactly 0 or 1 costs at most 36 nats instead of infinity.
    """
    observed = np.clip(p, EPS, 1 - EPS)
    np.subtract(1, observed, out=observed, where=label == 0)  # probability of the class that was observed
    return np.log(observed).mean(axis=-1)


def brier(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Mean squared distance of score and label; lower is better (Brier 1950, with one class counted)."""
    return np.square(p - label).mean(axis=-1)


def roc_auc(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Probability that a row of class 1 scores above one of class 0, ties counting half; NaN where a class is missing.

    The Mann-Whitney statistic (Hanley & McNeil 1982), by a search among the sorted scores of class 0.
    """
    p = np.asarray(p)
    positive = np.broadcast_to(np.asarray(label) == 1, p.shape).reshape(-1, p.shape[-1])
    rows = p.reshape(-1, p.shape[-1])
    return np.reshape([_share_above(row[of], row[~of]) for row, of in zip(rows, positive, strict=True)], p.shape[:-1])


def _share_above(values: np.ndarray, others: np.ndarray) -> float:
    """Share of pairs in which a value is above another, ties counting half; NaN where there is no pair."""
    if not len(values) or not len(others):
        return np.nan
    others = np.sort(others)
    below = np.searchsorted(others, values, "left").sum() + np.searchsorted(others, values, "right").sum()
    return below / (2 * len(values) * len(others))


def confusion(label: np.ndarray, p: np.ndarray, weight: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """Numbers of true positive, false positive, false negative and true negative rows.

    Parameters
    ----------
    label, p : ndarray
        See above.
    weight : ndarray of shape (n_rows, n_samples), optional
        How many times each row stands in each of several samples of the rows, for example bootstrap samples.

    Returns
    -------
    tuple of ndarray
        TP, FP, FN, TN, each of shape (...), with weights (..., n_samples).
    """
    if np.ndim(label) > 1:
        return _confusion_of_each(np.asarray(label) == 1, np.asarray(p) > THRESHOLD)
    label = np.asarray(label, dtype=float)
    rows = np.ones((len(label), 1)) if weight is None else weight
    of_class = np.hstack([label[:, None] * rows, (1 - label)[:, None] * rows])  # (row, 2 samples)
    # a product with the labels counts faster than boolean sums do, and is exact: whole numbers below 2**53
    called = (np.asarray(p) > THRESHOLD).astype(float) @ of_class  # (..., 2 samples)
    tp, fp = np.split(called, 2, axis=-1)
    positive, negative = np.split(of_class.sum(axis=0), 2)
    counts = tp, fp, positive - tp, negative - fp
    return tuple(count[..., 0] for count in counts) if weight is None else counts


def _confusion_of_each(positive: np.ndarray, called: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same where each sample has labels of its own, both of shape (..., n_rows)."""
    tp, fp = (np.count_nonzero(called & of, axis=-1) for of in (positive, ~positive))
    total = np.count_nonzero(positive, axis=-1)
    return tp, fp, total - tp, positive.shape[-1] - total - fp


def _accuracy(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    return (tp + tn) / (tp + fp + fn + tn)


def _f1(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)  # the maximum turns 0 / 0 into 0


def _f1_weighted(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray, tn: np.ndarray) -> np.ndarray:
    both = _f1(tp, fp, fn, tn) * (tp + fn) + _f1(tn, fn, fp, tp) * (tn + fp)
    return both / (tp + fp + fn + tn)


# metrics that follow from the numbers TP, FP, FN, TN alone, so that one count serves all of them
COUNTED: dict[str, Callable[..., np.ndarray]] = {"accuracy": _accuracy, "f1": _f1, "f1_weighted": _f1_weighted}
METRICS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "accuracy": accuracy,
    "f1": f1,
    "f1_weighted": f1_weighted,
    "log_score": log_score,
    "brier": brier,
    "roc_auc": roc_auc,
}
LABELS = {
    "accuracy": "accuracy",
    "f1": "F1",
    "f1_weighted": "weighted F1",
    "log_score": "log score (nats)",
    "brier": "Brier score",
    "roc_auc": "ROC-AUC",
}
DIRECTION = {"accuracy": 1, "f1": 1, "f1_weighted": 1, "log_score": 1, "brier": -1, "roc_auc": 1}  # 1: higher is better
