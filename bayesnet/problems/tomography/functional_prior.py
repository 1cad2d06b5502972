"""Prior sds of a network's weights, fitted so that its functions look like those of a Gaussian process."""

from functools import cache

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm, qmc

from data.travel_times import BOTTOM, LENGTH, correlation

SCALES = ("w0", "b0", "w1", "b1")  # weights and biases of the hidden layer, and of the output
PLACES = 50  # depths at which functions are compared
UNITS = 10  # log2 of the hidden units that stand for all of them
LOG_SCALES = (-3.0, 4.0)  # natural logarithms that are searched
DEPTH_SD = BOTTOM / np.sqrt(12)  # km, of depths spread evenly


def standardised(depth: np.ndarray) -> np.ndarray:
    """Depths in km as the network sees them: of mean 0 and sd 1."""
    return (np.asarray(depth) - BOTTOM / 2) / DEPTH_SD


@cache
def fitted_scales(hidden: int) -> dict[str, float]:
    """Prior sds of a network of so many hidden units that bring its functions nearest to the Gaussian process.

    As in Tran, Rossi, Milios & Filippone (2022, JMLR 23(74)) a Wasserstein distance between functions at chosen places
    is made as small as possible. Theirs is of order 1 and estimated by a second network; here it is of order 2 between
    the Gaussians that have the moments of both (Gelbrich 1990, Math. Nachr. 147), which needs no samples of functions.
    Functions are compared together with their slopes times the length of the process: by their values alone steps
    would be best, which no process with slopes has.

    Returns
    -------
    dict of str to float
        For each of SCALES.
    """
    target = process_moments()
    best = minimize(
        lambda logs: distance(network_moments(*np.exp(logs), hidden), target),
        np.zeros(len(SCALES)),
        method="Nelder-Mead",
        bounds=[LOG_SCALES] * len(SCALES),
    )
    return dict(zip(SCALES, np.exp(best.x).tolist(), strict=True))


def compared_depths() -> np.ndarray:
    """Depths at which functions are compared, `(PLACES,)` in km."""
    return (np.arange(PLACES) + 0.5) * BOTTOM / PLACES


def process_moments() -> np.ndarray:
    """Covariance of values and slopes times length of the process of unit sd, `(2 PLACES, 2 PLACES)`."""
    depth = compared_depths()
    apart = (depth[:, None] - depth) / LENGTH
    value = correlation(apart * LENGTH)
    return np.block([[value, apart * value], [-apart * value, (1 - apart**2) * value]])


def network_moments(w0: float, b0: float, w1: float, b1: float, hidden: int) -> np.ndarray:
    """Covariance of values and slopes times length of the network with these prior sds: as `process_moments`.

    Units are independent, so that the covariance is a mean over units: it is taken over a Sobol sequence.
    """
    weight, bias = norm.ppf(qmc.Sobol(2, seed=0).random_base2(UNITS)).T[..., None] * np.array([w0, b0])[:, None, None]
    value = np.tanh(weight * standardised(compared_depths()) + bias)  # (unit, place)
    slope = LENGTH / DEPTH_SD * weight * (1 - value**2)
    both = np.hstack([value, slope])
    constant = np.repeat([1.0, 0.0], PLACES)
    return (hidden * w1**2 * both.T @ both / len(both) + b1**2 * np.outer(constant, constant)) / (hidden + 1)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Squared 2-Wasserstein distance between Gaussians of mean 0 with these covariances, per place (Gelbrich 1990)."""
    values, vectors = np.linalg.eigh(other)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.linalg.eigvalsh(root @ one @ root).clip(min=0)
    return float(np.trace(one) + np.trace(other) - 2 * np.sqrt(shared).sum()) / len(one)
