"""How well slowness is known near receivers and in the gap, by method, and how far its prior reaches."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.problems.tomography.profile import ZONES
from reports.content import Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, panels
from reports.style import shorten, styled
from reports.view import Column, View, csv, fits_of, fits_table, methods_of, value_of
from reports.words import fixed, listed, name_of, number, percent

TITLE = "Slowness near receivers and in the gap"


def _of_zones(heading: str, variable: str, show: object) -> list[Column]:
    """A column for each zone of depth."""
    return [
        Column(
            f"{heading} {zone}" if heading else "",
            "zones",
            variable,
            {"zone": zone},
            show,
            f"{variable}_{zone.replace(' ', '_')}",
        )
        for zone in ZONES
    ]


COLUMNS = (
    *_of_zones("sd (s/km)", "sd", lambda value: fixed(value, 4)),
    *_of_zones("sd / prior sd", "prior_ratio", lambda value: fixed(value, 2)),
    *_of_zones("truth inside", "covered", lambda value: percent(value, 0)),
    Column("prior correlation", "zones", "prior_correlation", show=lambda value: fixed(value, 2)),
)
SUMMARY = tuple(
    Column("", one.part, one.variable, one.selection, one.show, one.key or f"zones_{one.variable}") for one in COLUMNS
)


def _note(part: xr.Dataset) -> str:
    lag, process = (float(np.nanmax(part[name].values)) for name in ("lag", "process_correlation"))
    spans = listed([f"{low:g} to {high:g}" for low, high in ZONES["near receivers"]])
    ((low, high),) = ZONES["in the gap"]
    return (
        f"Near receivers: {spans} km deep; in the gap: {low:g} to {high:g} km. Sds are medians over cells of a zone "
        "by draws, prior sds too. Truth inside: share of these cells whose 95 % interval holds it, of one truth, so "
        f"that it says little. Prior correlation: of slowness over {lag:g} km in draws of the prior; that of the "
        f"process that the truth is drawn from is {fixed(process, 2)}."
    )


def _table(result: Result, part: xr.Dataset) -> tuple[Table, ...]:
    return fits_table(result, TITLE, COLUMNS, note=_note(part), source=csv(result, "zones", "zone"))


def show(result: Result) -> Section | None:
    """Sds of every method in each zone."""
    part = result.part("zones")
    return None if part is None else Section(TITLE, "zones", tables=_table(result, part))


def verdict(result: Result) -> Iterator[str]:
    """How far the data shrink the sd in each zone."""
    if result.part("zones") is None:
        return
    near, gap = COLUMNS[2:4]
    told = []
    for method in methods_of(result):
        shares = [value_of(result, column, {"method": method}) for column in (near, gap)]
        told.append(
            f"{number(shares[0], 2)} near receivers and {number(shares[1], 2)} in the gap with {name_of(method)}"
        )
    yield f"The sd of slowness is this share of the prior's: {listed(told)}."


def show_runs(result: Result) -> Section | None:
    """Sds of every fit of several runs in each zone, as a figure and a table."""
    part = result.part("zones")
    if part is None or not fits_of(result):
        return None
    drawn = image(
        sds(part),
        "zones",
        "Sd of slowness by run",
        "Median over the cells of a zone. The closed form (Exact) and the samplers of a run should lie together; "
        "independent Gaussians need not.",
        "One panel for each zone: dots by method, a line for each run.",
        source=csv(result, "zones", "zone"),
    )
    return Section(TITLE, "zones", tables=_table(result, part), images=(drawn,))


@styled
def sds(part: xr.Dataset) -> Figure:
    """Sd of slowness in each zone by run and method.

    Parameters
    ----------
    part : xarray.Dataset
        The part `zones` of several runs.
    """
    runs, methods = [shorten(str(run)) for run in part["run"].values], methods_in(part["sd"])
    known = part["sd"].sel({"method": methods}).transpose("method", "run", "zone")
    figure, axes = panels(part.sizes["zone"], columns=2, height=forest_height(len(runs), len(methods)), sharey=True)
    for panel, zone in zip(axes, part["zone"].values, strict=True):
        forest(panel, known.sel(zone=zone), items=runs, zero=False)
        panel.set_xlim(0, None)
        panel.set_xlabel(f"sd {zone} (s/km)")
    method_legend(figure, methods)
    return figure


VIEW = View(show, SUMMARY, verdict, across=View(show_runs, SUMMARY))
