"""Two exact solutions: a plane P pulse through a curved but locked fault, and a fault that slips everywhere at once."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from data.rupture.solver.friction import Medium, build_fault
from data.rupture.solver.mesh import Mesh, build_mesh, flat, gaussian_barrier
from data.rupture.solver.settings import ROCK
from data.rupture.solver.time_integration import Solver
from data.rupture.verification.convergence import observed_order
from data.rupture.verification.energy import locked_fault


def measure(spacings: Sequence[float], angles: Sequence[float]) -> xr.Dataset:
    """Measure the errors on both exact solutions.

    Parameters
    ----------
    spacings : sequence of float
        Of the grids of the plane pulse (km).
    angles : sequence of float
        Its directions of travel from the fault (rad).

    Returns
    -------
    xarray.Dataset
        `pulse_error` (m/s, amplitude 1) over (angle, spacing) and its `pulse_order`, nan at the first spacing; `slip`
        and `exact` (m) over `time` (s).
    """
    errors = [pulse_errors(spacings, angle) for angle in angles]
    orders = [observed_order(error) for error in errors]
    angle = xr.DataArray(list(angles), dims="angle", name="angle", attrs={"units": "rad"})
    pulse = xr.Dataset({"pulse_error": xr.concat(errors, angle), "pulse_order": xr.concat(orders, angle)})
    return pulse.reindex(spacing=list(spacings)).merge(uniform_slip(), combine_attrs="drop")


def plane_pulse(mesh: Mesh, time: float, angle: float, medium: Medium = ROCK, width: float = 0.6) -> np.ndarray:
    """Return an exact P pulse in an unbounded medium, d psi(d . x - cp t) with Gaussian psi.

    Parameters
    ----------
    mesh : Mesh
        Whose nodes the pulse is evaluated at.
    time : float
        In s; at time 0 the pulse stands 1.2 km before the origin.
    angle : float
        Direction of travel from the x axis (rad).
    medium : Medium
    width : float
        Of the Gaussian (km).

    Returns
    -------
    ndarray of shape (2, ny, 5, nx)
        A wave field as in `Solver.field`.
    """
    cp = np.sqrt(medium.p_modulus / medium.rho)
    dx, dy = np.cos(angle), np.sin(angle)
    phase = dx * mesh.x + dy * mesh.node_heights + 1.2 - cp * time
    psi = np.exp(-((phase / width) ** 2))
    normal = np.array([medium.lam + 2 * medium.mu * dx**2, 2 * medium.mu * dx * dy, medium.lam + 2 * medium.mu * dy**2])
    amplitudes = np.concatenate([[dx, dy], -normal / cp])
    return amplitudes[:, None] * psi[:, :, None, :]


def pulse_errors(spacings: Sequence[float] = (0.1, 0.05), angle: float = 1.1, height: float = 0.3) -> xr.DataArray:
    """Return the errors of a plane P pulse that crosses a locked bump as if the bump were not there.

    They are measured where nothing from the outer faces can have arrived.

    Parameters
    ----------
    spacings : sequence of float
        Of the grids (km).
    angle : float
        Direction of travel from the x axis (rad).
    height : float
        Of the bump, whose width is 2 km (km).

    Returns
    -------
    xarray.DataArray
        Root mean square error of the velocities (m/s, amplitude 1) over `spacing` (km).
    """
    errors = []
    for h in spacings:
        mesh = build_mesh(h, 12.0, 12.0, gaussian_barrier(height, 2.0))
        solver = Solver(mesh, locked_fault(mesh), ROCK, cfl=0.5, precision="float64")
        solver.field[:] = plane_pulse(mesh, 0.0, angle)
        solver.advance(round(0.4 / solver.dt))
        miss = (solver.field - plane_pulse(mesh, solver.time, angle))[:, :, :2]
        seen = miss[:, mesh.offset < 2.0][..., np.abs(mesh.x) < 2.0]
        errors.append(np.sqrt(np.mean(seen**2)))
    return xr.DataArray(errors, {"spacing": list(spacings)}, ("spacing",), attrs={"units": "m/s"})


def uniform_slip(time_step_divisor: int = 1, dc: float = 0.4, duration: float = 0.4) -> xr.Dataset:
    """Return the slip in the middle of a planar fault that slips everywhere at once, and the exact slip.

    Two plane S waves leave the fault, so the slip rate is V = 2 (tau_0 - tau) / Zs. With linear weakening by
    k = (tau_s - tau_d) / dc, slip grows as (tau_0 - tau_s) / k (exp(2 k t / Zs) - 1) until it reaches dc, and at the
    constant rate 2 (tau_0 - tau_d) / Zs from there on.

    Parameters
    ----------
    time_step_divisor : int
        Of the usual time step.
    dc : float
        Critical slip distance (m).
    duration : float
        In s.

    Returns
    -------
    xarray.Dataset
        `slip` and `exact` (m) over `time` (s).
    """
    tau, tau_s, tau_d = 70.0, 65.0, 50.0
    mesh = build_mesh(0.1, 12.0, 12.0, flat)
    fault = build_fault(mesh, np.full(mesh.x.size, tau), np.full(mesh.x.size, -100.0), tau_s / 100, tau_d / 100, dc)
    solver = Solver(mesh, fault, ROCK, cfl=0.9 / time_step_divisor, precision="float64")
    slip, time = [0.0], [0.0]
    while solver.time < duration:
        solver.advance(1)
        slip.append(fault.slip[mesh.x.size // 2])
        time.append(solver.time)
    t = np.array(time)
    rate = 2 * (tau_s - tau_d) / dc / ROCK.zs
    weak = np.log(1 + (tau_s - tau_d) / (tau - tau_s)) / rate  # when slip reaches dc
    growing = (tau - tau_s) * dc / (tau_s - tau_d) * np.expm1(rate * np.minimum(t, weak))
    exact = growing + 2 * (tau - tau_d) / ROCK.zs * np.maximum(t - weak, 0)
    return xr.Dataset({"slip": ("time", slip), "exact": ("time", exact)}, {"time": t}, attrs={"units": "m"})
