"""What figures are drawn from, and what the report must know of each figure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.store import load
from data import InputError


@dataclass(frozen=True)
class Run:
    """The stored files of a run."""

    comparison: xr.DataTree
    fits: dict[str, xr.DataTree]
    catalogue: xr.Dataset

    def part(self, name: str) -> xr.Dataset | None:
        """A group of the comparison, None where the run has none of that name."""
        return self.comparison[name].to_dataset() if name in self.comparison.children else None

    @property
    def reference(self) -> str:
        """The method that others are held against."""
        return str(self.comparison.attrs["reference"])

    @property
    def reference_converged(self) -> bool:
        """Whether its own diagnostics let one believe the reference; not where they are missing."""
        part = self.part("diagnostics")
        return part is not None and bool(part["converged"].sel({"method": self.reference}) == 1)


@dataclass(frozen=True)
class FigureSpec:
    """A figure of the report."""

    name: str  # safe in a file name
    section: str  # data, fits, predictions, agreement, weights or importance
    title: str
    draw: Callable[[Run], Figure | None]  # None where the run does not have what it takes
    caption: Callable[[Run], str]  # what to see in it; only asked for where the figure was drawn
    alt: Callable[[Run], str]
    table: str | None  # key of reports.tables.TABLES that holds its numbers
    dense: bool = False  # thousands of points: a PNG is smaller than an SVG


def drawn(run: Run, group: str, draw: Callable[[xr.Dataset], Figure]) -> Figure | None:
    """A figure of one group of the comparison, None where the run has no such group."""
    part = run.part(group)
    return None if part is None else draw(part)


def load_run(folder: Path) -> Run:
    """Load the files of a run.

    Parameters
    ----------
    folder : Path
        With `comparison.nc`, `catalogue.nc` and a `<method>.nc` for each method of the comparison.

    Raises
    ------
    InputError
        Where one of them is missing or damaged.
    """
    _look_for(folder, "comparison.nc", "catalogue.nc")
    try:
        comparison = load(folder / "comparison.nc")
        methods = [str(method) for method in comparison["run"]["method"].values]
        run = Run(
            comparison=comparison,
            fits={method: load(folder / f"{method}.nc") for method in methods},
            catalogue=load(folder / "catalogue.nc").to_dataset(),
        )
    except OSError as error:
        raise InputError(
            f"{folder} must hold a finished run (comparison.nc, catalogue.nc and a .nc file a method), got: {error}; "
            "make one with: bayesnet run"
        ) from error
    if not _belong_together(run):
        raise InputError(
            f"{folder} must hold a finished run, got a comparison of other fits than lie beside it: a run was started "
            "again there and not finished; give the same command once more"
        )
    return run


def _look_for(folder: Path, *names: str) -> None:
    """Refuse a folder without these files, and say where they may be meant."""
    missing = next((name for name in names if not (folder / name).is_file()), "")
    if missing:
        runs = sorted(str(path.parent) for path in folder.glob("*/catalogue.nc"))
        advice = f"its runs are {', '.join(runs)}" if runs else "make one with: bayesnet run"
        raise InputError(f"{folder} must hold a finished run, got no {missing} there; {advice}")


def fits_of(fits: Mapping[str, xr.DataTree]) -> str:
    """What a comparison stores of the fits that it was made from, to know them again."""
    return json.dumps(
        {method: [fit.attrs.get("fingerprint"), fit.attrs.get("created")] for method, fit in fits.items()}
    )


def _belong_together(run: Run) -> bool:
    """Whether the comparison was made from these very fits of this very catalogue."""
    stored = run.comparison.attrs
    return stored.get("fits") == fits_of(run.fits) and stored["catalogue_checksum"] == run.catalogue.attrs["checksum"]
