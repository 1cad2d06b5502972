"""How close the predictions of every fit of several runs are to those of the baseline's reference."""

from dataclasses import replace

from bayesnet.contract import Result
from reports.content import Section
from reports.view import Column, View, baseline_of, csv, fits_table
from reports.views import agreement
from reports.words import name_of

COLUMNS = tuple(replace(column, part="run_agreement") for column in agreement.COLUMNS)


def show(result: Result) -> Section | None:
    """Every fit compared with the reference of the baseline."""
    part = result.part("run_agreement")
    if part is None:
        return None
    baseline, known = baseline_of(result), agreement.MEASURES
    reference = name_of(str(result.study["runs"][baseline]["reference"]))
    columns = [
        Column(known[one].heading, "run_agreement", one, show=known[one].show) for one in agreement.measures(part)
    ]
    title, source = f"Agreement with {reference} of {baseline}", csv(result, "run_agreement")
    tables = fits_table(result, title, columns, note=agreement.note_of(part), source=source)
    return Section("Agreement", "run-agreement", tables=tables)


VIEW = View(across=View(show, COLUMNS))
