"""The fault: its tractions, its strength, and the condition that joins the two blocks across it.

Linear slip weakening (Ida 1972; Andrews 1976): strength = mu(slip) (-sigma_n), where mu falls from mu_s to mu_d over
the slip distance dc. The condition is imposed on characteristic variables (Kozdon, Dunham & Nordstroem 2013): a face
keeps the wave that leaves its block, Z v - T, and friction decides on the rest. Velocities are in m/s, stresses in MPa,
impedances Z = rho c in MPa s/m, slip in m.
"""

from typing import NamedTuple

import numba
import numpy as np

from data.rupture.solver.mesh import Mesh
from data.rupture.solver.operators import NORM_EDGE

# Fused multiply-add and reordered sums; nan and infinity keep their meaning, so that a run that blows up is seen.
KERNEL = {"cache": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz", "arcp"}}

# A call would keep a loop over nodes from being vectorised.
INLINE = KERNEL | {"inline": "always"}

#: Unused zero columns on each side of a state array, a cache line wide: rows stay aligned, and the inner stencil needs
#: no special case. (A constant, for a loop over an index of unknown sign is not vectorised.)
PAD = 16

Array = np.ndarray
Rates = tuple[float, float, float, float, float]

#: A static friction coefficient that no stress in a simulation reaches: the fault is locked there.
LOCKED = 1.0e4


class Medium(NamedTuple):
    """Elastic constants of the rock in the precision of a kernel: density g/cm3, moduli GPa, impedances MPa s/m."""

    rho: float
    lam: float
    mu: float
    p_modulus: float
    zp: float
    zs: float

    @classmethod
    def of(cls, rho: float, lam: float, mu: float, dtype: type = np.float64) -> "Medium":
        """Complete density and Lame moduli by lambda + 2 mu and by the impedances rho cp, rho cs."""
        modulus = lam + 2 * mu
        return cls(*(dtype(v) for v in (rho, lam, mu, modulus, np.sqrt(rho * modulus), np.sqrt(rho * mu))))


class Fault(NamedTuple):
    """Everything that is known on the nodes of the fault; every array has shape (nx,).

    `normal_*` is the unit normal from the lower to the upper block, the tangent is (normal_y, -normal_x). The initial
    tractions are those of the background stress; `shear` and `normal_stress` are the current total ones (MPa,
    compression negative), `rupture_time` is infinite where the fault has not broken (s).
    """

    normal_x: np.ndarray
    normal_y: np.ndarray
    face: np.ndarray  # weight of the penalties on it (1/km)
    initial_shear: np.ndarray
    initial_normal: np.ndarray
    mu_s: np.ndarray
    mu_d: np.ndarray
    dc: np.ndarray
    slip: np.ndarray
    slip_update: np.ndarray  # register of the low-storage Runge-Kutta scheme
    slip_rate: np.ndarray
    shear: np.ndarray
    normal_stress: np.ndarray
    rupture_time: np.ndarray


def resolve(mesh: Mesh, sxx: float, syy: float, sxy: float) -> tuple[np.ndarray, np.ndarray]:
    """Resolve a uniform stress on the fault: shear and normal traction (MPa), each of shape (nx,)."""
    nx, ny = mesh.normal
    tx, ty = sxx * nx + sxy * ny, sxy * nx + syy * ny
    return tx * ny - ty * nx, tx * nx + ty * ny


def build_fault(
    mesh: Mesh,
    initial_shear: np.ndarray,
    initial_normal: np.ndarray,
    mu_s: np.ndarray | float,
    mu_d: np.ndarray | float,
    dc: np.ndarray | float,
) -> Fault:
    """Gather a fault at rest; scalars are spread over the nodes.

    Parameters
    ----------
    mesh : Mesh
    initial_shear, initial_normal : ndarray of shape (nx,)
        Initial tractions (MPa, compression negative).
    mu_s, mu_d : ndarray of shape (nx,) or float
        Static and dynamic friction coefficients; `LOCKED` where the fault must not slip.
    dc : ndarray of shape (nx,) or float
        Critical slip distance (m).

    Returns
    -------
    Fault
    """

    def spread(value: np.ndarray | float) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), mesh.x.shape).copy()

    tau, sigma = spread(initial_shear), spread(initial_normal)
    rest = [spread(0.0) for _ in range(3)]
    nx, ny = mesh.normal
    face = np.hypot(1.0, mesh.slope) / (mesh.spacing[0] * NORM_EDGE[0])
    friction = (spread(mu_s), spread(mu_d), spread(dc))
    return Fault(nx, ny, face, tau, sigma, *friction, *rest, tau.copy(), sigma.copy(), spread(np.inf))


@numba.njit(**INLINE)
def components(x: float, y: float, nx: float, ny: float) -> tuple[float, float]:
    """Turn a vector into its normal and tangential components."""
    return x * nx + y * ny, x * ny - y * nx


@numba.njit(**INLINE)
def traction(sxx: float, sxy: float, syy: float, nx: float, ny: float) -> tuple[float, float]:
    """Return the normal and tangential traction of a stress on a plane with normal (nx, ny)."""
    return components(sxx * nx + sxy * ny, sxy * nx + syy * ny, nx, ny)


@numba.njit(**INLINE)
def penalty(normal: float, tangential: float, nx: float, ny: float, medium: Medium) -> Rates:
    """Return the rates of (vx, vy, sxx, sxy, syy) that pull a face towards its condition, per unit of face weight.

    `normal` and `tangential` are T - T^, the outward traction less the one the condition asks for; the outgoing wave
    Z v - T is kept, so v - v^ = (T - T^) / Z. Momentum loses T - T^, Hooke's law loses C : (n (v - v^)).
    """
    tx, ty = normal * nx + tangential * ny, normal * ny - tangential * nx
    vn, vt = normal / medium.zp, tangential / medium.zs
    vx, vy = vn * nx + vt * ny, vn * ny - vt * nx
    exx, eyy = nx * vx, ny * vy
    return (
        tx / medium.rho,
        ty / medium.rho,
        medium.p_modulus * exx + medium.lam * eyy,
        medium.mu * (nx * vy + ny * vx),
        medium.lam * exx + medium.p_modulus * eyy,
    )


@numba.njit(**INLINE)
def absorb(vx: float, vy: float, sxx: float, sxy: float, syy: float, nx: float, ny: float, medium: Medium) -> Rates:
    """Return twice the penalty of a face that lets nothing in: Z v^ + T^ = 0, hence T - T^ = (Z v + T) / 2."""
    vn, vt = components(vx, vy, nx, ny)
    tn, tt = traction(sxx, sxy, syy, nx, ny)
    return penalty(medium.zp * vn + tn, medium.zs * vt + tt, nx, ny, medium)


@numba.njit(**KERNEL)
def join(below: Array, above: Array, columns: int, fault: Fault, medium: Medium) -> None:
    """Find the tractions and the slip rate that satisfy friction, and note them on the fault.

    Parameters
    ----------
    below, above : ndarray of shape (5, columns)
        Rows of vx, vy, sxx, sxy, syy on the two faces; node i stands in column i + PAD.
    columns : int
        Nodes to treat, from the left.
    fault : Fault
        `slip_rate`, `shear` and `normal_stress` are written.
    medium : Medium
    """
    for i in range(columns):
        k = i + PAD
        nx, ny = fault.normal_x[i], fault.normal_y[i]
        # jump in velocity, and tractions on n, the same n for both faces
        vn, vt = components(above[0, k] - below[0, k], above[1, k] - below[1, k], nx, ny)
        tn, tt = traction(below[2, k] + above[2, k], below[3, k] + above[3, k], below[4, k] + above[4, k], nx, ny)
        # what the two arriving waves ask of a locked fault: (Z+ v+ + T+) - (Z- v- - T-), halved
        locked_n = (medium.zp * vn + tn) / 2 + fault.initial_normal[i]
        locked_t = (medium.zs * vt + tt) / 2 + fault.initial_shear[i]
        # the fault opens rather than bear tension
        normal = min(locked_n, 0.0)
        weakened = min(fault.slip[i] / fault.dc[i], 1.0)
        strength = -normal * (fault.mu_s[i] + (fault.mu_d[i] - fault.mu_s[i]) * weakened)
        shear = max(min(locked_t, strength), -strength)
        fault.slip_rate[i] = 2 * abs(locked_t - shear) / medium.zs
        fault.shear[i] = shear
        fault.normal_stress[i] = normal


@numba.njit(**KERNEL)
def hold_faces(q: Array, d: Array, side: int, columns: int, dt: float, fault: Fault, medium: Medium) -> None:
    """Pull the face of the lower (side 1) or upper (side -1) block towards the tractions that `join` found.

    Parameters
    ----------
    q, d : ndarray of shape (ny, 5, columns)
        State and register of the block; row 0 is its face.
    side : float
        Outward normal of the face over the normal of the fault.
    """
    for i in range(columns):
        k = i + PAD
        nx, ny, weight = fault.normal_x[i], fault.normal_y[i], dt * fault.face[i]
        normal, tangential = traction(q[0, 2, k], q[0, 3, k], q[0, 4, k], nx, ny)
        normal -= fault.normal_stress[i] - fault.initial_normal[i]
        tangential -= fault.shear[i] - fault.initial_shear[i]
        # outward traction and outward normal change sign together: velocities turn with the first, stresses with both
        vx, vy, sxx, sxy, syy = penalty(normal, tangential, nx, ny, medium)
        d[0, 0, k] -= weight * side * vx
        d[0, 1, k] -= weight * side * vy
        d[0, 2, k] -= weight * sxx
        d[0, 3, k] -= weight * sxy
        d[0, 4, k] -= weight * syy
