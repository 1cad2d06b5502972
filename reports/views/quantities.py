"""What the data can identify: the quantities of the problem by each method, with their true values."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section, Table
from reports.html import image
from reports.marks import dots, forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import colour_of, label_of, shorten, styled, with_unit
from reports.view import Column, View, csv, find, fits_of, fits_table, items_table, named, reference_of
from reports.words import ABSENT, count, interval, listed, name_of, number, percent

MOST = 12  # quantities that are drawn and tabulated at once
NOTE = "Means, in brackets the central 95 % of the draws; a point estimate has none."
LEARNT_NOTE = "Share of the prior variance that the data took away: 1 - (sd / prior sd)²."
DISTANCE_NOTE = (
    "Wasserstein-1 distance between the draws of a quantity, in sds of the reference: mean over all quantities, and of "
    "the worst. Truths inside: share of the known true values that lie in the 95 % interval of the draws."
)
TRUTH = {"color": "#222222", "linestyle": "--", "linewidth": 1.0}
TICK = {"color": "#222222", "linestyle": "", "marker": "|", "markersize": 16}

COLUMNS = (
    Column(
        "quantities, distance from the reference (sds) ↓",
        "quantities",
        "mean_wasserstein_sd",
        key="quantities_wasserstein_sd",
    ),
    Column("", "quantities", "worst_wasserstein_sd", key="quantities_worst_wasserstein_sd"),
    Column("truths inside 95 %", "quantities", "covered_share", show=percent, key="truth_covered"),
)
DISTANCES = (
    Column("mean distance (sds) ↓", "quantities", "mean_wasserstein_sd"),
    Column("largest distance (sds) ↓", "quantities", "worst_wasserstein_sd"),
    Column("truths inside", "quantities", "covered_share", show=percent),
)


def show(result: Result) -> Section | None:
    """The quantities by method: drawn where they are few, single ones first; all of them in a table to be opened."""
    part = result.part("quantities")
    if part is None:
        return None
    few, source = some(part), csv(result, "quantities", "quantity")
    left_out = part.sizes["quantity"] - few.sizes["quantity"]
    said = (f"{few.sizes['quantity']} of {part.sizes['quantity']} quantities are shown here.",) if left_out else ()
    true = " Dashed lines are the true values." if _is_known(few) else ""
    drawn = image(
        quantities(few),
        "quantities",
        "What the data identify",
        f"Mean and central 95 % of the draws of every quantity that the data can identify, by method.{true}",
        "One panel per quantity: the mean of every method as a dot with its interval over draws.",
        source=source,
    )
    distances = fits_table(
        result,
        f"Distance from {name_of(reference_of(result))}",
        DISTANCES,
        note=DISTANCE_NOTE,
        source=csv(result, "quantities"),
    )
    tables = (_table(result, few, source), *distances)
    details = [_learnt(result, part, source)]
    if left_out:
        details.insert(0, Section("All quantities", "quantities-all", tables=(_table(result, part, source),)))
    return Section("Quantities", "quantities", said, tables=tables, images=(drawn,), details=tuple(details))


def some(part: xr.Dataset) -> xr.Dataset:
    """The quantities that a figure has room for: all of them, else those that are not elements of an array first."""
    if part.sizes["quantity"] <= MOST:
        return part
    variable = part["variable"].values.tolist()
    single = np.array([variable.count(name) == 1 for name in variable])
    order = np.argsort(~single, kind="stable")  # single ones first, each kind in its order
    return part.isel(quantity=np.sort(order[: min(MOST, single.sum() or MOST)]))


def _is_known(part: xr.Dataset) -> bool:
    return "truth" in part and bool(part["truth"].notnull().any())


def _named(part: xr.Dataset) -> list[str]:
    """Name and unit of every quantity; where a run had none of it the key, as its label is not stored."""
    pairs = zip(part["label"].values, part["units"].values, part["quantity"].values, strict=True)
    return [
        f"{label} ({unit})" if unit and unit == unit else str(label if label and label == label else key)
        for label, unit, key in pairs
    ]


def _table(result: Result, part: xr.Dataset, source: str) -> Table:
    """Quantities by methods, with the true values in the last column where there are any."""
    lower, upper = (part["interval"].sel(bound=bound, drop=True) for bound in BOUNDS)
    shown = part[["mean"]].assign(lower=lower, upper=upper).assign_coords(quantity=_named(part))
    table = items_table(result, "Quantities", shown, "mean", ("lower", "upper"), note=NOTE, source=source)
    if not _is_known(part):
        return table
    truth = [number(value) for value in part["truth"].values.tolist()]
    rows = tuple((*row, true) for row, true in zip(table.rows, truth, strict=True))
    return replace(table, header=(*table.header, "truth"), rows=rows)


def _learnt(result: Result, part: xr.Dataset, source: str) -> Section:
    """How much of the prior's variance the data took away."""
    methods = methods_in(part["contraction"])
    rows = [
        (name, *(percent(float(of_method(part["contraction"], m)[place])) for m in methods), prior)
        for place, (name, prior) in enumerate(zip(_named(part), map(number, part["prior_sd"].values), strict=True))
    ]
    header = ("quantity", *map(name_of, methods), "prior sd")
    table = Table("What was learnt", header, tuple(rows), LEARNT_NOTE, source)
    return Section("What was learnt", "quantities-learnt", tables=(table,))


@styled
def quantities(part: xr.Dataset) -> Figure:
    """Mean and interval of every quantity by method, one panel per quantity, dashed the true value.

    Parameters
    ----------
    part : xarray.Dataset
        The part `quantities`.
    """
    methods = methods_in(part["mean"])
    figure, axes = panels(part.sizes["quantity"], columns=3, height=0.75 + 0.25 * len(methods), sharey=True)
    for place, panel in enumerate(axes):
        one = part.isel(quantity=place)
        for y, method in enumerate(methods):
            panel.hlines(y, *of_method(one["interval"], method).values, color=colour_of(method), linewidth=1.6)
        centres = [float(of_method(one["mean"], method)) for method in methods]
        dots(panel, centres, methods, [label_of(method) for method in methods])
        if _is_known(one):
            panel.axvline(float(one["truth"]), **TRUTH)
        panel.set_xlabel(with_unit(str(one["label"].item()), str(one["units"].item()), 22))
    if _is_known(part):
        figure.legend(handles=[Line2D([], [], **TRUTH, label="true value")], loc="outside upper left")
    return figure


def verdict(result: Result) -> Iterator[str]:
    """Where the methods are farthest from the reference, and which true values they hold."""
    part = result.part("quantities")
    if part is None:
        return
    others = methods_in(part["wasserstein_sd"]) if "wasserstein_sd" in part else []
    drawn = [method for method in others if method in methods_in(part["sd"])]
    if drawn:
        told = [_farthest(of_method(part, method), name_of(method)) for method in drawn]
        yield f"What the data identify, compared with {name_of(reference_of(result))}: {'; '.join(told)}."
    judged = methods_in(part["covered"])
    if judged:
        known = int(part["truth"].notnull().sum())
        held = [f"{count(float(of_method(part['covered'], m).sum()))} with {name_of(m)}" for m in judged]
        yield f"Of {known} true values, the 95 % intervals of the draws hold {listed(held)}."


def _farthest(of_one: xr.Dataset, name: str) -> str:
    apart = of_one["wasserstein_sd"].values
    worst = int(np.nanargmax(apart))
    mean, label = float(of_one["mean_wasserstein_sd"]), of_one["label"].values[worst]
    return f"{name} is {number(mean, 2)} of its sds away on average, at most {number(apart[worst], 2)} ({label})"


def show_runs(result: Result) -> Section | None:
    """The quantities of every fit of several runs."""
    part = result.part("quantities")
    if part is None:
        return None
    few, source = some(part), csv(result, "quantities", "quantity")
    drawn = image(
        quantities_by_run(few),
        "quantities-by-run",
        "What the data of every run identify",
        "Mean and central 95 % of the draws of every quantity, by run and method."
        + (" Black ticks are the true values." if _is_known(few) else ""),
        "One panel per quantity: dots with intervals, a line for each run.",
        source=source,
    )
    rows = [(*named(fit), *(_value(result, fit, key) for key in few["quantity"].values)) for fit in fits_of(result)]
    table = Table("Quantities", ("run", "method", *_named(few)), tuple(rows), NOTE, source)
    title = "Distance from the reference of each run"
    distances = fits_table(result, title, DISTANCES, note=DISTANCE_NOTE, source=csv(result, "quantities"))
    return Section("Quantities", "quantities", tables=(table, *distances), images=(drawn,))


def _value(result: Result, fit: dict[str, str], key: str) -> str:
    where = fit | {"quantity": key}
    ends = [find(result, "quantities", "interval", where | {"bound": bound}) for bound in BOUNDS]
    mean = find(result, "quantities", "mean", where)
    return interval(mean, *ends) if mean == mean else ABSENT


@styled
def quantities_by_run(part: xr.Dataset) -> Figure:
    """Mean and interval of every quantity by run and method, one panel per quantity, black the true values.

    Parameters
    ----------
    part : xarray.Dataset
        The part `quantities` of several runs.
    """
    runs, methods = [shorten(str(run)) for run in part["run"].values], methods_in(part["mean"])
    height = forest_height(len(runs), len(methods))
    figure, axes = panels(part.sizes["quantity"], columns=2, height=height, sharey=True)
    for place, (panel, name) in enumerate(zip(axes, _named(part), strict=True)):
        one = part.isel(quantity=place).transpose("method", "run", "bound", ...)
        lower, upper = (one["interval"].sel(bound=bound) for bound in BOUNDS)
        forest(panel, one["mean"], items=runs, lower=lower, upper=upper, zero=False)
        if _is_known(one):
            panel.plot(one["truth"].values, range(len(runs)), **TICK)
        panel.set_xlabel(name)
    method_legend(figure, methods, *([Line2D([], [], **TICK, label="true value")] if _is_known(part) else []))
    return figure


VIEW = View(show, COLUMNS, verdict, across=View(show_runs, COLUMNS))
