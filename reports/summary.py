"""The values of every fit that views call headlines: for `summary.json`, `summary.csv` and the terminal."""

import math

import pandas as pd
from rich.table import Table
from rich.text import Text

from bayesnet.contract import Result
from reports.view import Column, fits_of, is_several, named, value_of, views_of
from reports.words import ABSENT


def summarise(result: Result) -> pd.DataFrame:
    """Headline values, a row for each fit and a column for each that any of them has.

    Returns
    -------
    pandas.DataFrame
        Indexed by `method`, or by `run` and `method`. What a fit does not have is NaN.
    """
    fits = fits_of(result)
    rows = [
        {column.key or column.variable: value_of(result, column, fit) for column in _columns(result)} for fit in fits
    ]
    dims = ["run", "method"] if is_several(result) else ["method"]
    index = pd.MultiIndex.from_tuples([tuple(fit[dim] for dim in dims) for fit in fits], names=dims)
    table = pd.DataFrame(rows, index=index if len(dims) > 1 else index.get_level_values(0))
    return table.dropna(axis="columns", how="all")


def summary_json(result: Result) -> dict:
    """The summary as `summary.json` holds it.

    Returns
    -------
    dict
        `name`, `question`, `quick` and `seed` of the study, `data` (name and numbers of rows) of one run, and the
        headline values that each fit has: `methods` by method, or `runs` by run and method.
    """
    study = {key: result.study[key] for key in ("name", "question", "quick", "seed") if key in result.study}
    attributes, table = result.parts.attrs, summarise(result)
    values = [
        {key: value for key, value in row.items() if math.isfinite(value)} for row in table.to_dict(orient="records")
    ]
    if not is_several(result):
        data = {"name": attributes["data"], "n_train": int(attributes["n_train"]), "n_test": int(attributes["n_test"])}
        return study | {"data": data, "methods": dict(zip(table.index, values, strict=True))}
    runs = {run: {} for run in result.study["runs"]}
    for (run, method), of_fit in zip(table.index, values, strict=True):
        runs[run][method] = of_fit
    return study | {"runs": runs}


def display(result: Result) -> Table:
    """The headline values as a table for the terminal, a row for each value and a column for each fit."""
    fits, columns = fits_of(result), [column for column in _columns(result) if column.heading]
    title = f"{result.study['name']}{' (QUICK settings: the numbers say little)' if result.study.get('quick') else ''}"
    table = Table(title=Text(title), title_justify="left")
    table.add_column("")
    for fit in fits:
        table.add_column(Text(" ".join(named(fit))), justify="right")
    for column in columns:
        values = [value_of(result, column, fit) for fit in fits]
        if not all(map(math.isnan, values)):
            shown = (Text(ABSENT if math.isnan(value) else column.show(value)) for value in values)
            table.add_row(Text(column.heading), *shown)
    return table


def _columns(result: Result) -> list[Column]:
    return [column for view in views_of(result).values() for column in view.columns]
