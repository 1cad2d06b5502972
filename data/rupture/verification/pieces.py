"""The pieces of evidence that the verification of the solver consists of: what each measures, and with which settings.

Reading this list does not load the solver; only `Piece.measure` does (see `data.rupture`).
"""

import math

from data.pieces import Arguments, Piece


def _piece(name: str, **settings: Arguments | bool) -> Piece:
    """A piece that the function `measure` of the module of that name in this package measures."""
    return Piece(name, f"{__package__}.{name}", **settings)


#: All pieces in the order in which they are measured. With full settings most of the time goes into the finest grids
#: of `tpv205` and `exact`, and into `labels`.
PIECES = (
    _piece(
        "operators",
        full={"nodes": (41, 81, 161, 321)},  # of the differentiated sine
    ),
    _piece(
        "energy",
        full={
            "cfls": (0.9, 1.0),  # that of the catalogue, and a larger one
            "noises": 3,  # random fields at each CFL number
        },
        seeded=True,
    ),
    _piece(
        "exact",
        full={
            "spacings": (0.1, 0.05, 0.025),  # of the grids of the plane pulse (km)
            "angles": (0.0, 1.1, math.pi / 2, -2.0),  # its directions of travel from the fault (rad)
        },
        quick={"spacings": (0.1, 0.05)},
    ),
    _piece(
        "tpv205",
        full={
            "resolutions": (200.0, 100.0, 50.0, 25.0, 12.5),  # grid spacings (m)
            "stations": (5.0, 10.0),  # where the front is timed (km)
        },
        quick={"resolutions": (200.0, 100.0, 50.0)},
    ),
    _piece(
        "barrier",
        full={
            "heights": (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001),  # of the lowered barrier (km)
            "time": 8.0,  # when slip is compared (s)
        },
        quick={"heights": (0.1, 0.01, 0.001)},
    ),
    _piece(
        "ruptures",
        full={
            "resolution": 50.0,  # grid spacing of both examples (m)
            "duration": 8.0,  # of their films (s)
            "frames": 81,
        },
        quick={"resolution": 100.0, "frames": 41},
    ),
    _piece(
        "labels",
        full={
            "rows": 400,  # of the embedded catalogue that are simulated again on the coarser grid ...
            "remade": 40,  # ... and how many of them on the catalogue's own grid too
            "resolutions": (100.0, 50.0, 25.0),  # coarser grid, own grid, and a finer one for rows that differ (m)
        },
        quick={"rows": 40, "remade": 4},
        seeded=True,
    ),
    _piece(
        "speed",
        full={"resolutions": (100.0, 50.0, 25.0)},  # grids whose cost is measured (m)
        quick={"resolutions": (100.0, 50.0)},
    ),
)
