"""The compiled kernels: rates of change of 2-D in-plane (mode II) elastic waves in two blocks that share a fault.

Velocity-stress form, as a perturbation of the background stress:

    rho dvx/dt = d sxx/dx + d sxy/dy        d sxx/dt = (lambda + 2 mu) dvx/dx + lambda dvy/dy
    rho dvy/dt = d sxy/dx + d syy/dy        d syy/dt = lambda dvx/dx + (lambda + 2 mu) dvy/dy
                                            d sxy/dt = mu (dvx/dy + dvy/dx)

SBP differences on the sheared mesh (`mesh`, `operators`); every face is held weakly by penalties on characteristic
variables (`friction`), so that the energy of a locked fault cannot grow (Kozdon, Dunham & Nordstroem, J. Sci. Comput.
55, 2013, 92-124).

Units: km, s, m/s, MPa, g/cm3, GPa. A state array has shape (2 blocks, rows, 5 fields, columns): block 0 lies below the
fault and block 1 above, row 0 of both is the fault, fields are vx, vy, sxx, sxy, syy. The register of the Runge-Kutta
scheme, d, has the same shape.

Importing this module sets an option of LLVM for the whole process, which changes the last digits of everything that
numba compiles afterwards.
"""

from typing import NamedTuple

import llvmlite.binding
import numba
import numpy as np

from data.rupture.solver.friction import KERNEL, PAD, Array, Fault, Medium, absorb, hold_faces, join
from data.rupture.solver.mesh import Mesh
from data.rupture.solver.operators import EDGE_CORRECTION, INNER_ROW, NORM_EDGE, stencils

# LLVM vectorises a loop over many arrays only if it may check at run time that they do not overlap.
llvmlite.binding.set_option("rupture", "--runtime-memory-check-threshold=200")

#: A row may be overwritten once no row still to come reads it: the reach of the last edge stencil.
LAG = 5

#: Fields of a state.
VX, VY, SXX, SXY, SYY = range(5)


class Grid(NamedTuple):
    """The metric and the difference operators as the kernels use them, in their precision.

    Attributes
    ----------
    slope : ndarray of shape (nx,)
        Slope of the fault, the same along each column.
    first : ndarray of shape (ny,)
        Row at which the stencil of d/dy starts.
    weights : ndarray of shape (2, ny, 6)
        Weights of d/dy in the lower and the upper block (1/km).
    near, far : float
        Weights of d/dx at one and at two columns away (1/km).
    ends : ndarray of shape (2, 4, 6)
        What d/dx at the first (last) four columns adds from the first (last) six (1/km).
    outward : ndarray of shape (2,)
        Sign of the normals of the left and right, and of the lower and upper outer faces.
    end_face : float
        Half the penalty weight of the left and right faces (1/km), as `absorb` wants it.
    far_face : ndarray of shape (nx,)
        The same for the faces far from the fault (1/km).
    normal_x, normal_y : ndarray of shape (nx,)
        Normal of the fault, and of the far faces, which are parallel to it.
    """

    slope: np.ndarray
    first: np.ndarray
    weights: np.ndarray
    near: float
    far: float
    ends: np.ndarray
    outward: np.ndarray
    end_face: float
    far_face: np.ndarray
    normal_x: np.ndarray
    normal_y: np.ndarray


def build_grid(mesh: Mesh, dtype: type) -> Grid:
    """Return the operators of the kernels on a mesh, in the precision `dtype`."""
    first, rows = stencils(mesh.offset.size)
    upper = rows / mesh.spacing[:, None]
    nx, ny = mesh.normal
    far_face = np.hypot(1.0, mesh.slope) / (mesh.spacing[-1] * NORM_EDGE[0]) / 2
    return Grid(
        slope=mesh.slope.astype(dtype),
        first=first,
        weights=np.stack([-upper, upper]).astype(dtype),
        near=dtype(INNER_ROW[3] / mesh.dx),
        far=dtype(INNER_ROW[4] / mesh.dx),
        ends=np.stack([EDGE_CORRECTION, -EDGE_CORRECTION[::-1, ::-1]]).astype(dtype) / dtype(mesh.dx),
        outward=np.array([-1.0, 1.0], dtype),
        end_face=dtype(1 / (mesh.dx * NORM_EDGE[0]) / 2),
        far_face=far_face.astype(dtype),
        normal_x=nx.astype(dtype),
        normal_y=ny.astype(dtype),
    )


@numba.njit(**KERNEL)
def momentum_row(
    q: Array,
    d: Array,
    j: int,
    b: int,
    field: int,
    along: int,
    across: int,
    a: float,
    c: float,
    columns: int,
    grid: Grid,
) -> None:
    """Compute row j of d <- a d + c (d along/dx + d across/dy): for vx from sxx and sxy, for vy from sxy and syy."""
    w, r = grid.weights, grid.first[j]
    w0, w1, w3, w4 = w[b, j, 0], w[b, j, 1], w[b, j, 3], w[b, j, 4]
    for i in range(columns):
        k = i + PAD
        one, two = q[j, along, k + 1] - q[j, along, k - 1], q[j, along, k + 2] - q[j, along, k - 2]
        s = w0 * q[r, along, k] + w1 * q[r + 1, along, k] + w3 * q[r + 3, along, k] + w4 * q[r + 4, along, k]
        t = w0 * q[r, across, k] + w1 * q[r + 1, across, k] + w3 * q[r + 3, across, k] + w4 * q[r + 4, across, k]
        d[j, field, k] = a * d[j, field, k] + c * (grid.near * one + grid.far * two - grid.slope[i] * s + t)


@numba.njit(**KERNEL)
def hooke_row(
    q: Array, d: Array, j: int, b: int, a: float, dt: float, columns: int, medium: Medium, grid: Grid
) -> None:
    """Compute row j of d <- a d + dt C : grad v, for the three stresses (Hooke's law)."""
    lam, mu, modulus = dt * medium.lam, dt * medium.mu, dt * medium.p_modulus
    w, r = grid.weights, grid.first[j]
    w0, w1, w3, w4 = w[b, j, 0], w[b, j, 1], w[b, j, 3], w[b, j, 4]
    for i in range(columns):
        k = i + PAD
        vx_xi = grid.near * (q[j, VX, k + 1] - q[j, VX, k - 1]) + grid.far * (q[j, VX, k + 2] - q[j, VX, k - 2])
        vy_xi = grid.near * (q[j, VY, k + 1] - q[j, VY, k - 1]) + grid.far * (q[j, VY, k + 2] - q[j, VY, k - 2])
        vx_y = w0 * q[r, VX, k] + w1 * q[r + 1, VX, k] + w3 * q[r + 3, VX, k] + w4 * q[r + 4, VX, k]
        vy_y = w0 * q[r, VY, k] + w1 * q[r + 1, VY, k] + w3 * q[r + 3, VY, k] + w4 * q[r + 4, VY, k]
        exx = vx_xi - grid.slope[i] * vx_y
        d[j, SXX, k] = a * d[j, SXX, k] + (modulus * exx + lam * vy_y)
        d[j, SYY, k] = a * d[j, SYY, k] + (lam * exx + modulus * vy_y)
        d[j, SXY, k] = a * d[j, SXY, k] + mu * (vy_xi - grid.slope[i] * vy_y + vx_y)


@numba.njit(**KERNEL)
def add_row(q: Array, d: Array, j: int, r: int, w: float, dt: float, columns: int, medium: Medium, grid: Grid) -> None:
    """Add to row j what row r, with weight w, contributes to d/dy (edge stencils reach more rows than inner ones)."""
    c = w * dt
    lam, mu, modulus, buoyancy = c * medium.lam, c * medium.mu, c * medium.p_modulus, c / medium.rho
    for i in range(columns):
        k = i + PAD
        vx, vy, slope = q[r, VX, k], q[r, VY, k], grid.slope[i]
        d[j, VX, k] += buoyancy * (q[r, SXY, k] - slope * q[r, SXX, k])
        d[j, VY, k] += buoyancy * (q[r, SYY, k] - slope * q[r, SXY, k])
        d[j, SXX, k] += lam * vy - modulus * slope * vx
        d[j, SYY, k] += modulus * vy - lam * slope * vx
        d[j, SXY, k] += mu * (vx - slope * vy)


@numba.njit(**KERNEL)
def end_columns(q: Array, d: Array, j: int, side: int, dt: float, medium: Medium, grid: Grid) -> None:
    """Complete d/dx at the first (side 0) or last (side 1) four columns of row j, and let waves leave there."""
    columns = grid.slope.size
    target, source = (PAD, PAD) if side == 0 else (PAD + columns - 4, PAD + columns - 6)
    for m in range(4):
        vx = vy = sxx = sxy = grid.near * 0
        for n in range(6):
            w, k = grid.ends[side, m, n], source + n
            vx += w * q[j, VX, k]
            vy += w * q[j, VY, k]
            sxx += w * q[j, SXX, k]
            sxy += w * q[j, SXY, k]
        d[j, VX, target + m] += dt / medium.rho * sxx
        d[j, VY, target + m] += dt / medium.rho * sxy
        d[j, SXX, target + m] += dt * medium.p_modulus * vx
        d[j, SYY, target + m] += dt * medium.lam * vx
        d[j, SXY, target + m] += dt * medium.mu * vy
    absorb_at(q, d, j, target + 3 * side, grid.outward[side], grid.outward[0] * 0, dt * grid.end_face, medium)


@numba.njit(**KERNEL)
def absorb_at(q: Array, d: Array, j: int, k: int, nx: float, ny: float, weight: float, medium: Medium) -> None:
    """Let waves leave through a face node with outward normal (nx, ny)."""
    vx, vy, sxx, sxy, syy = absorb(q[j, VX, k], q[j, VY, k], q[j, SXX, k], q[j, SXY, k], q[j, SYY, k], nx, ny, medium)
    d[j, VX, k] -= weight * vx
    d[j, VY, k] -= weight * vy
    d[j, SXX, k] -= weight * sxx
    d[j, SXY, k] -= weight * sxy
    d[j, SYY, k] -= weight * syy


@numba.njit(**KERNEL)
def rates_row(
    q: Array, d: Array, j: int, b: int, a: float, dt: float, columns: int, fault: Fault, medium: Medium, grid: Grid
) -> None:
    """Compute row j of block b of d <- a d + dt F(q), with everything that acts on its faces."""
    momentum_row(q, d, j, b, VX, SXX, SXY, a, dt / medium.rho, columns, grid)
    momentum_row(q, d, j, b, VY, SXY, SYY, a, dt / medium.rho, columns, grid)
    hooke_row(q, d, j, b, a, dt, columns, medium, grid)
    for extra in (2, 5):
        if grid.weights[b, j, extra] != 0:
            add_row(q, d, j, grid.first[j] + extra, grid.weights[b, j, extra], dt, columns, medium, grid)
    end_columns(q, d, j, 0, dt, medium, grid)
    if columns == grid.slope.size:
        end_columns(q, d, j, 1, dt, medium, grid)
    if j == 0:
        hold_faces(q, d, 1 - 2 * b, columns, dt, fault, medium)
    if j == q.shape[0] - 1:
        up = grid.outward[b]
        for i in range(columns):
            absorb_at(q, d, j, i + PAD, up * grid.normal_x[i], up * grid.normal_y[i], dt * grid.far_face[i], medium)


@numba.njit(**KERNEL)
def update_row(q: Array, d: Array, j: int, step: float, columns: int) -> None:
    """Compute row j of q <- q + step d."""
    for f in range(5):
        for i in range(columns):
            q[j, f, i + PAD] += step * d[j, f, i + PAD]


@numba.njit(**KERNEL)
def stage(
    q: Array,
    d: Array,
    a: float,
    step: float,
    dt: float,
    rows: int,
    columns: int,
    fault: Fault,
    medium: Medium,
    fault_medium: Medium,
    grid: Grid,
) -> None:
    """Take one Runge-Kutta stage of both blocks and the fault, in a single sweep over the first rows and columns."""
    join(q[0, 0], q[1, 0], columns, fault, fault_medium)
    for b in range(2):
        for j in range(rows + LAG):
            if j < rows:
                rates_row(q[b], d[b], j, b, a, dt, columns, fault, medium, grid)
            if j >= LAG:
                update_row(q[b], d[b], j - LAG, step, columns)
    for i in range(columns):
        fault.slip_update[i] = a * fault.slip_update[i] + dt * fault.slip_rate[i]
        fault.slip[i] += step * fault.slip_update[i]


@numba.njit(**KERNEL)
def advance(
    q: Array,
    d: Array,
    rk_a: Array,
    rk_b: Array,
    start: float,
    dt: float,
    steps: int,
    reach: tuple[int, int],
    broken: tuple[float, float],
    fault: Fault,
    medium: Medium,
    fault_medium: Medium,
    grid: Grid,
) -> None:
    """Take time steps from `start`, in place, and note when each node of the fault first breaks.

    `reach` is (rows, columns) that waves can have reached by the end, `broken` the slip (m) and slip rate (m/s) that a
    broken node exceeds.
    """
    rows, columns = reach
    for n in range(steps):
        for s in range(rk_a.size):
            stage(q, d, rk_a[s], rk_b[s], dt, rows, columns, fault, medium, fault_medium, grid)
        time = start + (n + 1) * np.float64(dt)
        for i in range(columns):
            if fault.slip[i] > broken[0] and fault.slip_rate[i] > broken[1] and fault.rupture_time[i] == np.inf:
                since = (fault.slip[i] - broken[0]) / fault.slip_rate[i]  # when within the step slip got there
                fault.rupture_time[i] = time - min(since, dt)
