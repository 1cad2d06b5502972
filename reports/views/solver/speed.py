"""What a simulation costs, beside a plain copy of the same arrays."""

from collections.abc import Iterator

import numpy as np

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import View, csv
from reports.words import count, fixed, number

ABOUT = (
    "A node-stage is one node through one of the five stages of a time step. Its ratio to a plain copy of the same "
    "arrays, timed in the same run, says how far the solver is from what memory allows."
)
NOTE = (
    "The shortest of some timings of one thread; the copy moves state and register of the same mesh, each read and "
    "written once. A busy machine slows both, the solver more."
)
USUAL = 50  # grid spacing of the catalogues (m)


def show(result: Result) -> Section:
    """Cost on each grid."""
    piece = result.part("speed")
    cells = tuple(
        (
            f"{float(one.resolution):g} m",
            count(float(one["nodes"])),
            *(fixed(float(one[name]), 2) for name in ("solver", "copy")),
            *(number(float(one[name]), 2) for name in ("ratio", "second")),
        )
        for one in (piece.sel(resolution=resolution) for resolution in piece["resolution"].values)
    )
    header = ("grid spacing", "nodes", "ns per node-stage", "ns per node copied", "ratio", "s per simulated second")
    table = Table("Cost", header, cells, NOTE, csv(result, "speed", "resolution"))
    return Section("Speed", "speed", paragraphs=(ABOUT,), tables=(table,))


def verdict(result: Result) -> Iterator[str]:
    """What a node and a simulated second cost on the grid nearest to the usual one."""
    piece = result.part("speed")
    own = piece.isel(resolution=int(np.argmin(np.abs(piece["resolution"].values - USUAL))))
    yield (
        f"At {float(own.resolution):g} m a node costs {number(float(own['solver']), 2)} ns per Runge-Kutta stage, "
        f"{number(float(own['ratio']), 2)} times a copy of the same arrays in the same run, and a simulated second "
        f"{number(float(own['second']), 2)} s of one core."
    )


VIEW = View(show, verdict=verdict)
