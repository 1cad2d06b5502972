"""Time integration: `Solver` holds the wave field and the fault of one rupture and advances them.

The five-stage fourth-order Runge-Kutta scheme in two registers of Carpenter & Kennedy (NASA TM 109112, 1994), in which
every stage is

    d <- A d + dt F(q),   q <- q + B d.

F is in `kernels`, whose units and array shapes hold here too.
"""

import numpy as np

from data.rupture.solver.friction import PAD, Fault, Medium
from data.rupture.solver.kernels import advance, build_grid
from data.rupture.solver.mesh import Mesh
from data.rupture.solver.operators import norm

#: Coefficients A and B of the five stages.
RK_A = np.array(
    [
        0.0,
        -567301805773 / 1357537059087,
        -2404267990393 / 2016746695238,
        -3550918686646 / 2091501179385,
        -1275806237668 / 842570457699,
    ]
)
RK_B = np.array(
    [
        1432997174477 / 9575080441755,
        5161836677717 / 13612068292357,
        1720146321549 / 2090206949498,
        3134564353537 / 4481467310338,
        2277821191437 / 14882151754819,
    ]
)

#: Nodes computed beyond the P front. The shortest waves of a grid run ahead of it (a central difference carries its
#: sawtooth at 5/3 of the speed of sound), 1e-5 of the slip in size; they hold no information and are cut off here.
MARGIN = 20


def _aligned_zeros(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    """Return zeros whose first element starts a cache line."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


class Solver:
    """The wave field and the fault of one rupture, advanced in time.

    Parameters
    ----------
    mesh : Mesh
    fault : Fault
        Advanced in place.
    medium : Medium
        In double precision.
    cfl : float, optional
        Time step over (smallest spacing / P speed).
    precision : {"float32", "float64"}, optional
        Of the wave field; the fault is always in double precision.
    broken : tuple of float, optional
        A node counts as broken once its slip (m) and its slip rate (m/s) exceed these.
    source : tuple of float, optional
        Interval of x (km) outside which nothing moves at the start. Nodes that no P wave from there can have reached
        are left out, which halves the cost of a short rupture. By default the whole mesh is computed from the start.

    Attributes
    ----------
    time, dt : float
        Time reached and time step (s).
    """

    def __init__(
        self,
        mesh: Mesh,
        fault: Fault,
        medium: Medium,
        *,
        cfl: float = 0.9,
        precision: str = "float32",
        broken: tuple[float, float] = (0.01, 1e-3),
        source: tuple[float, float] | None = None,
    ) -> None:
        dtype = np.dtype(precision).type
        nx, ny = mesh.x.size, mesh.offset.size
        shape = (2, ny, 5, -(-nx // PAD) * PAD + 2 * PAD)
        self.mesh, self.fault, self.medium = mesh, fault, medium
        self.dt = float(cfl * mesh.smallest_spacing / np.sqrt(medium.p_modulus / medium.rho))
        self.time = 0.0
        self._q, self._d = _aligned_zeros(shape, dtype), _aligned_zeros(shape, dtype)
        self._grid = build_grid(mesh, dtype)
        self._field_medium = Medium.of(medium.rho, medium.lam, medium.mu, dtype)
        self._scheme = (RK_A.astype(dtype), RK_B.astype(dtype))
        self._broken, self._source = broken, source

    @property
    def field(self) -> np.ndarray:
        """Wave field, a view of shape (2 blocks, ny rows from the fault outwards, 5 fields, nx columns)."""
        return self._q[..., PAD : PAD + self.mesh.x.size]

    def advance(self, steps: int) -> None:
        """Take `steps` time steps."""
        end = self.time + steps * self.dt
        media = (self._field_medium, self.medium)
        dt = self._q.dtype.type(self.dt)
        span = (self.time, dt, steps, self._reach(end), self._broken)
        advance(self._q, self._d, *self._scheme, *span, self.fault, *media, self._grid)
        self.time = end

    def _reach(self, time: float) -> tuple[int, int]:
        """Return how many rows and columns P waves can have reached, with a margin for what runs ahead on a grid."""
        rows, columns = self.mesh.offset.size, self.mesh.x.size
        if self._source is None:
            return rows, columns
        path = np.sqrt(self.medium.p_modulus / self.medium.rho) * time
        ahead = int(np.searchsorted(self.mesh.x, self._source[1] + path)) + MARGIN
        away = int(np.searchsorted(self.mesh.offset, path)) + MARGIN
        # the last columns and rows have their own stencils: take all or leave a gap
        return (away if away < rows - 8 else rows), (ahead if ahead < columns - 8 else columns)

    def energy(self) -> float:
        """Return the kinetic and strain energy of the wave field in the SBP norm (GJ per metre out of plane)."""
        vx, vy, sxx, sxy, syy = np.moveaxis(self.field.astype(np.float64), 2, 0)
        rho, lam, mu = self.medium.rho, self.medium.lam, self.medium.mu
        nu = lam / (2 * (lam + mu))
        strain = (sxx**2 + syy**2 - nu * (sxx + syy) ** 2) / (4 * mu) + sxy**2 / (2 * mu)
        density = rho * (vx**2 + vy**2) / 2 + strain
        rows = norm(self.mesh.offset.size) * self.mesh.spacing
        columns = norm(self.mesh.x.size) * self.mesh.dx
        return float(np.einsum("bji,j,i->", density, rows, columns))
