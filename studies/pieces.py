"""Studies that measure in pieces: each piece is stored as soon as it is measured, and used again."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import xarray as xr
from rich.console import Console

from bayesnet.contract import Result
from bayesnet.results import STUDY, failures
from bayesnet.store import provenance, save
from data.files import fingerprint
from data.pieces import Piece
from data.written import claimed
from reports.page import REPORT
from studies.many import refuse_failures
from studies.question import Question, finish, say, settings_of, stored_tree

HIDDEN = ("question", "workers")  # fields that determine no result


class PieceStudy(Question):
    """A question that is asked in pieces, each a dataset of its own, which its page shows under the same name."""

    title: ClassVar[str]  # of the page
    sections: ClassVar[Mapping[str, tuple[str, ...]]]  # of the page -> its views
    growing: ClassVar[tuple[str, ...]] = ()  # fields of which other values add to what is stored and change none of it

    def files(self) -> list[str]:
        """Names of all that `measured` stores."""
        raise NotImplementedError

    def measured(self, out: Path, *, fresh: bool, console: Console) -> dict[str, xr.Dataset]:
        """Return the pieces by name, each stored in `out` as NAME.nc; those that are stored already are used."""
        raise NotImplementedError

    def made_from(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the head of the page."""
        raise NotImplementedError

    def found(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the end of the run."""
        raise NotImplementedError

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
            Where progress is shown.

        Raises
        ------
        InputError
            After the report is written, where computations failed that it is then without.
        """
        with claimed(out, [STUDY, REPORT, *self.files()], settings_of(self, *HIDDEN, *self.growing), fresh=fresh):
            pieces = self.measured(out, fresh=fresh, console=console)
            study = self.stored() | {
                "title": self.title,
                "made_from": self.made_from(pieces),
                "settings": settings_of(self, "workers"),
                "pieces": {name: piece.attrs["fingerprint"] for name, piece in pieces.items()},
                "sections": {title: list(views) for title, views in self.sections.items()},
            }
            result = finish(out, study, None, console)
            say(console, self.found(pieces))
            refuse_failures({name: words for piece in pieces.values() for name, words in failures(piece).items()})
            return result


def stored_or_measured(
    pieces: Sequence[Piece], out: Path, *, quick: bool, seed: int, fresh: bool, console: Console
) -> dict[str, xr.Dataset]:
    """Return every piece by its name: the stored one where its settings are the same, else one measured and stored."""
    return {
        piece.name: _stored_or_measured(
            piece, piece.settings(quick=quick, seed=seed), out / f"{piece.name}.nc", fresh, console
        )
        for piece in pieces
    }


def stored_derived(derived: xr.Dataset, name: str, pieces: Mapping[str, xr.Dataset], out: Path) -> xr.Dataset:
    """Store what follows from pieces beside them, under a name of its own, and return it."""
    derived.attrs["fingerprint"] = fingerprint({name: piece.attrs["fingerprint"] for name, piece in pieces.items()})
    save(xr.DataTree(derived), out / f"{name}.nc")
    return derived


def _stored_or_measured(piece: Piece, settings: dict, path: Path, fresh: bool, console: Console) -> xr.Dataset:
    """Return the stored piece where its settings are the same, else a new one, which is stored at once."""
    expected = fingerprint({"piece": piece.name} | settings)
    stored = None if fresh else stored_tree(path, expected, console)
    if stored is not None:
        say(console, f"{piece.name}: stored piece of {stored.attrs['created']}")
        return stored.to_dataset()
    start = time.perf_counter()
    measured = piece.measure(settings)
    seconds = time.perf_counter() - start
    measured.attrs |= {
        "settings": json.dumps(settings),
        "fingerprint": expected,
        "seconds": seconds,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **provenance(),
    }
    save(xr.DataTree(measured), path)
    say(console, f"{piece.name}: {seconds:.1f} s")
    return measured
