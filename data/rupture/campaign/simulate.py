"""Simulates one rupture from its eight parameters: `simulate` keeps its histories, `outcome` only its label.

The experiment is that of Ahamed & Daub (2019): a fault 32 km long in a slab 24 km wide, under uniform stress, with a
Gaussian barrier at x = 0; the rupture starts 10 km to its left and either breaks through or arrests.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np
import xarray as xr

from data.rupture.campaign.label import Outcome, crossing_time, tip
from data.rupture.solver.friction import LOCKED, build_fault, resolve
from data.rupture.solver.mesh import build_mesh, gaussian_barrier
from data.rupture.solver.parameters import NAMES, check_process_zone, check_stress, process_zone, validated
from data.rupture.solver.settings import Settings
from data.rupture.solver.time_integration import Solver

#: How often the tip is looked at, and a history kept (s).
LOOK_EVERY = 0.1


def prepare(parameters: Mapping[str, float], settings: Settings) -> Solver:
    """Return a rupture that is about to start.

    Parameters
    ----------
    parameters : mapping
        The eight parameters by name, in the units of `data.rupture.solver.parameters.UNITS`.
    settings : Settings

    Returns
    -------
    Solver

    Raises
    ------
    InputError
        If the fault is in tension somewhere or at its strength everywhere, if the grid is too coarse for the process
        zone, or if a parameter is missing or makes no sense.
    """
    p = validated(parameters)
    spacing = settings.resolution / 1e3
    trace = gaussian_barrier(p["height"], p["width"])
    mesh = build_mesh(spacing, settings.length, settings.width, trace, settings.growth)
    shear, normal = resolve(mesh, p["sxx"], p["syy"], p["sxy"])
    mu_s = p["mu_d"] + p["friction_drop"]
    check_stress(normal, shear, mu_s, mesh.x)
    poisson = settings.lam / (2 * (settings.lam + settings.mu))
    zone = process_zone(-p["friction_drop"] * p["syy"], p["dc"], settings.mu, poisson)
    check_process_zone(zone, spacing, settings.fewest_nodes)

    # a patch whose edge moves smoothly with its width: a cell half inside takes half of the overstress
    distance = np.abs(mesh.x - settings.nucleation_x)
    patch = np.clip((settings.nucleation_half_width - distance) / mesh.dx + 0.5, 0.0, 1.0)
    shear = shear + patch * ((1 + settings.overstress) * mu_s * -normal - shear)
    static = np.where(np.abs(mesh.x) > settings.locked_beyond, LOCKED, mu_s)

    edge = settings.nucleation_half_width + mesh.dx
    return Solver(
        mesh,
        build_fault(mesh, shear, normal, static, p["mu_d"], p["dc"]),
        settings.medium,
        cfl=settings.cfl,
        precision=settings.precision,
        broken=(settings.broken_slip, settings.broken_rate),
        source=(settings.nucleation_x - edge, settings.nucleation_x + edge),
    )


def run(solver: Solver, settings: Settings, look: Callable[[Solver], None] = lambda solver: None) -> Outcome:
    """Advance a rupture to its end and return its outcome.

    Parameters
    ----------
    solver : Solver
        From `prepare`; advanced in place.
    settings : Settings
    look : callable, optional
        Called with the solver every `LOOK_EVERY` seconds of simulated time.

    Returns
    -------
    Outcome

    Raises
    ------
    FloatingPointError
        If the solution blows up.
    """
    x, fault = solver.mesh.x, solver.fault
    steps = max(1, round(LOOK_EVERY / solver.dt))
    p_speed = np.sqrt(settings.medium.p_modulus / settings.rho)
    furthest, advanced, reason = settings.nucleation_x, 0.0, ""
    while not reason:
        solver.advance(steps)
        look(solver)
        if not np.isfinite(fault.slip).all():
            raise FloatingPointError(f"the solution blew up at {solver.time:.2f} s; use a cfl below {settings.cfl:g}")
        now = tip(x, fault.rupture_time, settings.nucleation_x)
        if now > furthest:
            furthest, advanced = now, solver.time
        if furthest >= settings.stop_beyond:
            reason = "passed"
        elif solver.time >= settings.duration:
            reason = "time"
        elif furthest + p_speed * (settings.duration - solver.time) < settings.crossing:
            reason = "late"
        elif solver.time - advanced > settings.stall:
            reason = "stalled"
    crossed = crossing_time(x, fault.rupture_time, settings.crossing)
    label = int(crossed <= settings.duration)
    if reason == "passed" and not label:  # between the end of the duration and the next look
        reason = "time"
    return Outcome(label, reason, furthest, solver.time, crossed)


def outcome(parameters: Mapping[str, float], settings: Settings = Settings()) -> Outcome:
    """Simulate a rupture and return how it ended; see `prepare` for the parameters and errors."""
    return run(prepare(parameters, settings), settings)


def simulate(parameters: Mapping[str, float], settings: Settings = Settings()) -> xr.Dataset:
    """Simulate a rupture and keep its histories along the fault.

    Parameters
    ----------
    parameters : mapping
        The eight parameters by name, in the units of `data.rupture.solver.parameters.UNITS`.
    settings : Settings, optional

    Returns
    -------
    xarray.Dataset
        `slip` (m), `slip_rate` (m/s), `shear` and `normal_stress` (MPa) over (time, x); `rupture_time` (s, infinite
        where unbroken) and `trace` (km) over x; `label` and `reason` and the rest of `Outcome` as attributes.

    Raises
    ------
    InputError
        See `prepare`.
    """
    solver = prepare(parameters, settings)
    times: list[float] = []
    kept: dict[str, list[np.ndarray]] = {name: [] for name in HISTORIES}

    def keep(solver: Solver) -> None:
        times.append(solver.time)
        for name, frames in kept.items():
            frames.append(getattr(solver.fault, name).copy())

    keep(solver)
    end = run(solver, settings, keep)
    return _dataset(solver, times, kept, end, parameters)


#: Kept history -> unit and long name.
HISTORIES = {
    "slip": ("m", "slip"),
    "slip_rate": ("m/s", "slip rate"),
    "shear": ("MPa", "shear traction"),
    "normal_stress": ("MPa", "normal traction, compression negative"),
}


def _dataset(
    solver: Solver,
    times: list[float],
    kept: dict[str, list[np.ndarray]],
    end: Outcome,
    parameters: Mapping[str, float],
) -> xr.Dataset:
    """Return the kept arrays with dimensions, coordinates and units."""
    data = {
        name: (("time", "x"), np.stack(kept[name]), {"units": unit, "long_name": text})
        for name, (unit, text) in HISTORIES.items()
    }
    data["rupture_time"] = ("x", solver.fault.rupture_time.copy(), {"units": "s", "long_name": "first time broken"})
    data["trace"] = ("x", solver.mesh.trace, {"units": "km", "long_name": "fault trace"})
    coordinates = {
        "time": ("time", np.array(times), {"units": "s"}),
        "x": ("x", solver.mesh.x, {"units": "km", "long_name": "distance along the fault"}),
    }
    used = {f"parameter_{name}": float(parameters[name]) for name in NAMES}
    return xr.Dataset(data, coordinates, attrs=asdict(end) | used)
