"""Whether new observations fall where each method's predictive distribution says."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, marker_of, shorten, styled
from reports.view import Column, View, csv, find, fits_of, methods_of, named
from reports.words import interval, listed, name_of, percent

NOTE = (
    "Share of test rows inside the central predictive interval of a new observation, noise included. Brackets: exact "
    "95 % intervals as if rows were independent; rows share the errors of one fit, so that they are too narrow."
)
JITTER = 0.012  # of nominal coverage, between the dots of methods

COLUMNS = (
    Column("inside 95 % intervals (95 % is best)", "coverage", "coverage", {"level": 0.95}, percent, "coverage_95"),
    Column("", "coverage", "coverage", {"level": 0.8}, percent, "coverage_80"),
    Column("", "coverage", "coverage", {"level": 0.5}, percent, "coverage_50"),
)


def show(result: Result) -> Section | None:
    """Where outcomes fall in their predictive distributions, and how often inside the intervals."""
    part = result.part("coverage")
    if part is None:
        return None
    source = csv(result, "coverage", "level")
    drawn = image(
        coverage(part),
        "coverage",
        "Where new observations fall",
        "Left: the predictive probability of less than what was observed, for every test row in order. On the diagonal "
        "the predictive distribution is right; a curve that is steep at both ends and flat in the middle says that it "
        "is too narrow, one that is flat at both ends that it is too wide. Right: share of the rows inside central "
        "predictive intervals, with 95 % intervals as if rows were independent.",
        "Left curves of sorted probabilities for each method against the diagonal, right dots of coverage by level.",
        source=source,
    )
    return Section("Coverage", "coverage", tables=(_table(result, part, source),), images=(drawn,))


def _table(result: Result, part: xr.Dataset, source: str) -> Table:
    levels = part["level"].values.tolist()
    rows = [
        (percent(level, 0), *(_share(result, {"method": method}, level) for method in methods_of(result)))
        for level in levels
    ]
    header = ("predictive interval", *map(name_of, methods_of(result)))
    return Table("Rows inside predictive intervals (%)", header, tuple(rows), NOTE, source)


def _share(result: Result, fit: dict[str, str], level: float) -> str:
    """Coverage in per cent with its interval."""
    where = fit | {"level": level}
    ends = [find(result, "coverage", "coverage_interval", where | {"bound": bound}) for bound in BOUNDS]
    return interval(*(100 * value for value in (find(result, "coverage", "coverage", where), *ends)))


@styled
def coverage(part: xr.Dataset) -> Figure:
    """Sorted predictive probabilities of what was observed, and coverage of central intervals, by method.

    Parameters
    ----------
    part : xarray.Dataset
        The part `coverage`.
    """
    methods = methods_in(part["coverage"])
    figure, (left, right) = panels(2, columns=2, height=3.3)
    for panel in (left, right):
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        panel.set(xlim=(0, 1), ylim=(0, 1.02))
    levels = part["level"].values
    for place, method in enumerate(methods):
        pit = np.sort(of_method(part["pit"], method).dropna(part["pit"].dims[-1]).values)
        left.step([0, *pit, 1], np.linspace(0, 1, len(pit) + 2), color=colour_of(method), linewidth=1.2)
        x = levels + JITTER * (place - (len(methods) - 1) / 2)
        ends = of_method(part["coverage_interval"], method).transpose("bound", "level").values
        right.vlines(x, *ends, color=colour_of(method), linewidth=1)
        right.plot(
            x,
            of_method(part["coverage"], method).values,
            marker=marker_of(method),
            linestyle="",
            color=colour_of(method),
        )
    left.set(xlabel="predictive probability of less (1)", ylabel="share of test rows below (1)")
    right.set(xlabel="nominal coverage (1)", ylabel="share of test rows inside (1)", xticks=levels)
    right.set_xlim(levels.min() - 0.1, 1.02)
    method_legend(figure, methods)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """How many rows lie inside the 95 % intervals."""
    part = result.part("coverage")
    if part is not None:
        first, *others = methods_in(part["coverage"])
        told = [f"{_share(result, {'method': first}, 0.95)} % of the test rows with {name_of(first)}"]
        told += [f"{_share(result, {'method': method}, 0.95)} % with {name_of(method)}" for method in others]
        yield f"Central 95 % predictive intervals hold {listed(told)}."


def show_runs(result: Result) -> Section | None:
    """Coverage of every fit of several runs."""
    part = result.part("coverage")
    if part is None:
        return None
    levels, source = part["level"].values.tolist(), csv(result, "coverage", "level")
    rows = [(*named(fit), *(_share(result, fit, level) for level in levels)) for fit in fits_of(result)]
    header = ("run", "method", *(f"{percent(level, 0)} interval" for level in levels))
    drawn = image(
        coverage_by_run(part),
        "coverage-by-run",
        "Coverage of every fit",
        "Share of the test rows inside central predictive intervals; the vertical line is what they promise. Lines are "
        "95 % intervals as if rows were independent.",
        "One panel per nominal coverage: dots with intervals, a line for each run.",
        source=source,
    )
    table = Table("Rows inside predictive intervals (%)", header, tuple(rows), NOTE, source)
    return Section("Coverage", "coverage", tables=(table,), images=(drawn,))


@styled
def coverage_by_run(part: xr.Dataset) -> Figure:
    """Coverage of every method in every run with exact intervals, one panel per level.

    Parameters
    ----------
    part : xarray.Dataset
        The part `coverage` of several runs.
    """
    runs, methods = [shorten(str(run)) for run in part["run"].values], methods_in(part["coverage"])
    height = forest_height(len(runs), len(methods))
    figure, axes = panels(part.sizes["level"], columns=3, height=height, sharey=True)
    for panel, level in zip(axes, part["level"].values, strict=True):
        one = part.sel(level=level).transpose("method", "run", "bound", ...)
        lower, upper = (one["coverage_interval"].sel(bound=bound) for bound in BOUNDS)
        panel.axvline(level, color=GREY, linewidth=1)
        forest(panel, one["coverage"], items=runs, lower=lower, upper=upper, zero=False)
        panel.set_xlabel(f"inside {percent(level, 0)} intervals (1)")
    method_legend(figure, methods)
    return figure


VIEW = View(show, COLUMNS, verdict, across=View(show_runs, COLUMNS))
