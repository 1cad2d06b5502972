"""A piece of evidence of a study that measures in pieces: what measures it, and with which settings.

Reading a list of pieces does not load what measures them; only `Piece.measure` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

import xarray as xr

Arguments = Mapping[str, object]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence: the function that measures it, and its settings."""

    name: str  # of the file that stores it
    module: str  # whose function `measure` measures it
    full: Arguments  # arguments of `measure`
    quick: Arguments = field(default_factory=dict)  # those that differ where only little is measured
    seeded: bool = False  # whether `measure` takes a seed too

    def settings(self, *, quick: bool, seed: int) -> dict[str, object]:
        """Return the arguments of `measure`."""
        return {**self.full, **(self.quick if quick else {}), **({"seed": seed} if self.seeded else {})}

    def measure(self, settings: Arguments) -> xr.Dataset:
        """Measure the piece with these settings; this loads what measures it."""
        return import_module(self.module).measure(**settings)
