"""What a view is: how a page shows one part of a comparison. The file `reports/views/NAME.py` holds it as `VIEW`."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module

import xarray as xr

from bayesnet.contract import Result
from reports import words
from reports.content import Section, Table


@dataclass(frozen=True)
class Column:
    """A value of every fit: where it stands among the parts, and how it is shown."""

    heading: str  # with an arrow that says which way is better; "" where no table of methods shows it
    part: str
    variable: str
    selection: dict[str, str] = field(default_factory=dict)
    show: Callable[[float], str] = words.number
    key: str = ""  # in the summary, by default the name of the variable


PASS, WARN, FAIL = "pass", "warn", "FAIL"


@dataclass(frozen=True)
class Check:
    """One thing that must hold for the numbers of a page to be believed, and whether it does."""

    name: str
    state: str  # PASS, WARN: the reader should know, FAIL: the reader must know before any number
    said: str  # what was found, as a sentence


def _nothing(result: Result) -> tuple:
    return ()


@dataclass(frozen=True)
class View:
    """How a page shows a part. Everything is made from stored arrays alone."""

    show: Callable[[Result], Section | None] = lambda result: None  # figures, tables and sentences of the part
    columns: tuple[Column, ...] = ()  # of the summary and, where they have a heading, of the table of methods
    verdict: Callable[[Result], Iterable[str | Table]] = _nothing  # what to take home, for the head of the page
    checks: Callable[[Result], Iterable[Check]] = _nothing  # for the head of the page too
    folded: bool = False  # few need it: closed until a reader opens it
    numbers_folded: bool = False  # its tables only say what its figures show: closed until a reader opens them
    across: "View | None" = None  # the same for a page about several runs; None where it shows nothing of this part


def view_named(name: str) -> View:
    """The view of a part."""
    return import_module(f"reports.views.{name}").VIEW


def views_of(result: Result) -> dict[str, View]:
    """The views of a page by the name of their part, in the order of the page."""
    names = [name for section in result.study["sections"].values() for name in section]
    views = {name: view_named(name) for name in names}
    if not is_several(result):
        return views
    return {name: view.across for name, view in views.items() if view.across is not None}


def is_several(result: Result) -> bool:
    """Whether a page is about several runs."""
    return bool(result.study.get("runs"))


def methods_of(result: Result) -> list[str]:
    """Names of the methods of a result, of one run its reference first; else in their order."""
    cost = result.part("cost")
    if cost is None:
        return []
    reference = "" if is_several(result) else result.parts.attrs.get("reference", "")
    return sorted((str(method) for method in cost["method"].values), key=lambda method: method != reference)


def fits_of(result: Result) -> list[dict[str, str]]:
    """Selection of every fit among the parts: its `method`, and its `run` where there are several."""
    if not is_several(result):
        return [{"method": method} for method in methods_of(result)]
    made = result.part("cost")["seconds"].notnull()
    pairs = [{"run": run, "method": method} for run in result.study["runs"] for method in methods_of(result)]
    return [pair for pair in pairs if bool(made.sel(pair))]


def many_inputs(result: Result) -> tuple[int, int] | None:
    """How many inputs there are and how many of them a page looks at one by one; None where at all of them."""
    attributes = result.parts.attrs
    return (int(attributes["inputs"]), int(attributes["leading_inputs"])) if "leading_inputs" in attributes else None


def with_shown_inputs(result: Result, rows: xr.Dataset) -> xr.Dataset:
    """Rows of a catalogue with those of their inputs that a page looks at one by one."""
    content = result.part("catalogue")
    return rows if many_inputs(result) is None or content is None else rows.sel(feature=content["feature"].values)


def reference_of(result: Result) -> str:
    """The method that others are compared with."""
    return str(result.parts.attrs["reference"])


def baseline_of(result: Result) -> str:
    """The run that others are compared with."""
    return str(result.parts.attrs["baseline"])


def find(result: Result, part: str, variable: str, selection: dict[str, object]) -> float:
    """One value of a part; NaN where there is no such part, variable or coordinate."""
    group = result.part(part)
    if group is None or variable not in group.data_vars:
        return math.nan
    values = group[variable]
    if any(dim not in values.dims or value not in values[dim].values for dim, value in selection.items()):
        return math.nan
    return float(values.sel(selection))


def value_of(result: Result, column: Column, fit: dict[str, str]) -> float:
    """The value of a column for one fit."""
    return find(result, column.part, column.variable, fit | column.selection)


def csv(result: Result, part: str, *dims: str) -> str:
    """The CSV file of the variables of a part that have these dimensions besides run and method, as a link."""
    return source(result, f"tables/{'-'.join((part, *dims))}.csv")


def source(result: Result, name: str) -> str:
    """A file beside the page as a link, "" where there is none of that name."""
    return name if result.folder / name in result.files else ""


def fits_table(
    result: Result, title: str, columns: Sequence[Column], *, note: str = "", source: str = ""
) -> tuple[Table, ...]:
    """A table with a row for each fit; rows and columns without any value are left out, an empty table too."""
    fits = fits_of(result)
    found = [[value_of(result, column, fit) for column in columns] for fit in fits]
    kept = [i for i in range(len(columns)) if any(not math.isnan(values[i]) for values in found)]
    rows = tuple(
        (*named(fit), *(columns[i].show(values[i]) for i in kept))
        for fit, values in zip(fits, found, strict=True)
        if not all(math.isnan(values[i]) for i in kept)
    )
    header = ("run", "method") if is_several(result) else ("method",)
    return (Table(title, (*header, *(columns[i].heading for i in kept)), rows, note, source),) if rows and kept else ()


def named(fit: dict[str, str]) -> tuple[str, ...]:
    """Run and method of a fit as a reader knows them."""
    return tuple(words.name_of(value) if dim == "method" else value for dim, value in fit.items())


def items_table(
    result: Result,
    title: str,
    part: xr.Dataset,
    variable: str,
    bounds: tuple[str, str],
    *,
    note: str = "",
    source: str = "",
) -> Table:
    """A table of the items of a part (inputs, groups, parameters) by methods, with intervals where there are any.

    `part` has the dimension `method` and one more, and its variables `bounds` are the ends of the intervals.
    """
    (dim,) = set(part[variable].dims) - {"method"}
    cells = []
    for item in part[dim].values:
        row = [str(item)]
        for method in methods_of(result):
            one = part.sel({"method": method, dim: item}) if method in part["method"].values else None
            ends = () if one is None else tuple(float(one[name]) for name in (variable, *bounds))
            row.append(words.interval(*ends) if ends else words.ABSENT)
        cells.append(tuple(row))
    return Table(title, (dim, *map(words.name_of, methods_of(result))), tuple(cells), note, source)
