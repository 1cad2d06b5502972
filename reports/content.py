"""What a page is made of: sections of text, tables and images, as data that the templates render."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xarray as xr

from reports import words
from reports.figures import Run

SHORT = 14  # characters of a cell that is never broken


@dataclass(frozen=True)
class Table:
    """Cells as they are shown; the first column heads the rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""  # what to read from it, and what a dash means here
    source: str = ""  # file beside the report that holds the numbers in full, "" for none

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of each column: "text" for sentences, "word" for short words, which stand left too, "" for numbers."""
        return tuple(map(self._kind, range(len(self.header))))

    def _kind(self, position: int) -> str:
        cells = self.column(position)
        if self.header[position] and not any(map(_is_text, cells)):
            return ""
        return "word" if max((len(cell) for cell in cells), default=0) <= SHORT else "text"

    def column(self, position: int) -> list[str]:
        """The cells below a heading."""
        return [row[position] for row in self.rows]


@dataclass(frozen=True)
class Image:
    """A drawn figure, as it stands in the page."""

    name: str
    title: str
    address: str  # a data: URI, so that nothing is fetched
    caption: str
    alt: str
    width: int  # pixels, as drawn
    height: int
    source: str = ""  # as of a table
    moving: bool = False  # shown neither on paper nor to who asks for less motion


@dataclass(frozen=True)
class Section:
    """A part of the page; one inside another is shown as details to be opened."""

    title: str
    anchor: str  # its id: letters and hyphens
    paragraphs: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()  # what must not be overlooked
    tables: tuple[Table, ...] = ()
    images: tuple[Image, ...] = ()
    details: tuple["Section", ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Material:
    """Everything that a report is written from."""

    run: Run
    study: dict = field(default_factory=dict)  # settings of the run; empty where they are not stored
    findings: list[dict] | None = None  # of the audit; None where there was none
    files: tuple[Path, ...] = ()  # of the run
    folder: Path = Path()  # that the files lie in

    @property
    def comparison(self) -> xr.DataTree:
        """What was compared."""
        return self.run.comparison

    @property
    def methods(self) -> list[str]:
        """Names of the methods, in the order of the run."""
        return methods_of(self.comparison)

    @property
    def reference(self) -> str:
        """The method that others are held against."""
        return self.comparison.attrs["reference"]

    def source(self, name: str) -> str:
        """A file beside the report as a link, "" where there is none of that name."""
        return name if self.folder / name in self.files else ""

    def csv(self, name: str) -> str:
        """The csv file of a table of `reports.tables.TABLES` as a link."""
        return self.source(f"tables/{name}.csv")


@dataclass(frozen=True)
class Column:
    """A figure of every method: where it stands in the comparison, and how it is shown."""

    heading: str
    group: str
    variable: str
    selection: dict[str, str] = field(default_factory=dict)
    show: Callable[[float], str] = words.number


def _is_text(cell: str) -> bool:
    """Whether a cell is more than a number: also dates and checksums, which begin with a digit."""
    number = cell.startswith((*"0123456789", words.ABSENT, words.MINUS))
    return not number or len(cell) > 40 or any(len(word) > SHORT for word in cell.split())


def methods_of(comparison: xr.DataTree) -> list[str]:
    """Names of the methods of a comparison, in the order of the run."""
    return [str(method) for method in comparison["scores"]["method"].values]


def find(comparison: xr.DataTree, group: str, variable: str, selection: dict[str, str]) -> float:
    """One number of a comparison; NaN where there is no such group, variable or coordinate."""
    if group not in comparison.children or variable not in comparison[group].data_vars:
        return math.nan
    values = comparison[group][variable]
    if any(value not in values[name].values for name, value in selection.items()):
        return math.nan
    return float(values.sel(selection))


def method_table(
    material: Material, title: str, columns: Sequence[Column], *, source: str = "", note: str = ""
) -> tuple[Table, ...]:
    """A table of methods by figures; rows and columns without any number are left out, a table without rows too."""
    found = {
        method: [
            find(material.comparison, column.group, column.variable, {"method": method} | column.selection)
            for column in columns
        ]
        for method in material.methods
    }
    kept = [i for i in range(len(columns)) if any(not math.isnan(values[i]) for values in found.values())]
    rows = tuple(
        (words.name_of(method), *(columns[i].show(values[i]) for i in kept))
        for method, values in found.items()
        if not all(math.isnan(value) for value in values)
    )
    header = ("method", *(columns[i].heading for i in kept))
    return (Table(title, header, rows, note, source),) if rows else ()


def pairs_table(title: str, pairs: Sequence[tuple[str, str]], *, source: str = "") -> Table:
    """A table of things and what they are."""
    return Table(title, ("", ""), tuple(pairs), source=source)
