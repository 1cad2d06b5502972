"""Prior sds of a network's weights, fitted so that its functions look like those of a Gaussian process.

As in Tran, Rossi, Milios & Filippone (2022, JMLR 23(74)) a Wasserstein distance between functions at chosen places is
made as small as possible. Theirs is of order 1 and estimated by a second network; here it is of order 2 between the
Gaussians that have the moments of both (Gelbrich 1990, Math. Nachr. 147), which needs no samples of functions.
Functions are compared together with their slopes times the length of the process: by their values alone steps would be
best, which no process with slopes has.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm, qmc

SCALES = ("w0", "b0", "w1", "b1")  # weights and biases of the hidden layer, and of the output
UNITS = 10  # log2 of the hidden units that stand for all of them
LOG_SCALES = (-3.0, 4.0)  # natural logarithms that are searched


def fitted_scales(places: np.ndarray, length: float, hidden: int) -> dict[str, float]:
    """Prior sds of a tanh network of so many hidden units that bring its functions nearest to a Gaussian process.

    Parameters
    ----------
    places : ndarray of shape (place, input)
        Where functions are compared, as the network sees them.
    length : float
        Of the squared exponential covariance of the process, whose sd is 1, in the same units.
    hidden : int

    Returns
    -------
    dict of str to float
        For each of SCALES.
    """
    target = process_moments(places, length)
    best = minimize(
        lambda logs: distance(network_moments(np.exp(logs), places, length, hidden), target),
        np.zeros(len(SCALES)),
        method="Nelder-Mead",
        bounds=[LOG_SCALES] * len(SCALES),
    )
    return dict(zip(SCALES, np.exp(best.x).tolist(), strict=True))


def process_moments(places: np.ndarray, length: float) -> np.ndarray:
    """Covariance of values, then slopes along each input times length, of the process: as `network_moments`."""
    apart = (places[:, None] - places).transpose(2, 0, 1) / length  # (input, place, place)
    value = np.exp(-0.5 * (apart**2).sum(axis=0))
    inputs = range(len(apart))
    slopes = [[((i == j) - apart[i] * apart[j]) * value for j in inputs] for i in inputs]
    first = [value, *(one * value for one in apart)]
    return np.block([first, *([-apart[i] * value, *slopes[i]] for i in inputs)])


def network_moments(scales: np.ndarray, places: np.ndarray, length: float, hidden: int) -> np.ndarray:
    """Covariance of values, then slopes along each input times length, of the network with these prior sds.

    Its output is the bias plus the sum over hidden units, divided by the root of the number of these terms. Units are
    independent, so that the covariance is a mean over units: it is taken over a Sobol sequence.

    Returns
    -------
    ndarray of shape ((1 + input) place, (1 + input) place)
    """
    w0, b0, w1, b1 = scales
    number, inputs = places.shape
    drawn = norm.ppf(qmc.Sobol(inputs + 1, seed=0).random_base2(UNITS))  # (unit, input and bias)
    weight, bias = w0 * drawn[:, :inputs], b0 * drawn[:, inputs:]
    value = np.tanh(weight @ places.T + bias)  # (unit, place)
    both = np.hstack([value, *(length * one[:, None] * (1 - value**2) for one in weight.T)])
    constant = np.repeat([1.0, 0.0], [number, inputs * number])
    return (hidden * w1**2 * both.T @ both / len(both) + b1**2 * np.outer(constant, constant)) / (hidden + 1)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Squared 2-Wasserstein distance between Gaussians of mean 0 with these covariances, per row (Gelbrich 1990)."""
    values, vectors = np.linalg.eigh(other)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.linalg.eigvalsh(root @ one @ root).clip(min=0)
    return float(np.trace(one) + np.trace(other) - 2 * np.sqrt(shared).sum()) / len(one)
