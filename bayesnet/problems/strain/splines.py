"""Cubic B-splines on even knots, of one coordinate and of two, and what a physical law says of their coefficients."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.interpolate import BSpline

DEGREE = 3
POINTS = 4  # of Gauss-Legendre quadrature per interval: exact for products of two cubic polynomials
NULL = 1e-12  # of the largest eigenvalue: an energy below it is rounding


class Line(NamedTuple):
    """Cubic B-splines on an interval."""

    start: float
    spacing: float  # of the knots
    intervals: int

    @property
    def size(self) -> int:
        """Number of splines."""
        return self.intervals + DEGREE

    def values(self, x: np.ndarray, order: int = 0) -> np.ndarray:
        """The derivative of an order of every spline, `(place, spline)`."""
        knots = self.start + self.spacing * np.arange(-DEGREE, self.intervals + DEGREE + 1)
        return BSpline(knots, np.eye(self.size), DEGREE)(np.asarray(x), nu=order)

    def quadrature(self) -> tuple[np.ndarray, np.ndarray]:
        """Places and weights that integrate products of two splines exactly."""
        node, weight = np.polynomial.legendre.leggauss(POINTS)
        places = self.start + self.spacing * (np.arange(self.intervals)[:, None] + (node + 1) / 2)
        return places.ravel(), np.tile(weight * self.spacing / 2, self.intervals)

    def integrals(self, first: int, second: int) -> np.ndarray:
        """Integrals of products of derivatives of these orders, `(spline, spline)`."""
        x, weight = self.quadrature()
        return self.values(x, first).T @ (weight[:, None] * self.values(x, second))


class Surface(NamedTuple):
    """Two velocity components, each a sum of products of splines of east and of north.

    Coefficients are those of the east component, then those of the north one, each in rows along north.
    """

    east: Line
    north: Line

    @classmethod
    def over(cls, area: np.ndarray, spacing: float, most: int) -> "Surface":
        """Splines over an area (west, south, east, north; km): knots at least `spacing` apart, `most` a side."""
        west, south, east, north = area
        step = max(spacing, (east - west) / most, (north - south) / most)
        lines = []
        for low, high in ((west, east), (south, north)):
            intervals = max(1, math.ceil((high - low) / step - 1e-9))
            lines.append(Line((low + high - intervals * step) / 2, step, intervals))
        return cls(*lines)

    @property
    def size(self) -> int:
        """Number of coefficients of both components."""
        return 2 * self.east.size * self.north.size

    def values(self, east: np.ndarray, north: np.ndarray, orders: tuple[int, int] = (0, 0)) -> np.ndarray:
        """A derivative of every product of splines of one component, `(place, spline)`."""
        x, y = self.east.values(east, orders[0]), self.north.values(north, orders[1])
        return (x[:, :, None] * y[:, None, :]).reshape(len(x), -1)

    def integrals(self, first: tuple[int, int], second: tuple[int, int]) -> np.ndarray:
        """Integrals over the area of products of two derivatives of one component, `(spline, spline)`."""
        x, y = self.east.integrals(first[0], second[0]), self.north.integrals(first[1], second[1])
        return np.kron(x, y)


Terms = Sequence[tuple[float, tuple[int, int]]]  # of a differential operator: factor, orders in east and in north


def smoothness(surface: Surface) -> np.ndarray:
    """Integral of the squares of all second derivatives of both components, as a matrix of their coefficients."""
    each = (((1.0, (2, 0)),), ((np.sqrt(2), (1, 1)),), ((1.0, (0, 2)),))
    laws = [law for terms in each for law in ((terms, ()), ((), terms))]
    return _energy(surface, laws)


def equilibrium(surface: Surface, poisson: float = 0.25) -> np.ndarray:
    """Integral of the squared force per area of an elastic sheet in plane stress, as a matrix of coefficients.

    The force is div(stress) over E / (1 - poisson^2) (Okazaki, Fukahata & Nishimura 2021, Earth Planets Space 73:153).
    """
    along, mixed = (1 - poisson) / 2, (1 + poisson) / 2
    to_east = ((1.0, (2, 0)), (along, (0, 2))), ((mixed, (1, 1)),)
    to_north = ((mixed, (1, 1)),), ((1.0, (0, 2)), (along, (2, 0)))
    return _energy(surface, (to_east, to_north))


ENERGIES: dict[str, Callable[[Surface], np.ndarray]] = {"smoothness": smoothness, "equilibrium": equilibrium}


def _energy(surface: Surface, laws: Sequence[tuple[Terms, Terms]]) -> np.ndarray:
    """Integral of the sum of squares of differential operators, each of the east and of the north component."""
    half = surface.size // 2
    energy = np.zeros((2, half, 2, half))
    for law in laws:
        for i, first in enumerate(law):
            for j, second in enumerate(law):
                for a, orders_a in first:
                    for b, orders_b in second:
                        energy[i, :, j] += a * b * surface.integrals(orders_a, orders_b)
    return energy.reshape(surface.size, surface.size)


def whitening(energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions in which the prior exp(-a' energy a / 2) is flat, and those in which it is N(0, 1).

    Returns
    -------
    flat : ndarray of shape (n_coefficients, n_flat)
        Orthonormal: what the energy says nothing of.
    white : ndarray of shape (n_coefficients, n_coefficients - n_flat)
        a = white @ z has the energy z' z.
    """
    values, vectors = np.linalg.eigh(energy)
    known = values > NULL * values.max()
    return vectors[:, ~known], vectors[:, known] / np.sqrt(values[known])
