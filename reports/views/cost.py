"""What each fit is, and what it cost."""

import json
from collections.abc import Iterator

from bayesnet.contract import Result
from bayesnet.methods import METHODS
from reports.content import Section, Table, pairs_table
from reports.view import Column, View, methods_of, source
from reports.words import ABSENT, duration, name_of

COLUMNS = (Column("time ↓", "cost", "seconds", show=duration),)


def show(result: Result) -> Section:
    """The methods with their draws and times, and their settings."""
    return Section(
        "Methods",
        "cost",
        paragraphs=(str(result.study.get("about", "")),),
        tables=(_overview(result),),
        details=(Section("Settings of the methods", "settings", tables=tuple(_settings(result))),),
    )


def _overview(result: Result) -> Table:
    cells = []
    for method, fit in result.fits.items():
        sizes, kind = fit["posterior"].sizes, fit.attrs["method"]
        about = METHODS[kind].about if kind in METHODS else kind
        draws = f"{sizes['chain']} of {sizes['draw']}" if sizes["chain"] * sizes["draw"] > 1 else ABSENT
        processors = str(fit.attrs.get("processors", ABSENT))
        cells.append((name_of(method), about, draws, duration(float(fit.attrs["seconds"])), processors))
    header = ("method", "what it is", "chains of draws", "time", "processors")
    note = "A point estimate has no draws. Processors are those that the fit could use."
    return Table("What was fitted", header, tuple(cells), note, source(result, "summary.csv"))


def _settings(result: Result) -> Iterator[Table]:
    for method in methods_of(result):
        attributes = result.fits[method].attrs
        config = [(key, str(value)) for key, value in json.loads(attributes["config"]).items()]
        yield pairs_table(f"Settings of {name_of(method)}", [*config, ("seed", str(attributes["seed"]))])


VIEW = View(show, COLUMNS, across=View(columns=COLUMNS))
