"""Pieces of a study that measures in pieces: each is stored as soon as it is measured, and used again."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xarray as xr
from rich.console import Console

from bayesnet.store import provenance, save
from data.files import fingerprint
from data.pieces import Piece
from studies.question import say, stored_tree


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
