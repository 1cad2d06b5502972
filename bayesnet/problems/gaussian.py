"""Problems whose outcomes have independent Gaussian noise of known sd, and the posterior where they are linear."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import xarray as xr
from scipy.linalg import cho_solve, solve_triangular
from scipy.special import erf, logsumexp, ndtr

from bayesnet.contract import Gaussian, Metric, Problem

LOG_2PI = float(np.log(2 * np.pi))
MOST_DRAWS = 500  # evenly spaced, that the CRPS compares pair by pair


class GaussianProblem(Problem):
    """A problem whose outcomes are its predictions plus independent Gaussian noise of known sd.

    Training rows and test rows hold `sd (row)`, in the unit of the outcome. A subclass says what that `unit` is.
    """

    unit: ClassVar[str]  # of the outcome, as tables show it

    def __init_subclass__(cls, **options: object) -> None:
        """Give a problem the metrics of its unit."""
        super().__init_subclass__(**options)
        if hasattr(cls, "unit"):
            cls.metrics = metrics_in(cls.unit)

    def log_density(self, outcome: xr.DataArray, predicted: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
        """Log density in nats of an outcome `(row)` under the prediction of every draw, `(chain, draw, row)`."""
        density = -0.5 * ((outcome - predicted) / rows["sd"]) ** 2 - np.log(rows["sd"]) - 0.5 * LOG_2PI
        return density.transpose(*predicted.dims)

    def probability(self, outcome: xr.DataArray, predicted: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
        """Probability of less than an outcome `(row)` under the prediction of every draw, `(chain, draw, row)`."""
        z = ((outcome - predicted) / rows["sd"]).transpose(*predicted.dims)
        return z.copy(data=ndtr(z.values))

    def outcomes(self, predicted: xr.DataArray, rows: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
        """Outcomes drawn from the prediction of every draw, of the shape of `predicted`."""
        sd = rows["sd"].broadcast_like(predicted).transpose(*predicted.dims)
        return rng.normal(predicted.values, sd.values)


def metrics_in(unit: str) -> Mapping[str, Metric]:
    """Metrics of outcomes that are measured in a unit."""
    return {
        "log_score": Metric("log score (nats)", 1, _mean, _log_score),
        "crps": Metric(f"CRPS ({unit})", -1, _mean, crps),
        "rmse": Metric(f"RMSE ({unit})", -1, _rmse),
    }


def _mean(outcome: np.ndarray, summary: np.ndarray) -> np.ndarray:
    return summary.mean(axis=-1)


def _rmse(outcome: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return np.sqrt(((outcome - predicted) ** 2).mean(axis=-1))


def _log_score(outcome: np.ndarray, draws: np.ndarray, rows: xr.Dataset) -> np.ndarray:
    """Log of the mean density over draws, in nats: `(row,)`."""
    sd = rows["sd"].values
    density = -0.5 * ((outcome - draws) / sd) ** 2  # (sample, row)
    return logsumexp(density, axis=0) - np.log(len(draws)) - np.log(sd) - 0.5 * LOG_2PI


def crps(outcome: np.ndarray, draws: np.ndarray, rows: xr.Dataset) -> np.ndarray:
    """Continuous ranked probability score of the mixture of Gaussians over draws: the less the better.

    Of more than 500 draws, 500 evenly spaced ones are taken: draws are compared pair by pair.

    Parameters
    ----------
    outcome : ndarray of shape (n_rows,)
    draws : ndarray of shape (n_samples, n_rows)
        Expected outcomes.
    rows : xarray.Dataset
        Holds their noise, `sd (row)`.

    Returns
    -------
    ndarray of shape (n_rows,)
        In the unit of the outcome (Grimit et al. 2006, Q. J. R. Meteorol. Soc. 132, equation 5): mean over draws of
        A(outcome - draw, sd^2) minus half the mean over pairs of draws of A(draw - other, 2 sd^2), with A(m, s^2) the
        mean absolute value of N(m, s^2).
    """
    places = np.linspace(0, len(draws) - 1, min(len(draws), MOST_DRAWS)).round().astype(int)
    draws, sd, n = draws[places], rows["sd"].values, len(places)
    i, j = np.triu_indices(n, k=1)
    found = np.empty(len(outcome))
    for row, (y, noise) in enumerate(zip(outcome, sd, strict=True)):
        x, wide = draws[:, row], np.sqrt(2) * noise
        pairs = 2 * _mean_absolute(x[i] - x[j], wide).sum() + n * _mean_absolute(0.0, wide)  # both orders, and itself
        found[row] = _mean_absolute(y - x, noise).mean() - pairs / (2 * n**2)
    return found


def _mean_absolute(mean: np.ndarray | float, sd: float) -> np.ndarray:
    """Mean absolute value of a Gaussian."""
    z = mean / (np.sqrt(2) * sd)
    return sd * np.sqrt(2 / np.pi) * np.exp(-(z**2)) + mean * erf(z)


def linear_gaussian_posterior(
    operator: np.ndarray, y: np.ndarray, sd: np.ndarray, mean: np.ndarray, covariance: np.ndarray
) -> Gaussian:
    """Posterior of m where y = G m + e, with m ~ N(mean, covariance) and e ~ N(0, diag(sd^2)) (Tarantola 2005, §3.2).

    It is found for z of m = mean + A z, z ~ N(0, 1), with A the Cholesky factor of the prior covariance: neither a
    matrix is inverted nor a difference of large covariances taken.

    Parameters
    ----------
    operator : ndarray of shape (n_rows, n_parameters)
        G.
    y, sd : ndarray of shape (n_rows,)
    mean : ndarray of shape (n_parameters,)
    covariance : ndarray of shape (n_parameters, n_parameters)
        Of the prior; positive definite.

    Returns
    -------
    Gaussian
    """
    prior = np.linalg.cholesky(covariance)  # A
    whitened = operator @ prior / sd[:, None]  # (row, parameter)
    residual = (y - operator @ mean) / sd
    precision = np.linalg.cholesky(np.eye(len(mean)) + whitened.T @ whitened)  # of z
    z = cho_solve((precision, True), whitened.T @ residual)
    root = solve_triangular(precision, prior.T, lower=True)  # covariance of m is root' root
    misfit = ((residual - whitened @ z) ** 2).sum() + (z**2).sum()
    scale = np.log(sd).sum() + np.log(np.diag(precision)).sum()
    return Gaussian(mean + prior @ z, root.T @ root, float(-0.5 * (misfit + len(y) * LOG_2PI) - scale))


def mean_field_optimum(exact: Gaussian) -> tuple[np.ndarray, float]:
    """The independent Gaussians closest to a Gaussian posterior, which mean-field variational inference should find.

    They minimise KL(q || posterior): their mean is the exact one, and 1 / sd^2 is the diagonal of the posterior's
    precision (Bishop 2006, section 10.1.2).

    Returns
    -------
    sds : ndarray of shape (n_parameters,)
    elbo : float
        Log evidence minus KL(q || posterior), in nats.
    """
    factor = np.linalg.cholesky(exact.covariance)
    inverse = solve_triangular(factor, np.eye(len(factor)), lower=True)
    sds = 1 / np.sqrt((inverse**2).sum(axis=0))
    return sds, exact.log_evidence - divergence(exact.mean, np.diag(sds**2), exact)


def divergence(mean: np.ndarray, covariance: np.ndarray, exact: Gaussian) -> float:
    """KL(N(mean, covariance) || exact posterior) in nats."""
    factor, own = np.linalg.cholesky(exact.covariance), np.linalg.cholesky(covariance)
    spread = (solve_triangular(factor, own, lower=True) ** 2).sum()  # trace of precision times covariance
    shift = (solve_triangular(factor, mean - exact.mean, lower=True) ** 2).sum()
    volume = 2 * (np.log(np.diag(factor)) - np.log(np.diag(own))).sum()
    return float(0.5 * (spread + shift - len(mean) + volume))
