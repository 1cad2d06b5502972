"""How often central intervals hold the truth that the data were drawn from."""

import xarray as xr

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section, Table
from reports.view import View, csv
from reports.views.sbc import pairs
from reports.words import anchor_of, fixed, interval, name_of, percent

ABOUT = (
    "Share of the truths inside central intervals of the draws, which should be what the interval promises. In "
    "brackets the 95 % interval that follows from the number of truths (Wilson 1927). Quantities of one fit depend on "
    "each other: they are not as many trials."
)
SUMMARY = "Mean over the quantities, and the least and the largest of them."
NOTE = (
    "Mean rank and spread of the ranks: distance from that of uniform ranks in standard errors. A mean above zero says "
    "that draws are too low, below zero too high; a spread above zero that they are too narrow, below too wide."
)


def show(result: Result) -> Section:
    """Coverage by problem and method, and of every quantity."""
    part = result.part("calibration")
    levels = part["level"].values.tolist()
    promised = tuple(f"in {percent(level, 0)} intervals (%)" for level in levels)
    rows = tuple(
        (problem, name_of(method), *(_range(one["coverage"].sel(level=level)) for level in levels))
        for problem, method, one in pairs(part)
    )
    table = Table("Truths inside intervals", ("problem", "method", *promised), rows, SUMMARY)
    details = tuple(_of_problem(result, str(problem), promised) for problem in part["problem"].values)
    return Section("Coverage", "sbc-coverage", (ABOUT,), tables=(table,), details=details)


def _range(coverage: xr.DataArray) -> str:
    """Mean, least and largest share in per cent."""
    mean, least, most = (fixed(100 * float(value), 0) for value in (coverage.mean(), coverage.min(), coverage.max()))
    return f"{mean} ({least} to {most})"


def _of_problem(result: Result, problem: str, promised: tuple[str, ...]) -> Section:
    """Every quantity of a problem by every method."""
    part = result.part("calibration")
    source = csv(result, "calibration", "problem", "quantity", "level")
    rows = tuple(
        _row(one.isel(quantity=place), method)
        for name, method, one in pairs(part)
        if name == problem
        for place in range(one.sizes["quantity"])
    )
    header = ("quantity", "method", *promised, "mean rank", "spread of ranks")
    title = f"Quantities of {problem}"
    return Section(title, anchor_of(title), tables=(Table(title, header, rows, NOTE, source),))


def _row(quantity: xr.Dataset, method: str) -> tuple[str, ...]:
    shares = [_share(quantity.sel(level=level)) for level in quantity["level"].values]
    off = (fixed(float(quantity[name]), 1) for name in ("mean_errors", "spread_errors"))
    return (str(quantity["quantity"].values), name_of(method), *shares, *off)


def _share(one: xr.Dataset) -> str:
    """Coverage in per cent with its interval."""
    ends = (float(one["coverage_interval"].sel(bound=bound)) for bound in BOUNDS)
    return interval(*(100 * value for value in (float(one["coverage"]), *ends)))


VIEW = View(show)
