"""Everything that the report of the rupture solver is written from."""

from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from data.rupture.verification.checks import Check, checks


@dataclass(frozen=True)
class Evidence:
    """Everything that the report is written from."""

    pieces: dict[str, xr.Dataset]  # by the names in `data.rupture.verification.pieces.PIECES`
    study: dict  # settings of the study
    files: tuple[Path, ...] = ()
    folder: Path = Path()

    def csv(self, name: str) -> str:
        """The csv file of a table as a link, "" where there is none."""
        return f"tables/{name}.csv" if self.folder / "tables" / f"{name}.csv" in self.files else ""

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks, in their order."""
        return tuple(check for group in checks(self.pieces).values() for check in group)

    @property
    def rows(self) -> int:
        """Rows of the embedded catalogue that were simulated again."""
        return self.pieces["labels"].sizes["row"]
