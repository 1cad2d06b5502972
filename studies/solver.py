"""Is the rupture solver right? Its verification, piece by piece, and a report of what passed."""

from dataclasses import dataclass
from pathlib import Path

import xarray as xr
from rich.console import Console

from bayesnet.contract import Result
from bayesnet.results import STUDY as STUDY_FILE
from data.rupture.verification.checks import check_table
from data.rupture.verification.pieces import PIECES
from data.written import claimed
from reports.page import REPORT
from reports.words import listed
from studies import QUESTIONS
from studies.pieces import stored_derived, stored_or_measured
from studies.question import Question, finish, say, settings_of

SECTIONS = {
    "Checks": ["solver.checks"],
    "Operators": ["solver.operators"],
    "Energy and exact solutions": ["solver.exact"],
    "TPV205": ["solver.tpv205"],
    "Barrier": ["solver.barrier"],
    "Ruptures": ["solver.ruptures"],
    "Labels": ["solver.labels"],
    "Speed": ["solver.speed"],
}


@dataclass(frozen=True)
class SolverStudy(Question):
    """The question whether the solver solves its equations, asked in pieces."""

    name: str = "solver"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["solver"]
    seed: int = 0  # of the noise, and of the rows drawn
    quick: bool = False  # coarser grids and fewer rows: shows that all works

    def run(self, out: Path, *, fresh: bool, console: Console) -> Result:
        """Measure every piece that is not stored yet, then write tables, summary and report.

        Parameters
        ----------
        out : Path
            Folder of the results: one `.nc` file for each piece and for the checks, `tables/*.csv`, `study.json`,
            `report.html`.
        fresh : bool
            Measure pieces again even where stored ones have the same settings.
        console : rich.console.Console
            Where one line is shown for each piece.
        """
        files = [STUDY_FILE, REPORT, "checks.nc", *(f"{piece.name}.nc" for piece in PIECES)]
        with claimed(out, files, settings_of(self, "question"), fresh=fresh):
            return self._run(out, fresh, console)

    def _run(self, out: Path, fresh: bool, console: Console) -> Result:
        pieces = stored_or_measured(PIECES, out, quick=self.quick, seed=self.seed, fresh=fresh, console=console)
        pieces["checks"] = checks = stored_derived(check_table(pieces), "checks", pieces, out)
        study = self.stored() | {
            "title": "The rupture solver",
            "made_from": _made_from(pieces, checks),
            "settings": settings_of(self),
            "pieces": {name: piece.attrs["fingerprint"] for name, piece in pieces.items()},
            "sections": SECTIONS,
        }
        result = finish(out, study, None, console)
        say(console, f"{int(checks['passed'].sum())} of {checks.sizes['check']} checks are passed")
        return result


STUDY = SolverStudy()


def _made_from(pieces: dict[str, xr.Dataset], checks: xr.Dataset) -> str:
    """One line for the head of the page."""
    grids = listed([f"{resolution:g}" for resolution in pieces["tpv205"]["resolution"].values])
    rows = pieces["labels"].sizes["row"]
    return f"{checks.sizes['check']} checks; grids of {grids} m; {rows} rows of the embedded catalogue"
