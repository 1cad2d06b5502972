"""How fast are the samplers beside PyMC's at their defaults? A benchmark in pieces, and a report."""

from dataclasses import dataclass
from pathlib import Path

import xarray as xr
from rich.console import Console

from bayesnet.contract import Result
from bayesnet.results import STUDY as STUDY_FILE
from bayesnet.speed.pieces import PIECES, pieces_here
from bayesnet.speed.targets import targets, together
from data.written import claimed
from reports.page import REPORT
from reports.words import listed
from studies import QUESTIONS
from studies.pieces import stored_derived, stored_or_measured
from studies.question import Question, finish, say, settings_of

DERIVED = {"samplers": together, "targets": targets}  # what follows from the pieces, each also from those before it
SECTIONS = {
    "Targets": ["speed.targets"],
    "Samplers": ["speed.samplers"],
    "Gradients": ["speed.gradients"],
    "Predictions and importance": ["speed.predictions"],
    "Growth": ["speed.growth"],
}


@dataclass(frozen=True)
class SpeedStudy(Question):
    """The question how fast the toolkit is, asked in pieces."""

    name: str = "speed"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["speed"]
    seed: int = 0  # of the samplers, and of what is made up
    quick: bool = False  # a smaller network and fewer draws: shows that all works

    def run(self, out: Path, *, fresh: bool, console: Console) -> Result:
        """Measure every piece that is not stored yet, then write tables, summary and report.

        Parameters
        ----------
        out : Path
            Folder of the results: one `.nc` file for each piece and for what follows from them, `tables/*.csv`,
            `study.json`, `report.html`.
        fresh : bool
            Measure pieces again even where stored ones have the same settings.
        console : rich.console.Console
            Where one line is shown for each piece.
        """
        files = [STUDY_FILE, REPORT, *(f"{name}.nc" for name in (*DERIVED, *(piece.name for piece in PIECES)))]
        with claimed(out, files, settings_of(self, "question"), fresh=fresh):
            return self._run(out, fresh, console)

    def _run(self, out: Path, fresh: bool, console: Console) -> Result:
        pieces = stored_or_measured(pieces_here(), out, quick=self.quick, seed=self.seed, fresh=fresh, console=console)
        for name, derive in DERIVED.items():
            pieces[name] = stored_derived(derive(pieces), name, pieces, out)
        missing = pieces["samplers"].attrs["missing"]
        if missing:
            say(console, f"left out, because not installed: {missing}")
        study = self.stored() | {
            "title": "Speed",
            "made_from": _made_from(pieces["samplers"]),
            "settings": settings_of(self),
            "pieces": {name: piece.attrs["fingerprint"] for name, piece in pieces.items()},
            "sections": SECTIONS,
        }
        result = finish(out, study, None, console)
        met = pieces["targets"]["passed"]
        say(console, f"{int(met.sum())} of {met.size} targets are met")
        return result


STUDY = SpeedStudy()


def _made_from(samplers: xr.Dataset) -> str:
    """One line for the head of the page."""
    names = [str(name) for name in samplers["sampler"].values]
    return f"{listed(names)}; {samplers.sizes['repeat']} repeats"
