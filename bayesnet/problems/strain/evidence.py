"""The scales of noise and prior of a linear Gaussian problem on a grid: evidence, ABIC, and the posterior over both."""

from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from bayesnet.contract import Gaussian
from bayesnet.problems.gaussian import LOG_2PI, linear_gaussian_posterior

SIGMAS = np.geomspace(0.4, 4.0, 31)  # times the sds that come with the data
RHOS = np.geomspace(1e-3, 10.0, 33)  # in the unit of the prior
PARAMETERS = 2  # that ABIC counts: sigma and rho
LIGHT = 1e-3  # of the weight of the heaviest node: the posterior over the grid leaves out nodes below it


class Scaled(NamedTuple):
    """y = flat @ b + white @ z + e, with b ~ N(0, tau^2), z ~ N(0, rho^2) and e ~ N(0, (sigma sd)^2)."""

    y: np.ndarray  # (row,)
    sd: np.ndarray  # (row,)
    flat: np.ndarray  # (row, n_flat)
    white: np.ndarray  # (row, n_white)
    tau: float  # of what the prior leaves open, in the unit of b

    def operator(self, rho: float) -> np.ndarray:
        """What unit normal numbers, first those of b, do to each row: `(row, coefficient)`."""
        return np.hstack([self.tau * self.flat, rho * self.white])

    def log_evidence(self) -> np.ndarray:
        """Log evidence in nats at every node of the grid, `(rho, sigma)`.

        What the prior leaves open adds a covariance of low rank to one that is diagonal in a basis that no scale
        changes (Woodbury's identity and the determinant lemma; Petersen & Pedersen 2012, equations 156 and 24).
        """
        white, flat = self.white / self.sd[:, None], self.flat / self.sd[:, None]
        values, vectors = np.linalg.eigh(white @ white.T)
        y, open_ = vectors.T @ (self.y / self.sd), self.tau * vectors.T @ flat
        found = np.empty((len(RHOS), len(SIGMAS)))
        for at in np.ndindex(found.shape):
            variance = RHOS[at[0]] ** 2 * np.maximum(values, 0) + SIGMAS[at[1]] ** 2  # (row,)
            scaled = open_ / variance[:, None]
            factor = np.linalg.cholesky(np.eye(open_.shape[1]) + open_.T @ scaled)
            squares = y @ (y / variance) - (np.linalg.solve(factor, scaled.T @ y) ** 2).sum()
            found[at] = -0.5 * (squares + np.log(variance).sum()) - np.log(np.diag(factor)).sum()
        return found - np.log(self.sd).sum() - 0.5 * len(self.y) * LOG_2PI

    def posterior(self, rho: float, sigma: float) -> Gaussian:
        """Posterior of the unit normal numbers at given scales."""
        operator = self.operator(rho)
        size = operator.shape[1]
        return linear_gaussian_posterior(operator, self.y, sigma * self.sd, np.zeros(size), np.eye(size))


def highest(log_evidence: np.ndarray) -> tuple[float, float]:
    """rho and sigma at the node of highest evidence, which is that of lowest ABIC."""
    rho, sigma = np.unravel_index(log_evidence.argmax(), log_evidence.shape)
    return float(RHOS[rho]), float(SIGMAS[sigma])


def abic(log_evidence: np.ndarray) -> float:
    """Akaike's Bayesian information criterion (Akaike 1980): minus twice the highest log evidence, plus 2 a scale."""
    return float(-2 * log_evidence.max() + 2 * PARAMETERS)


def nodes(log_evidence: np.ndarray) -> list[tuple[float, float, float]]:
    """rho, sigma and weight of the nodes that hold the posterior over the scales, uniform a priori in their logs."""
    weight = np.exp(log_evidence - logsumexp(log_evidence))
    kept = np.argwhere(weight > LIGHT * weight.max())
    total = sum(weight[tuple(at)] for at in kept)
    return [(float(RHOS[r]), float(SIGMAS[s]), float(weight[r, s] / total)) for r, s in kept]


def mixed(means: np.ndarray, variances: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of mixtures of Gaussians: means and variances `(node, place)`, weights `(node,)`."""
    mean = weights @ means
    return mean, weights @ (variances + means**2) - mean**2


def log_score(y: np.ndarray, means: np.ndarray, variances: np.ndarray, weights: np.ndarray) -> float:
    """Mean log density in nats of outcomes `(row,)` under mixtures of Gaussians `(node, row)`."""
    density = -0.5 * ((y - means) ** 2 / variances + np.log(variances) + LOG_2PI)
    return float(logsumexp(density + np.log(weights)[:, None], axis=0).mean())
