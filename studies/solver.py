"""Is the rupture solver right? Its verification, piece by piece, and a report of what passed."""

import json
import math
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import xarray as xr
from rich.console import Console

from bayesnet.store import provenance, save
from data.files import fingerprint, write_text
from reports.solver import PIECES, build_report, summarise, write_tables
from studies.question import Question
from studies.study import say, stored_tree


@dataclass(frozen=True)
class Scale:
    """How much is simulated; the time goes into the finest grid, the plane pulses and the labels."""

    nodes: tuple[int, ...] = (41, 81, 161, 321)  # of the differentiated sine
    noises: int = 3  # around the locked bump, at each CFL number
    spacings: tuple[float, ...] = (0.1, 0.05, 0.025)  # of the plane pulse's grids (km)
    resolutions: tuple[float, ...] = (200.0, 100.0, 50.0, 25.0, 12.5)  # of TPV205 (m)
    heights: tuple[float, ...] = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)  # of the barrier lowered (km)
    example: float = 50.0  # grid spacing of the two examples (m)
    frames: int = 81  # of their films of 8 s
    rows: int = 400  # of the embedded catalogue whose labels are simulated again ...
    remade: int = 40  # ... and how many of them on the catalogue's own grid too
    timed: tuple[float, ...] = (100.0, 50.0, 25.0)  # grids whose cost is measured (m)


FULL = Scale()
QUICK = Scale(
    spacings=(0.1, 0.05),
    resolutions=(200.0, 100.0, 50.0),
    heights=(0.1, 0.01, 0.001),
    example=100.0,
    frames=41,
    rows=40,
    remade=4,
    timed=(100.0, 50.0),
)

CFLS = (0.9, 1.0)  # of the locked bump: the catalogue's, and a larger one
ANGLES = (0.0, 1.1, math.pi / 2, -2.0)  # directions of the plane pulse from the fault (rad)
STATIONS = (5.0, 10.0)  # where the front of TPV205 is timed (km)
LABEL_GRIDS = (100.0, 50.0, 25.0)  # the coarser, the catalogue's own, and one to judge rows that differ (m)
FILM = 8.0  # how long the examples, and the barrier that is lowered, run (s)


@dataclass(frozen=True)
class SolverStudy(Question):
    """The question whether the solver solves its equations, asked in pieces."""

    name: str = "solver"  # how the command line calls it, and its folder of results
    question: str = "Does the rupture solver solve its equations, and do labels depend on its grid?"
    seed: int = 0  # of the noise, and of the rows drawn
    quick: bool = False  # coarser grids and fewer rows: shows that all works

    def run(self, out: Path, *, fresh: bool, console: Console) -> None:
        """Make every piece that is not stored yet, then tables, summary and report.

        Parameters
        ----------
        out : Path
            Folder of the results: a `.nc` file a piece, `tables/*.csv`, `summary.json`, `study.json`, `report.html`.
        fresh : bool
            Make pieces again even where stored ones have the same settings.
        console : rich.console.Console
            Where a line a piece is shown.
        """
        scale = QUICK if self.quick else FULL
        wanted = arguments(scale, self.seed)
        pieces = {name: _piece(name, wanted[name], out / f"{name}.nc", fresh, console) for name in PIECES}
        made = {name: piece.attrs["fingerprint"] for name, piece in pieces.items()}
        study = {"kind": "solver", **asdict(self), "pieces": made}
        write_text(json.dumps(study, indent=2) + "\n", out / "study.json")
        write_tables(pieces, out / "tables")
        summary = summarise(pieces, asdict(self))
        write_text(json.dumps(summary, indent=2, allow_nan=False) + "\n", out / "summary.json")
        say(console, f"{build_report(out)}: written")


STUDY = SolverStudy()


def arguments(scale: Scale, seed: int) -> dict[str, dict]:
    """What each function of `data.rupture.verification.evidence` is called with: the settings of its piece."""
    return {
        "operators": {"nodes": scale.nodes},
        "energy": {"cfls": CFLS, "noises": scale.noises, "seed": seed},
        "exact": {"spacings": scale.spacings, "angles": ANGLES},
        "tpv205": {"resolutions": scale.resolutions, "stations": STATIONS},
        "barrier": {"heights": scale.heights, "time": FILM},
        "ruptures": {"resolution": scale.example, "duration": FILM, "frames": scale.frames},
        "labels": {"rows": scale.rows, "remade": scale.remade, "resolutions": LABEL_GRIDS, "seed": seed},
        "speed": {"resolutions": scale.timed},
    }


def _piece(name: str, settings: dict, path: Path, fresh: bool, console: Console) -> xr.Dataset:
    """A piece: the stored one where its settings are the same, else a new one, stored at once."""
    expected = fingerprint({"piece": name} | settings)
    stored = None if fresh else stored_tree(path, expected)
    if stored is not None:
        say(console, f"{name}: stored piece of {stored.attrs['created']}")
        return stored.to_dataset()
    # imported here: the solver sets an option of LLVM for the whole process, see studies.simulate
    from data.rupture.verification import evidence

    start = time.perf_counter()
    piece = getattr(evidence, name)(**settings)
    seconds = time.perf_counter() - start
    piece.attrs |= {
        "settings": json.dumps(settings),
        "fingerprint": expected,
        "seconds": seconds,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **provenance(),
    }
    save(xr.DataTree(piece), path)
    say(console, f"{name}: {seconds:.1f} s")
    return piece
