"""How fast are the samplers beside PyMC's at their defaults? A benchmark in pieces, and a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import xarray as xr
from rich.console import Console

from bayesnet.speed.pieces import PIECES, pieces_here
from bayesnet.speed.targets import targets, together
from reports.words import listed
from studies import QUESTIONS
from studies.pieces import PieceStudy, stored_derived, stored_or_measured
from studies.question import say

DERIVED = {"samplers": together, "targets": targets}  # what follows from the pieces, each also from those before it


@dataclass(frozen=True)
class SpeedStudy(PieceStudy):
    """The question how fast the toolkit is, asked in pieces."""

    name: str = "speed"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["speed"]
    seed: int = 0  # of the samplers, and of what is made up
    quick: bool = False  # a smaller network and fewer draws: shows that all works

    title: ClassVar[str] = "Speed"
    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Targets": ("speed.targets",),
        "Samplers": ("speed.samplers",),
        "Gradients": ("speed.gradients",),
        "Predictions and importance": ("speed.predictions",),
        "Growth": ("speed.growth",),
    }

    def files(self) -> list[str]:
        """One for each piece, and for what follows from them."""
        return [f"{name}.nc" for name in (*DERIVED, *(piece.name for piece in PIECES))]

    def measured(self, out: Path, *, fresh: bool, console: Console) -> dict[str, xr.Dataset]:
        """Measure every piece of what is installed, and derive what follows from them."""
        pieces = stored_or_measured(pieces_here(), out, quick=self.quick, seed=self.seed, fresh=fresh, console=console)
        for name, derive in DERIVED.items():
            pieces[name] = stored_derived(derive(pieces), name, pieces, out)
        missing = pieces["samplers"].attrs["missing"]
        if missing:
            say(console, f"left out, because not installed: {missing}")
        return pieces

    def made_from(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the head of the page."""
        samplers = pieces["samplers"]
        return f"{listed([str(name) for name in samplers['sampler'].values])}; {samplers.sizes['repeat']} repeats"

    def found(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """How many targets are met."""
        met = pieces["targets"]["passed"]
        return f"{int(met.sum())} of {met.size} targets are met"


STUDY = SpeedStudy()
