"""Energy of random noise around a locked fault with a steep bump, which must never grow."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from data.rupture.solver.friction import LOCKED, Fault, build_fault
from data.rupture.solver.mesh import Mesh, build_mesh, gaussian_barrier
from data.rupture.solver.settings import ROCK
from data.rupture.solver.time_integration import Solver
from data.seeds import seed_for


def measure(cfls: Sequence[float], noises: int, seed: int) -> xr.Dataset:
    """Measure the energy of random noise around a locked fault with a bump steeper than any of the catalogue.

    Parameters
    ----------
    cfls : sequence of float
        Time steps over (smallest spacing / P speed).
    noises : int
        Random fields for each of them.
    seed : int
        Of the noise.

    Returns
    -------
    xarray.Dataset
        `energy` relative to the start over (cfl, noise, step), `time` (s) over (cfl, step).
    """
    seeds = [seed_for(seed, f"noise {noise}") for noise in range(noises)]
    runs = [[locked_energy(cfl=cfl, seed=stream) for stream in seeds] for cfl in cfls]
    return xr.Dataset(
        {"energy": (("cfl", "noise", "step"), np.array([[noise.values for noise in of_cfl] for of_cfl in runs]))},
        {
            "cfl": list(cfls),
            "noise": np.arange(noises),
            "step": np.arange(runs[0][0].size),
            "time": (("cfl", "step"), np.array([of_cfl[0].time.values for of_cfl in runs]), {"units": "s"}),
        },
    )


def locked_energy(
    height: float = 0.2, width: float = 1.0, cfl: float = 0.9, steps: int = 400, seed: int = 0
) -> xr.DataArray:
    """Return the energy of random noise around a locked fault with a bump, time step by time step.

    Parameters
    ----------
    height, width : float
        Of the bump (km); by default steeper than any of the catalogue.
    cfl : float
        Time step over (smallest spacing / P speed).
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


def locked_fault(mesh: Mesh) -> Fault:
    """Return a fault on a mesh that neither slips nor opens."""
    return build_fault(mesh, 0.0 * mesh.x, np.full(mesh.x.size, -1e6), LOCKED, LOCKED, 1.0)
