"""How well a simple model, which never saw a row's label, expects that label: the yardstick of the alignment audit."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits

from data.audit.table import Table

FOLDS = 5
FEWEST = 10  # rows of a class below which no model is fitted
MOST_QUADRATIC = 15  # columns up to which all products of two columns are used
SCATTERED = 0.01  # share of labels that may be wrong anywhere; keeps one odd label from weighing more than some 5 nats


@dataclass(frozen=True)
class Scores:
    """Out-of-fold probabilities of one model.

    Attributes
    ----------
    probability : ndarray of shape (n_rows,)
        Calibrated P(label 1) of each row from a model fitted without it, within [SCATTERED, 1 - SCATTERED].
    base_rate : float
        Share of label 1 among the labels that were believed.
    model : str
        The model with the smallest out-of-fold log loss.
    gain, gain_error : float
        Mean log-likelihood over the base rate a believed row, and its standard error (nats).
    """

    probability: np.ndarray
    base_rate: float
    model: str
    gain: float
    gain_error: float

    @property
    def informative(self) -> bool:
        """Whether the features tell the label beyond chance (3 standard errors)."""
        return self.gain > 3 * self.gain_error


def design(table: Table, physical: np.ndarray | None = None) -> np.ndarray:
    """Model inputs: the varying columns, missing values at the median, far-out values pulled in.

    Parameters
    ----------
    table : Table
    physical : ndarray of shape (n_rows,), optional
        A further input that the physics suggests.

    Returns
    -------
    ndarray of shape (n_rows, n_varying) or (n_rows, n_varying + 1)
    """
    columns = table.features[:, table.varying]
    columns = columns if physical is None else np.column_stack([columns, physical])
    columns = np.where(np.isfinite(columns), columns, np.nan)
    low, middle, high = np.nanquantile(columns, (0.05, 0.5, 0.95), axis=0)
    reach = 10 * np.where(high > low, high - low, np.nanmax(columns, axis=0) - np.nanmin(columns, axis=0))
    return np.clip(np.where(np.isnan(columns), middle, columns), low - reach, high + reach)


@threadpool_limits.wrap(limits=1)  # fits this small only lose time by waiting for threads
def out_of_fold(inputs: np.ndarray, believed: np.ndarray, seed: int = 0, *, together: np.ndarray) -> Scores | None:
    """Probabilities by the best of a linear, a quadratic and a boosted-tree model.

    Rows that belong together share a fold: no model sees what is all but the row that it scores.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_inputs)
    believed : ndarray of int of shape (n_rows,)
        0 or 1; -1 for a row whose label is not believed: it is scored, but no model is fitted to it.
    seed : int
        Seed of the folds.
    together : ndarray of int of shape (n_rows,)
        Equal for rows that share a fold: see `data.audit.dependence.fold_groups`.

    Returns
    -------
    Scores or None
        None where a class has too few rows to fit or to score.
    """
    known = believed >= 0
    if min(np.sum(believed == 0), np.sum(believed == 1)) < FEWEST or inputs.shape[1] == 0:
        return None
    if len(np.unique(together)) < FOLDS:
        return None
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=seed).split(inputs, groups=together))
    if any(len(np.unique(believed[fit][known[fit]])) < 2 for fit, _ in folds):
        return None
    scores = [_score(name, model, inputs, believed, folds) for name, model in _models(inputs.shape[1], seed).items()]
    return max(scores, key=lambda score: score.gain)


def _models(n_inputs: int, seed: int) -> dict:
    logistic = LogisticRegression(max_iter=1000)
    models = {"logistic regression": make_pipeline(StandardScaler(), logistic)}
    if n_inputs <= MOST_QUADRATIC:
        products = PolynomialFeatures(2, include_bias=False)
        models["quadratic logistic regression"] = make_pipeline(StandardScaler(), products, StandardScaler(), logistic)
    models["boosted trees"] = HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=8, early_stopping=False, random_state=seed
    )
    return models


def _score(name: str, model, inputs: np.ndarray, believed: np.ndarray, folds: list) -> Scores:
    known = believed >= 0
    logit = np.empty(len(believed))
    with warnings.catch_warnings():
        # A fit that stops early is a slightly worse yardstick, and the choice among models takes care of it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for fit, held_out in folds:
            fit = fit[known[fit]]
            logit[held_out] = model.fit(inputs[fit], believed[fit]).decision_function(inputs[held_out])
    base_rate = float(believed[known].mean())
    probability = _calibrate(logit, believed, base_rate)
    gain = log_likelihood(believed, probability)[known] - log_likelihood(believed, base_rate)[known]
    return Scores(probability, base_rate, name, float(gain.mean()), float(gain.std() / np.sqrt(known.sum())))


def _calibrate(logit: np.ndarray, believed: np.ndarray, base_rate: float) -> np.ndarray:
    """Platt scaling with a lapse rate: p = lapse base_rate + (1 - lapse) sigmoid(a + b logit), at maximum likelihood.

    The lapse takes up labels that are wrong anywhere, so the scale b is that of the right ones (Platt 1999; the lapse
    as in psychometric functions, Wichmann & Hill 2001).
    """
    known = believed >= 0
    logit = np.clip(logit, -30, 30)

    def probability(parameters: np.ndarray) -> np.ndarray:
        intercept, slope, lapse = parameters
        return lapse * base_rate + (1 - lapse) * expit(intercept + slope * logit)

    def loss(parameters: np.ndarray) -> float:
        return -log_likelihood(believed, probability(parameters))[known].mean()

    bounds = [(-30, 30), (0, 30), (2 * SCATTERED, 1)]
    return np.clip(
        probability(minimize(loss, (0.0, 1.0, 0.1), bounds=bounds, method="L-BFGS-B").x), SCATTERED, 1 - SCATTERED
    )


def log_likelihood(label: np.ndarray, probability: np.ndarray | float) -> np.ndarray:
    """Log-likelihood of labels 0 or 1 under P(label 1), of the broadcast shape."""
    return np.log(np.where(label == 1, probability, 1 - probability))
