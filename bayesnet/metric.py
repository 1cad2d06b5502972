"""The shape of a posterior as Hamiltonian Monte Carlo sees it: scales of parameters, and directions besides them.

A posterior that a linear map turns into a standard normal is sampled in few steps. The map here is the one that brings
the gradients of the log density nearest to those of a standard normal (least Fisher divergence: Seyboldt, Carlson &
Carpenter 2026). Where the posterior is normal it is exact, from hardly more positions than parameters. Where it is not,
it lies between how far the posterior reaches and how narrow it is at each place: trajectories must cover the one, in
steps as short as the other asks for.
"""

from typing import NamedTuple

import numba
import numpy as np
from threadpoolctl import threadpool_limits

ENOUGH = 1.5  # positions for each parameter from which directions are learnt, not only scales
RIDGE = 1e-5  # of the mean variance, added to covariances so that they have an inverse
NEARLY_ROUND = 2.0  # ratio of variances up to which a direction is left alone: it costs more than it gains


class Metric(NamedTuple):
    """Covariance of velocities, D (I + U' (L - I) U) D: the inverse of what is called the mass matrix."""

    scale: np.ndarray  # D `(parameter,)`, in units of each parameter
    directions: np.ndarray  # U `(direction, parameter)`, orthonormal, in units of the scales
    variances: np.ndarray  # L `(direction,)`, in units of the scales

    def velocity(self, standard: np.ndarray) -> np.ndarray:
        """Velocity in units of the scales, of independent standard normal numbers `(parameter,)`."""
        return stretched(standard, *self.stretch(np.sqrt(self.variances)))

    def kinetic(self, velocity: np.ndarray) -> float:
        """Kinetic energy in nats of a velocity `(parameter,)` in units of the scales."""
        return velocity @ stretched(velocity, *self.stretch(1 / self.variances)) / 2

    def stretch(self, factors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Arguments of `stretched` that multiply what lies along each direction by its factor."""
        return self.directions, np.ascontiguousarray(self.directions.T), factors - 1


@numba.njit(nogil=True, error_model="numpy")
def stretched(vector, directions, columns, extra):
    """The vector, to which `extra` times its part along each direction is added; sums in one order on any machine."""
    along, out = np.zeros(extra.size), vector.copy()
    for place in range(vector.size):
        for one in range(extra.size):
            along[one] += vector[place] * columns[place, one]
    for one in range(extra.size):
        for place in range(vector.size):
            out[place] += extra[one] * along[one] * directions[one, place]
    return out


def round_metric(size: int) -> Metric:
    """The same scale in every direction, before anything is known."""
    return Metric(np.ones(size), np.empty((0, size)), np.empty(0))


@threadpool_limits.wrap(limits=1)  # sums in one order, however many processors there are
def learn_metric(positions: np.ndarray, gradients: np.ndarray, before: Metric) -> tuple[Metric, float]:
    """The metric of positions `(draw, chain, parameter)` and gradients of the log density there, in nats per unit.

    Chains may sit in different modes, so only what varies within chains is learnt: directions where there are `ENOUGH`
    positions and every parameter moved, else scales alone. A parameter that did not move keeps its scale.

    Returns
    -------
    Metric
    float
        Root mean square of the positions' distance from their mean along a parameter, in units of the metric: 1 for a
        normal posterior, more for one that is narrower at each place than it is as a whole.
    """
    off, slopes = (_within_chains(values) for values in (positions, gradients))
    number, size = off.shape
    with np.errstate(over="ignore", invalid="ignore"):  # of gradients where chains come from, which may be huge
        variance, steepness = off.var(axis=0), slopes.var(axis=0)
    moved = (variance > 0) & (steepness > 0) & np.isfinite(steepness)
    scale = np.where(moved, (variance / np.where(moved, steepness, 1)) ** 0.25, before.scale)
    known = number >= ENOUGH * size and moved.all()
    metric = Metric(scale, *_directions(off / scale, slopes * scale) if known else round_metric(size)[1:])
    energies = [metric.kinetic(one) for one in off / scale]  # as if the distances were velocities
    return metric, float(np.sqrt(2 * np.mean(energies) / size))


def _within_chains(values: np.ndarray) -> np.ndarray:
    """Values `(draw, chain, parameter)` less the mean of their chain, `(draw of any chain, parameter)`."""
    return (values - values.mean(axis=0)).reshape(-1, values.shape[-1])


def _directions(off: np.ndarray, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions that are not round, and their variances: of the geometric mean of covariance and inverse curvature.

    The covariance of the gradients is the mean curvature of a density. The geometric mean of A and the inverse of B is
    B^-1/2 (B^1/2 A B^1/2)^1/2 B^-1/2 (Bhatia 2007, Positive Definite Matrices, chapter 4).
    """
    covariance, curvature = _covariance(off), _covariance(slopes)
    root, inverse_root = _power(curvature, 0.5), _power(curvature, -0.5)
    variances, vectors = np.linalg.eigh(inverse_root @ _power(root @ covariance @ root, 0.5) @ inverse_root)
    kept = abs(np.log(variances)) > np.log(NEARLY_ROUND)
    return np.ascontiguousarray(vectors.T[kept]), variances[kept]


def _covariance(values: np.ndarray) -> np.ndarray:
    """Covariance of values `(draw, parameter)` whose mean is 0."""
    found = values.T @ values / len(values)
    return found + RIDGE * np.trace(found) / len(found) * np.eye(len(found))


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Power of a symmetric positive definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values**exponent) @ vectors.T
