"""The fault: its tractions, its strength, and the condition that joins the two blocks across it.

Linear slip weakening (Ida 1972; Andrews 1976): strength = mu(slip) (-sigma_n), where mu falls from mu_s to mu_d over
the slip distance dc. The condition is imposed on characteristic variables (Kozdon, Dunham & Nordstroem 2013): a face
keeps the wave that leaves its block, Z v - T, and friction decides on the rest. Velocities are in m/s, stresses in MPa,
impedances Z = rho c in MPa s/m, slip in m.
"""

from typing import NamedTuple

import numba
import numpy as np

from data.rupture.mesh import Mesh
from data.rupture.operators import NORM_EDGE

# Fused multiply-add and reordered sums; nan and infinity keep their meaning, so that a run that blows up is seen.
KERNEL = {"cache": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz", "arcp"}}

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


@numba.njit(**KERNEL)
def components(x, y, nx, ny):
    """Turn a vector into its normal and tangential components."""
    return x * nx + y * ny, x * ny - y * nx


@numba.njit(**KERNEL)
def penalty(normal, tangential, nx, ny, medium):
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


@numba.njit(**KERNEL)
def absorb(vx, vy, sxx, sxy, syy, nx, ny, medium):
    """Return the penalty of a face that lets nothing in, Z v^ + T^ = 0, hence T - T^ = (Z v + T) / 2."""
    vn, vt = components(vx, vy, nx, ny)
    tn, tt = components(sxx * nx + sxy * ny, sxy * nx + syy * ny, nx, ny)
    return penalty((medium.zp * vn + tn) / 2, (medium.zs * vt + tt) / 2, nx, ny, medium)


@numba.njit(**KERNEL)
def join(below, above, pad, columns, fault, medium, pull):
    """Solve for the tractions and the slip rate that satisfy friction, and write the penalties of both faces.

    Parameters
    ----------
    below, above : ndarray of shape (5, columns)
        Rows of vx, vy, sxx, sxy, syy on the two faces; node i stands in column i + pad.
    columns : int
        Nodes to treat, from the left.
    fault : Fault
        `slip_rate`, `shear` and `normal_stress` are written, `slip` is read.
    pull : ndarray of shape (2, 5, nx)
        Receives the penalties of the lower and of the upper face.
    """
    for i in range(columns):
        k = i + pad
        nx, ny = fault.normal_x[i], fault.normal_y[i]
        # velocity and traction on n, the same n for both faces
        vn, vt = components(below[0, k], below[1, k], nx, ny)
        tn, tt = components(below[2, k] * nx + below[3, k] * ny, below[3, k] * nx + below[4, k] * ny, nx, ny)
        wn, wt = components(above[0, k], above[1, k], nx, ny)
        sn, st = components(above[2, k] * nx + above[3, k] * ny, above[3, k] * nx + above[4, k] * ny, nx, ny)
        # tractions were the fault locked: half of what the two arriving waves ask for
        locked_n = (medium.zp * (wn - vn) + sn + tn) / 2
        locked_t = (medium.zs * (wt - vt) + st + tt) / 2
        # the fault opens rather than bear tension
        total_n = min(locked_n + fault.initial_normal[i], 0.0)
        weakened = min(fault.slip[i] / fault.dc[i], 1.0)
        strength = -total_n * (fault.mu_s[i] + (fault.mu_d[i] - fault.mu_s[i]) * weakened)
        wanted = locked_t + fault.initial_shear[i]
        total_t = max(min(wanted, strength), -strength)
        fault.slip_rate[i] = 2 * abs(wanted - total_t) / medium.zs
        fault.shear[i] = total_t
        fault.normal_stress[i] = total_n
        hat_n, hat_t = total_n - fault.initial_normal[i], total_t - fault.initial_shear[i]
        face = fault.face[i]
        vx, vy, sxx, sxy, syy = penalty(tn - hat_n, tt - hat_t, nx, ny, medium)
        pull[0, 0, i], pull[0, 1, i] = face * vx, face * vy
        pull[0, 2, i], pull[0, 3, i], pull[0, 4, i] = face * sxx, face * sxy, face * syy
        # the upper face looks down: its outward traction is -T, and its outward normal turns the sign of strain
        vx, vy, sxx, sxy, syy = penalty(hat_n - sn, hat_t - st, nx, ny, medium)
        pull[1, 0, i], pull[1, 1, i] = face * vx, face * vy
        pull[1, 2, i], pull[1, 3, i], pull[1, 4, i] = -face * sxx, -face * sxy, -face * syy
