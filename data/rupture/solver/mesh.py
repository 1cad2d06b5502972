"""The mesh: two blocks that share a curved fault, sheared vertically so that the fault is a grid line.

    y(xi, eta) = f(xi) +- g(eta),   eta = 0 on the fault,   x = xi

Every column of nodes is a straight vertical line moved by f, so slope f'(x) and spacing g'(eta) are the whole metric:

    d/dy = +- (1/g') d/d eta,       d/dx = d/d xi - f' d/dy

Both factors are one-dimensional and each commutes with the other direction's difference operator. The conservative
form (wanted in the momentum equation) and the plain one (wanted in Hooke's law) are then the same discrete operator,
and the energy estimate of Kozdon, Dunham & Nordstroem (J. Sci. Comput. 55, 2013, 92-124) holds without splitting.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Trace = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Mesh:
    """Node positions and metric of both blocks (the lower is the mirror image of the upper in eta).

    Attributes
    ----------
    x : ndarray of shape (nx,)
        Positions along the fault (km).
    offset : ndarray of shape (ny,)
        Distance g of each row from the fault, measured vertically (km).
    spacing : ndarray of shape (ny,)
        g' = dg/d eta: distance between rows (km).
    trace, slope : ndarray of shape (nx,)
        Fault trace f (km) and its slope f' (-).
    """

    x: np.ndarray
    offset: np.ndarray
    spacing: np.ndarray
    trace: np.ndarray
    slope: np.ndarray

    @property
    def dx(self) -> float:
        """Spacing of the columns (km)."""
        return (self.x[-1] - self.x[0]) / (self.x.size - 1)

    @property
    def normal(self) -> tuple[np.ndarray, np.ndarray]:
        """Unit normal of the fault, from the lower to the upper block: two arrays of shape (nx,)."""
        length = np.hypot(1.0, self.slope)
        return -self.slope / length, 1.0 / length

    @property
    def node_heights(self) -> np.ndarray:
        """Vertical position y of every node (km): ndarray of shape (2 blocks, ny, nx), the lower block first."""
        return self.trace + np.stack([-self.offset, self.offset])[:, :, None]

    @property
    def smallest_spacing(self) -> float:
        """Spacing (km) that limits the time step: the finest row or column over the largest stretch by the shear."""
        steepest = np.abs(self.slope).max() / 2
        return min(self.dx, self.spacing.min()) / (steepest + np.hypot(1.0, steepest))


def build_mesh(spacing: float, length: float, width: float, trace: Trace, growth: float = 1.0) -> Mesh:
    """Return the mesh along a fault trace centred on x = 0.

    Parameters
    ----------
    spacing : float
        Spacing of columns, and of rows next to the fault (km).
    length, width : float
        Extent along and across the fault (km); half of the width lies on either side.
    trace : callable
        x (km) -> (y (km), dy/dx), see `gaussian_barrier`.
    growth : float, optional
        Rows at the far edges are this many times wider apart than at the fault: g' = h (1 + (growth - 1) u^2) with
        u = eta / eta_max. Near the fault nothing changes, and the outer half needs few rows.

    Returns
    -------
    Mesh
    """
    x = np.linspace(-length / 2, length / 2, round(length / spacing) + 1)
    rows = round(width / 2 / spacing * 3 / (2 + growth))
    u = np.arange(rows + 1) / rows
    near = width / 2 / rows * 3 / (2 + growth)  # g'(0), the spacing up to rounding of the number of rows
    height, slope = trace(x)
    offset = near * rows * (u + (growth - 1) * u**3 / 3)
    return Mesh(x, offset, near * (1 + (growth - 1) * u**2), height, slope)


def gaussian_barrier(height: float, width: float) -> Trace:
    """Return the trace y = height exp(-2 x^2 / width^2): width is two standard deviations (km), the bump lies at x = 0.

    Parameters
    ----------
    height, width : float
        Height and width of the barrier (km).

    Returns
    -------
    callable
        x (km) -> (y (km), dy/dx). Under positive shear stress the upper block moves to the right, so the left flank,
        which a rupture from the left meets first, restrains it.
    """

    def trace(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        y = height * np.exp(-2 * (x / width) ** 2)
        y[y < 1e-9 * height] = 0.0  # the far tails would only feed slow denormal numbers to the solver
        return y, -4 * x / width**2 * y

    return trace


def flat(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the trace y = 0 of a planar fault."""
    return np.zeros_like(x), np.zeros_like(x)
