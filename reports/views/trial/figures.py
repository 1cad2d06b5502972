"""Figures of the trial of the published labels."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from data.rupture.trial.agreement import GOAL
from data.rupture.trial.answers import COMMON, PUBLISHED
from data.rupture.trial.rows import NEAR
from reports.marks import class_handles
from reports.style import CLASS_COLOURS, GREY, WIDTH, styled

DC_LONG = {COMMON: "dc = 0.4 m in every row", PUBLISHED: "dc as published"}
DC_COLOURS = {COMMON: "#332288", PUBLISHED: "#CC6677"}
LABELLING_MARKERS = {"printed": ("X", 5), "repaired": ("o", 7)}  # and their sizes
CLOSE_UP = 0.90  # where the right panel begins; labels that belong to their rows lie beyond
RINGED = {"marker": "o", "markersize": 6, "markeredgecolor": "#222222"}


@styled
def agreement_by_block(agreement: xr.Dataset) -> Figure:
    """Share of equal labels in each block of rows, with 95 % intervals.

    Parameters
    ----------
    agreement : xarray.Dataset
        See `data.rupture.trial.agreement.agreement`.

    Returns
    -------
    matplotlib.figure.Figure
        All of the axis on the left, its upper end on the right.
    """
    blocks = agreement["block"].values.tolist()
    figure = Figure(figsize=(WIDTH, 3.6))
    whole, close = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.15))
    for place, dc in enumerate(DC_COLOURS):
        y = np.arange(len(blocks)) + 0.26 * (place - 0.5)
        # where labels are in order, those printed hide behind the repaired ones, which are the same
        for labelling, (marker, size) in LABELLING_MARKERS.items():
            share, lower, upper = (
                100 * agreement[name].sel(labelling=labelling, dc=dc).values for name in ("share", "lower", "upper")
            )
            for axes in (whole, close):
                axes.hlines(y, lower, upper, color=DC_COLOURS[dc], linewidth=1.2)
                axes.plot(share, y, marker, color=DC_COLOURS[dc], markersize=size)
    chance = 100 * agreement["chance"].sel(labelling="printed", dc=COMMON).values
    whole.plot(chance, np.arange(len(blocks)), "|", color=GREY, markersize=22, markeredgewidth=1.4)
    whole.set_yticks(np.arange(len(blocks)), blocks)
    whole.set_ylim(len(blocks) - 0.5, -0.5)
    whole.set_xlim(40, 101)
    whole.set_xticks(range(40, 101, 20))
    close.set_xlim(100 * CLOSE_UP, 100.2)
    for axes in (whole, close):
        axes.axvline(100 * GOAL, color="#222222", linewidth=0.9, linestyle="--")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("equal labels (%)")
    figure.legend(handles=_agreement_handles(), loc="outside upper left", ncols=3)
    return figure


def _agreement_handles() -> list[Line2D]:
    names = {"repaired": "repaired or clean labels", "printed": "labels as printed"}
    return [
        *(Line2D([], [], color=colour, label=DC_LONG[dc]) for dc, colour in DC_COLOURS.items()),
        Line2D([], [], color="#222222", linestyle="--", linewidth=0.9, label=f"goal, {100 * GOAL:.0f} %"),
        *(
            Line2D([], [], color="#222222", linestyle="", marker=marker, label=names[labelling])
            for labelling, (marker, _) in LABELLING_MARKERS.items()
        ),
        Line2D([], [], color=GREY, linestyle="", marker="|", markersize=11, label="by chance"),
    ]


@styled
def pace_of_fronts(simulations: xr.Dataset, disagreements: xr.Dataset) -> Figure:
    """How fast each rupture front came, against the stress drop that drives it, coloured by repaired label.

    Parameters
    ----------
    simulations, disagreements : xarray.Dataset
        See `data.rupture.trial.rows.join` and `data.rupture.trial.agreement.disagreements`.

    Returns
    -------
    matplotlib.figure.Figure
        One point per row of known label, with the disagreeing ones ringed; right, those near the threshold.
    """
    rows = simulations.sel(labelling="repaired", dc=COMMON)
    figure = Figure(figsize=(WIDTH, 4.0))
    whole, close = figure.subplots(1, 2)
    whole.axhspan(1 / NEAR, NEAR, color="#e9e9e9", zorder=0)
    for axes, size in ((whole, 2.0), (close, 3.6)):
        axes.axhline(1, color="#222222", linewidth=0.9)
        for part, marks in ((rows, {"marker": "s", "alpha": 0.8, "markersize": size}), (disagreements, RINGED)):
            for label, colour in CLASS_COLOURS.items():
                of_class = part.isel(simulation=np.flatnonzero(part["label"] == label))
                axes.plot(of_class["stress_drop"], of_class["pace"], linestyle="", color=colour, **marks)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("stress drop sxy \N{MINUS SIGN} mu_d |syy| (MPa)")
    close.xaxis.set_minor_formatter("{x:g}")
    close.set_xlim(1.2, 6)
    close.set_ylim(1 / NEAR, NEAR)
    whole.set_ylabel("mean speed of the front over\nthe least that passes in time (1)")
    ring = Line2D([], [], linestyle="", color="none", **RINGED, label="the solver says otherwise")
    handles = [*class_handles(), ring]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
    return figure


@styled
def dc_in_the_labels(dc_evidence: xr.Dataset, dc_slopes: xr.Dataset) -> Figure:
    """Which dc the labels side with, and how outcomes depend on the published one.

    Parameters
    ----------
    dc_evidence, dc_slopes : xarray.Dataset
        See `data.rupture.trial.slip_distance`.

    Returns
    -------
    matplotlib.figure.Figure
        Left, the rows on which the two answers differ; right, slopes of ln dc with 95 % intervals.
    """
    figure = Figure(figsize=(WIDTH, 3.0))
    sides, slopes = figure.subplots(1, 2)
    known = dc_evidence.isel(block=np.flatnonzero(dc_evidence["differing"] > 0)).drop_sel(block="all")
    y, start = np.arange(known.sizes["block"]), np.zeros(known.sizes["block"])
    for dc, name in ((COMMON, "with_common"), (PUBLISHED, "with_published")):
        count, label = known[name].values, f"side with {DC_LONG[dc]}"
        sides.barh(y, count, left=start, height=0.6, color=DC_COLOURS[dc], label=label)
        start += count
    sides.set_yticks(y, known["block"].values.tolist())
    sides.invert_yaxis()
    sides.set_xlabel("rows whose two answers differ")
    sides.grid(visible=False, axis="y")

    of_dc = dc_slopes.sel(input="ln slip_distance")
    y = np.arange(of_dc.sizes["outcome"])
    colours = ["#222222", DC_COLOURS[COMMON], DC_COLOURS[PUBLISHED]]
    slopes.hlines(y, of_dc["lower"].values, of_dc["upper"].values, color=colours, linewidth=1.6)
    slopes.scatter(of_dc["slope"].values, y, color=colours, zorder=3)
    slopes.axvline(0, color="#222222", linewidth=0.8)
    slopes.set_yticks(y, ["published labels", "solver, dc = 0.4 m", "solver, dc as published"])
    slopes.set_ylim(len(y) - 0.5, -0.5)
    slopes.set_xlabel("slope of the log odds with ln dc (1)")
    slopes.grid(visible=False, axis="y")
    figure.legend(loc="outside upper left", ncols=2)
    return figure
