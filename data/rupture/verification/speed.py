"""How fast the solver is: `python -m data.rupture.verification.speed [resolution in m ...]`.

The unit is a node-stage: one node of the mesh through one Runge-Kutta stage. Beside it stands a plain copy that moves
the same bytes (state and register, each read and written once), timed in the same run, so that the ratio can be held
against that of another machine. Measure on an idle one: other load slows the solver more than the copy.
"""

import sys
import time
from collections.abc import Callable

import numba
import numpy as np

from data.rupture.solver.friction import KERNEL
from data.rupture.solver.time_integration import RK_A, Solver
from data.rupture.verification.verify import tpv205


@numba.njit(**KERNEL)
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    """Copy a flat array."""
    for i in range(source.size):
        target[i] = source[i]


def best_time(call: Callable[[], None], repeats: int = 7) -> float:
    """Return the shortest of some timings (s), the one least disturbed."""
    timings = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        timings.append(time.perf_counter() - start)
    return min(timings)


def node_stage_cost(solver: Solver, seconds: float = 0.3) -> dict[str, float]:
    """Time a solver against a copy of its arrays.

    Parameters
    ----------
    solver : Solver
        With the whole mesh active; advanced on the way.
    seconds : float, optional
        Simulated time of a repeat.

    Returns
    -------
    dict of str to float
        `nodes`; `solver` and `copy` in ns a node-stage; their `ratio`; `second` of simulated time in s.
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


def main(resolutions: list[str]) -> None:
    """Print a line a resolution."""
    print("resolution    nodes   ns/node-stage   ns/copy   ratio   s per simulated s")
    for resolution in map(float, resolutions or ["100", "50"]):
        cost = node_stage_cost(tpv205(resolution))
        print(
            f"{resolution:8.0f} m {cost['nodes']:8d} {cost['solver']:15.2f} {cost['copy']:9.2f} {cost['ratio']:7.2f}"
            f" {cost['second']:19.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
