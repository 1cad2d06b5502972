"""Is the rupture solver right? Its verification, piece by piece, and a report of what passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import xarray as xr
from rich.console import Console

from data.rupture.verification.checks import check_table
from data.rupture.verification.pieces import PIECES
from reports.words import listed
from studies import QUESTIONS
from studies.pieces import PieceStudy, stored_derived, stored_or_measured


@dataclass(frozen=True)
class SolverStudy(PieceStudy):
    """The question whether the solver solves its equations, asked in pieces."""

    name: str = "solver"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["solver"]
    seed: int = 0  # of the noise, and of the rows drawn
    quick: bool = False  # coarser grids and fewer rows: shows that all works

    title: ClassVar[str] = "The rupture solver"
    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Checks": ("solver.checks",),
        "Operators": ("solver.operators",),
        "Energy and exact solutions": ("solver.exact",),
        "TPV205": ("solver.tpv205",),
        "Barrier": ("solver.barrier",),
        "Ruptures": ("solver.ruptures",),
        "Labels": ("solver.labels",),
        "Speed": ("solver.speed",),
    }

    def files(self) -> list[str]:
        """One for each piece, and the checks."""
        return ["checks.nc", *(f"{piece.name}.nc" for piece in PIECES)]

    def measured(self, out: Path, *, fresh: bool, console: Console) -> dict[str, xr.Dataset]:
        """Measure every piece, and check them."""
        pieces = stored_or_measured(PIECES, out, quick=self.quick, seed=self.seed, fresh=fresh, console=console)
        return pieces | {"checks": stored_derived(check_table(pieces), "checks", pieces, out)}

    def made_from(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the head of the page."""
        grids = listed([f"{resolution:g}" for resolution in pieces["tpv205"]["resolution"].values])
        checks, rows = pieces["checks"].sizes["check"], pieces["labels"].sizes["row"]
        return f"{checks} checks; grids of {grids} m; {rows} rows of the embedded catalogue"

    def found(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """How many checks are passed."""
        passed = pieces["checks"]["passed"]
        return f"{int(passed.sum())} of {passed.size} checks are passed"


STUDY = SolverStudy()
