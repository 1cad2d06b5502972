"""The benchmark SCEC TPV205 in two dimensions: rupture fronts on finer and finer grids, and mirror symmetry.

Source: Harris et al., Seismol. Res. Lett. 80 (2009), 119-126.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from data.rupture.solver.friction import LOCKED, build_fault
from data.rupture.solver.mesh import build_mesh, flat
from data.rupture.solver.settings import ROCK, Settings
from data.rupture.solver.time_integration import Solver
from data.rupture.verification.fronts import front_speed, rayleigh_speed

#: Where along the fault a front of TPV205 has left its nucleation patch and not met the locked ends (km from x = 0).
SPREADING = (2.5, 10.0)


def measure(resolutions: Sequence[float], stations: Sequence[float]) -> xr.Dataset:
    """Measure the rupture fronts on finer and finer grids, and the mirror symmetry of one.

    Parameters
    ----------
    resolutions : sequence of float
        Grid spacings (m), of which each divides the first.
    stations : sequence of float
        Where the front is timed (km).

    Returns
    -------
    xarray.Dataset
        `rupture_time` (s) and `speed` (km/s) over (resolution, x); `arrival` (s) over (resolution, station);
        `fastest` (km/s) over `resolution`; `asymmetry` over `quantity`; speeds of P, S and Rayleigh waves as
        attributes (km/s).
    """
    fronts = rupture_fronts(resolutions)
    arrival = fronts["rupture_time"].interp(x=list(stations)).rename(x="station")
    spreading = (abs(fronts.x) > SPREADING[0]) & (abs(fronts.x) < SPREADING[1])
    return fronts.assign(
        arrival=arrival.assign_coords(station=list(stations)),
        fastest=fronts["speed"].where(spreading).max("x"),
        asymmetry=mirror_asymmetry(),
    ).assign_attrs(
        rayleigh_speed=rayleigh_speed(),
        s_speed=float(np.sqrt(ROCK.mu / ROCK.rho)),
        p_speed=float(np.sqrt(ROCK.p_modulus / ROCK.rho)),
        spreading=SPREADING,
    )


def tpv205(resolution: float, precision: str = "float32", **solver_options: object) -> Solver:
    """Return TPV205 along its depth-averaged strike in two dimensions: planar, nucleated at x = 0.

    Normal stress 120 MPa, shear stress 81.6 MPa for |x| < 1.5 km and 70 MPa elsewhere, mu_s 0.677, mu_d 0.525,
    dc 0.4 m, locked for |x| > 15 km.

    Parameters
    ----------
    resolution : float
        Grid spacing (m).
    precision : {"float32", "float64"}, optional
        Of the wave field.
    **solver_options
        Handed to `Solver`.

    Returns
    -------
    Solver
        At rest, with the whole mesh active unless the options say otherwise.
    """
    settings = Settings(resolution=resolution)
    mesh = build_mesh(resolution / 1e3, settings.length, settings.width, flat, settings.growth)
    patch = np.clip((1.5 - np.abs(mesh.x)) / mesh.dx + 0.5, 0, 1)
    static = np.where(np.abs(mesh.x) > 15, LOCKED, 0.677)
    fault = build_fault(mesh, 70 + 11.6 * patch, np.full(mesh.x.size, -120.0), static, 0.525, 0.4)
    return Solver(mesh, fault, ROCK, precision=precision, **solver_options)


def rupture_fronts(resolutions: Sequence[float] = (200, 100, 50, 25), duration: float = 4.0) -> xr.Dataset:
    """Return the rupture front on several grids.

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
    """Return how far both halves and both sides of the planar fault are from mirror images, in double precision.

    Parameters
    ----------
    resolution : float
        Grid spacing (m).
    duration : float
        In s.

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
    differences = [np.abs(first - second).max() / np.abs(first).max() for first, second in pairs.values()]
    return xr.DataArray(differences, {"quantity": list(pairs)}, ("quantity",))
