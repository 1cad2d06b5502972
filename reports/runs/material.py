"""Everything that the report of several runs is written from, and how its tables are made."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from bayesnet.store import load
from data import InputError
from data.files import read_json
from reports.content import Column, Table, find
from reports.differences import Difference, difference
from reports.words import name_of


@dataclass(frozen=True)
class RunsMaterial:
    """The stored comparison of several runs."""

    comparison: xr.DataTree  # see `bayesnet.compare_runs`
    study: dict  # its name, question and the folders of its runs
    files: tuple[Path, ...] = ()  # beside the report
    folder: Path = Path()

    @property
    def runs(self) -> dict[str, dict]:
        """What is stored of each run, by its name: settings, catalogue and folder."""
        return json.loads(self.comparison.attrs["runs"])

    @property
    def baseline(self) -> str:
        """The run that others are held against."""
        return str(self.comparison.attrs["baseline"])

    @property
    def methods(self) -> list[str]:
        """Names of the methods of any run."""
        return [str(method) for method in self.comparison["scores"]["method"].values]

    def fits(self) -> list[tuple[str, str]]:
        """Run and method of every fit."""
        known = self.comparison["scores"]["value"].notnull().any("metric")
        return [(run, m) for run in self.runs for m in self.methods if bool(known.sel({"run": run, "method": m}))]

    def find(self, group: str, variable: str, run: str, method: str, **selection: str) -> float:
        """One number; NaN where there is none."""
        return find(self.comparison, group, variable, {"run": run, "method": method, **selection})

    def source(self, name: str) -> str:
        """A file beside the report as a link, "" where there is none of that name."""
        return name if self.folder / name in self.files else ""

    def csv(self, name: str) -> str:
        """The csv file of a table of `reports.runs.tables.RUN_TABLES` as a link."""
        return self.source(f"tables/{name}.csv")

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        source: str = "",
        note: str = "",
    ) -> tuple[Table, ...]:
        """A table of fits by figures; columns without any number are left out, a table without columns too."""
        fits = self.fits()
        found = [
            [self.find(column.group, column.variable, run, method, **column.selection) for column in columns]
            for run, method in fits
        ]
        kept = [i for i in range(len(columns)) if any(not math.isnan(values[i]) for values in found)]
        rows = tuple(
            (run, name_of(method), *(columns[i].show(values[i]) for i in kept))
            for (run, method), values in zip(fits, found, strict=True)
            if not all(math.isnan(values[i]) for i in kept)
        )
        header = ("run", "method", *(columns[i].heading for i in kept))
        return (Table(title, header, rows, note, source),) if rows and kept else ()


def changes(material: RunsMaterial, method: str, metric: str) -> dict[str, Difference]:
    """Changes of a score from the baseline, by the name of the run, of the runs that have the method."""
    others = [run for run in material.runs if run != material.baseline]
    pair = {"method": method, "other": material.baseline}
    found = {run: difference(material.comparison, metric, pair | {"run": run}) for run in others}
    return {run: change for run, change in found.items() if not math.isnan(change.value)}


def read_material(folder: Path) -> RunsMaterial:
    """Read the comparison of several runs from its folder.

    Raises
    ------
    InputError
        Where its files are missing or damaged.
    """
    try:
        comparison = load(folder / "comparison.nc")
        study = read_json(folder / "study.json")
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} must hold a finished comparison of runs (comparison.nc and study.json), got: {error}; "
            "make one with: bayesnet compare"
        ) from error
    kinds = ("*.nc", "*.json", "*.csv", "tables/*.csv")
    files = tuple(sorted(path for kind in kinds for path in folder.glob(kind)))
    return RunsMaterial(comparison, study, files, folder)


def flat(settings: dict, prefix: str = "") -> dict[str, object]:
    """Nested settings under one name each: `network.hidden`."""
    out: dict[str, object] = {}
    for key, value in settings.items():
        out |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return out
