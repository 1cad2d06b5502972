"""The solver held against known truth; every function returns labelled arrays that a report can draw.

Exact solutions: a plane P pulse that crosses the curved but locked fault, and a fault that slips everywhere at once.
Invariants: energy on a locked fault. Benchmarks: SCEC TPV205 in two dimensions (Harris et al., Seismol. Res. Lett. 80,
2009, 119-126). Stability: labels under another grid, precision or domain.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from data.rupture.campaign.simulate import outcome, prepare
from data.rupture.solver.friction import LOCKED, Fault, Medium, build_fault
from data.rupture.solver.mesh import Mesh, build_mesh, flat, gaussian_barrier
from data.rupture.solver.operators import derivative_matrix, norm
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings
from data.rupture.solver.time_integration import Solver

ROCK = Settings().medium

#: Good enough for a look.
COARSE = Settings(resolution=100.0)


def operator_errors(nodes: Sequence[int] = (41, 81, 161, 321)) -> xr.Dataset:
    """Differentiate sin(2 pi x) on [0, 1]: largest error inside, at the edges, and in the SBP norm.

    Returns
    -------
    xarray.Dataset
        `inner`, `edge`, `norm` over `nodes`.
    """
    rows = []
    for n in nodes:
        x = np.linspace(0, 1, n)
        error = derivative_matrix(n) @ np.sin(2 * np.pi * x) * (n - 1) - 2 * np.pi * np.cos(2 * np.pi * x)
        size = np.abs(error)
        rows.append([size[4:-4].max(), max(size[:4].max(), size[-4:].max()), np.sqrt(norm(n) / (n - 1) @ error**2)])
    columns = np.array(rows).T
    return xr.Dataset(
        {name: ("nodes", column) for name, column in zip(("inner", "edge", "norm"), columns, strict=True)},
        {"nodes": list(nodes)},
    )


def sbp_residuals(nodes: Sequence[int] = (12, 41, 161)) -> xr.DataArray:
    """Measure how far the operator is from summing by parts: the largest entry of Q + Q^T - diag(-1, 0, ..., 0, 1).

    Returns
    -------
    xarray.DataArray
        Over `nodes`; rounding is all that may be left.
    """
    residuals = []
    for n in nodes:
        q = np.diag(norm(n)) @ derivative_matrix(n).toarray()
        ends = np.zeros((n, n))
        ends[0, 0], ends[-1, -1] = -1, 1
        residuals.append(np.abs(q + q.T - ends).max())
    return xr.DataArray(residuals, {"nodes": list(nodes)}, ("nodes",))


def observed_order(errors: xr.DataArray) -> xr.DataArray:
    """Return the slope of log error against log spacing between neighbours along the only dimension.

    The coordinate is a number of nodes (error falls as it grows) or a spacing (error falls with it).
    """
    axis = errors.dims[0]
    step = np.diff(np.log(errors[axis].values.astype(float)))
    return xr.DataArray(np.abs(np.diff(np.log(errors.values)) / step), {axis: errors[axis].values[1:]}, (axis,))


def locked_fault(mesh: Mesh) -> Fault:
    """Return a fault that neither slips nor opens."""
    return build_fault(mesh, 0.0 * mesh.x, np.full(mesh.x.size, -1e6), LOCKED, LOCKED, 1.0)


def locked_energy(
    height: float = 0.2, width: float = 1.0, cfl: float = 0.9, steps: int = 400, seed: int = 0
) -> xr.DataArray:
    """Follow the energy of random noise around a locked fault with a bump; nothing may feed it.

    Parameters
    ----------
    height, width : float
        Of the bump (km); by default steeper than any of the catalogue.
    cfl : float
    steps : int
        Time steps, one value each.
    seed : int
        Of the noise.

    Returns
    -------
    xarray.DataArray
        Energy over `time` (s), relative to the start.
    """
    mesh = build_mesh(0.1, 8.0, 6.0, gaussian_barrier(height, width), growth=4.0)
    solver = Solver(mesh, locked_fault(mesh), ROCK, cfl=cfl, precision="float64")
    rng = np.random.default_rng(seed)
    solver.field[:] = rng.standard_normal(solver.field.shape) * np.array([1, 1, 10, 10, 10])[:, None]
    energy, time = [solver.energy()], [0.0]
    for _ in range(steps):
        solver.advance(1)
        energy.append(solver.energy())
        time.append(solver.time)
    return xr.DataArray(np.array(energy) / energy[0], {"time": time}, ("time",), attrs={"long_name": "energy"})


def node_heights(mesh: Mesh) -> np.ndarray:
    """Return y of every node (km): shape (2 blocks, ny, nx)."""
    return mesh.trace + np.stack([-mesh.offset, mesh.offset])[:, :, None]


def plane_pulse(mesh: Mesh, time: float, angle: float, medium: Medium = ROCK, width: float = 0.6) -> np.ndarray:
    """Return an exact P pulse in an unbounded medium, d psi(d . x - cp t) with Gaussian psi.

    Parameters
    ----------
    mesh : Mesh
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
    phase = dx * mesh.x + dy * node_heights(mesh) + 1.2 - cp * time
    psi = np.exp(-((phase / width) ** 2))
    normal = np.array([medium.lam + 2 * medium.mu * dx**2, 2 * medium.mu * dx * dy, medium.lam + 2 * medium.mu * dy**2])
    amplitudes = np.concatenate([[dx, dy], -normal / cp])
    return amplitudes[:, None] * psi[:, :, None, :]


def pulse_errors(spacings: Sequence[float] = (0.1, 0.05), angle: float = 1.1, height: float = 0.3) -> xr.DataArray:
    """Send a plane P pulse through a locked bump, which must not notice it.

    Errors are measured where nothing from the outer faces can have arrived.

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
    """Let a planar fault slip everywhere at once, and compare with the exact slip in its middle.

    Two plane S waves leave the fault, so the slip rate is V = 2 (tau_0 - tau) / Zs. With linear weakening by
    k = (tau_s - tau_d) / dc, slip grows as (tau_0 - tau_s) / k (exp(2 k t / Zs) - 1) until it reaches dc, and at the
    constant rate 2 (tau_0 - tau_d) / Zs from there on.

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


def tpv205(resolution: float, precision: str = "float32", **solver_options: object) -> Solver:
    """Set up SCEC TPV205 along its depth-averaged strike in two dimensions: planar, nucleated at x = 0.

    Normal stress 120 MPa, shear stress 81.6 MPa for |x| < 1.5 km and 70 MPa elsewhere, mu_s 0.677, mu_d 0.525,
    dc 0.4 m, locked for |x| > 15 km.

    Parameters
    ----------
    resolution : float
        Grid spacing (m).
    precision : {"float32", "float64"}, optional
    **solver_options
        Handed to `Solver`.
    """
    settings = Settings(resolution=resolution)
    mesh = build_mesh(resolution / 1e3, settings.length, settings.width, flat, settings.growth)
    patch = np.clip((1.5 - np.abs(mesh.x)) / mesh.dx + 0.5, 0, 1)
    static = np.where(np.abs(mesh.x) > 15, LOCKED, 0.677)
    fault = build_fault(mesh, 70 + 11.6 * patch, np.full(mesh.x.size, -120.0), static, 0.525, 0.4)
    return Solver(mesh, fault, ROCK, precision=precision, **solver_options)


def rupture_fronts(resolutions: Sequence[float] = (200, 100, 50, 25), duration: float = 4.0) -> xr.Dataset:
    """Follow the rupture front of TPV205 in two dimensions on several grids.

    Parameters
    ----------
    resolutions : sequence of float
        Grid spacings (m), of which each divides the first.
    duration : float
        In s.

    Returns
    -------
    xarray.Dataset
        `rupture_time` (s, infinite where unbroken) and `speed` (km/s, see `front_speed`) over `resolution` (m) and `x`
        (km), the nodes of the first grid.
    """
    found = []
    for resolution in resolutions:
        solver = tpv205(resolution)
        solver.advance(int(np.ceil(duration / solver.dt)))
        x, time = solver.mesh.x, solver.fault.rupture_time
        front = xr.Dataset({"rupture_time": ("x", time.copy()), "speed": ("x", front_speed(x, time))}, {"x": x})
        if found:  # every other grid holds the nodes of the first
            front = front.sel(x=found[0].x, method="nearest", tolerance=1e-6).assign_coords(x=found[0].x)
        found.append(front)
    return xr.concat(found, xr.DataArray(list(resolutions), dims="resolution", name="resolution"))


def mirror_asymmetry(resolution: float = 100.0, duration: float = 4.0) -> xr.DataArray:
    """Break the planar fault of TPV205 from its middle, in double precision; both halves and both sides must mirror.

    Returns
    -------
    xarray.DataArray
        Over `quantity`: largest difference of slip left and right, of -vx and of vy below and above, each relative to
        the largest value.
    """
    solver = tpv205(resolution, "float64")
    solver.advance(round(duration / solver.dt))
    slip, (below, above) = solver.fault.slip, solver.field
    pairs = {
        "slip": (slip, slip[::-1]),
        "vx": (-below[:, 0], above[:, 0]),  # changes sign across the fault
        "vy": (below[:, 1], above[:, 1]),
    }
    differences = [np.abs(one - other).max() / np.abs(one).max() for one, other in pairs.values()]
    return xr.DataArray(differences, {"quantity": list(pairs)}, ("quantity",))


def front_speed(x: np.ndarray, rupture_time: np.ndarray, window: float = 1.0) -> np.ndarray:
    """Return the speed of a front over a window (km), from first breaking times, at every x; nan where unbroken.

    Parameters
    ----------
    x, rupture_time : ndarray of shape (nx,)
        Positions (km) and times (s).
    window : float
        Length over which the speed is taken (km).

    Returns
    -------
    ndarray of shape (nx,)
        In km/s.
    """
    known = np.where(np.isfinite(rupture_time), rupture_time, np.nan)
    left, right = np.interp(x - window / 2, x, known), np.interp(x + window / 2, x, known)
    with np.errstate(divide="ignore"):
        return window / np.abs(right - left)


def rayleigh_speed(medium: Medium = ROCK) -> float:
    """Return the speed of Rayleigh waves (km/s), the limit of a mode-II front below the S speed.

    Root of (2 - s)^2 = 4 sqrt(1 - s) sqrt(1 - s cs^2/cp^2) with s = (c/cs)^2 (Rayleigh 1885).
    """
    ratio = medium.mu / medium.p_modulus
    s = np.roots([1, -8, 24 - 16 * ratio, 16 * ratio - 16])
    real = s[np.abs(s.imag) < 1e-9].real
    return float(np.sqrt(real[(real > 0) & (real < 1)].max() * medium.mu / medium.rho))


def flat_limit(
    parameters: Mapping[str, float], heights: Sequence[float], time: float = 5.0, settings: Settings = COARSE
) -> xr.DataArray:
    """Lower the barrier towards a planar fault, and see how far slip stays from slip without one.

    Parameters
    ----------
    parameters : mapping
        The eight parameters; the height is replaced.
    heights : sequence of float
        Of the barrier (km).
    time : float
        When slip is compared (s).
    settings : Settings

    Returns
    -------
    xarray.DataArray
        Largest difference of slip, relative to the largest slip, over `height` (km).
    """
    dt = prepare({**parameters, "height": max(heights)}, settings).dt  # the same time steps for all

    def slip(height: float) -> np.ndarray:
        solver = prepare({**parameters, "height": height}, settings)
        solver.dt = dt
        solver.advance(round(time / dt))
        return solver.fault.slip

    without = slip(0.0)
    differences = [np.abs(slip(height) - without).max() / without.max() for height in heights]
    return xr.DataArray(differences, {"height": list(heights)}, ("height",))


def compare_labels(rows: pd.DataFrame, first: Settings, second: Settings) -> pd.DataFrame:
    """Simulate rows under two settings.

    Parameters
    ----------
    rows : DataFrame
        The eight parameters.
    first, second : Settings

    Returns
    -------
    DataFrame
        Indexed as `rows`: label and tip (km) under each, columns (setting, quantity) with settings "first", "second".
    """
    table = {}
    for name, settings in (("first", first), ("second", second)):
        ends = [outcome(dict(zip(NAMES, row, strict=True)), settings) for row in rows[list(NAMES)].to_numpy()]
        table[name, "label"] = [end.label for end in ends]
        table[name, "tip"] = [end.tip for end in ends]
    return pd.DataFrame(table, index=rows.index)


def wave_field(parameters: Mapping[str, float], times: Sequence[float], settings: Settings = COARSE) -> xr.Dataset:
    """Keep frames of the wave field around a rupture, for an animation.

    Parameters
    ----------
    parameters : mapping
        The eight parameters.
    times : sequence of float
        When to look (s), ascending.
    settings : Settings

    Returns
    -------
    xarray.Dataset
        `vx`, `vy` (m/s) over (time, row, x), rows from the bottom to the top; `slip_rate` (m/s) over (time, x);
        `rupture_time` (s, infinite where unbroken) and `trace` (km) over x; `y` (km) over (row, x).
    """
    solver = prepare(parameters, settings)
    frames, rates, seen = [], [], []
    for time in times:
        solver.advance(max(0, round((time - solver.time) / solver.dt)))
        below, above = solver.field[:, :, :2]
        frames.append(np.concatenate([below[::-1], above]))
        rates.append(solver.fault.slip_rate.copy())
        seen.append(solver.time)
    velocity = np.stack(frames)  # (time, row, 2, x)
    below, above = node_heights(solver.mesh)
    return xr.Dataset(
        {
            "vx": (("time", "row", "x"), velocity[:, :, 0], {"units": "m/s"}),
            "vy": (("time", "row", "x"), velocity[:, :, 1], {"units": "m/s"}),
            "slip_rate": (("time", "x"), np.stack(rates), {"units": "m/s"}),
            "rupture_time": ("x", solver.fault.rupture_time.copy(), {"units": "s"}),
            "trace": ("x", solver.mesh.trace, {"units": "km"}),
        },
        {
            "time": ("time", seen, {"units": "s"}),
            "x": ("x", solver.mesh.x, {"units": "km"}),
            "y": (("row", "x"), np.concatenate([below[::-1], above]), {"units": "km"}),
            "row": np.arange(velocity.shape[1]),
        },
    )
