"""How fast the solver is, in time per node and Runge-Kutta stage, compared with a plain copy of the same arrays.

The copy moves the same bytes (state and register, each read and written once) and is timed in the same run, so that the
ratio can be compared with that of another machine. Measure on an idle one: other load slows the solver more than the
copy.
"""

import time
from collections.abc import Callable, Sequence

import numba
import numpy as np
import pandas as pd
import xarray as xr

from data.rupture.solver.friction import KERNEL
from data.rupture.solver.time_integration import RK_A, Solver
from data.rupture.verification.tpv205 import tpv205


def measure(resolutions: Sequence[float]) -> xr.Dataset:
    """Time the solver on TPV205: see `node_stage_cost`.

    Parameters
    ----------
    resolutions : sequence of float
        Grid spacings (m).

    Returns
    -------
    xarray.Dataset
        `nodes`, `solver` and `copy` (ns per node and stage), `ratio` and `second` (s per simulated second) over
        `resolution` (m).
    """
    costs = pd.DataFrame([node_stage_cost(tpv205(resolution)) for resolution in resolutions])
    costs.index = pd.Index(list(resolutions), name="resolution")
    return costs.to_xarray()


def node_stage_cost(solver: Solver, seconds: float = 0.3) -> dict[str, float]:
    """Time a solver, and a copy of its arrays.

    Parameters
    ----------
    solver : Solver
        With the whole mesh active; advanced on the way.
    seconds : float, optional
        Simulated time of each repeat.

    Returns
    -------
    dict of str to float
        `nodes`; `solver` and `copy` in ns per node and stage; their `ratio`; `second`, the time that a simulated second
        takes (s).
    """
    steps = max(1, round(seconds / solver.dt))
    nodes = solver.field.size // 5
    solver.advance(1)  # compiles
    stage = best_time(lambda: solver.advance(steps)) / (steps * RK_A.size)
    source, target = np.zeros(2 * solver.field.size, np.float32), np.zeros(2 * solver.field.size, np.float32)
    _copy(source, target)
    copies = 20
    copy = best_time(lambda: [_copy(source, target) for _ in range(copies)]) / copies
    return {
        "nodes": nodes,
        "solver": 1e9 * stage / nodes,
        "copy": 1e9 * copy / nodes,
        "ratio": stage / copy,
        "second": stage * RK_A.size / solver.dt,
    }


def best_time(call: Callable[[], None], repeats: int = 7) -> float:
    """Return the shortest of some timings of a call (s), the one least disturbed."""
    timings = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        timings.append(time.perf_counter() - start)
    return min(timings)


@numba.njit(**KERNEL)
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    """Copy a flat array."""
    for i in range(source.size):
        target[i] = source[i]
