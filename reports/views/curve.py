"""The function that is looked for by method: bands with the truth, and sds beside the prior's."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, label_of, styled
from reports.view import Column, View, csv, fits_table, methods_of
from reports.words import listed, name_of, percent

COVERED = (Column("truth inside", "curve", "covered", show=percent, key="curve_covered"),)
NOTE = (
    "Share of evenly spaced places whose 95 % interval holds the truth. Neighbours err together: one truth says little."
)


def show(result: Result) -> Section | None:
    """Bands by method, and how far sds shrank from the prior's."""
    part = result.part("curve")
    if part is None:
        return None
    source = csv(result, "curve", "place")
    images = (
        image(
            bands(part),
            "curve-bands",
            part.attrs["value"],
            "One panel per method: mean, central 95 % of the draws, and black the truth. Ticks below mark where data "
            "were taken.",
            "Panels of a band about a line, with the true line.",
            source=source,
        ),
        image(
            resolution(part),
            "curve-sds",
            "How much the data tell",
            "Sd over that of the prior: near 0 the data decide, near 1 the prior. Ticks mark where data were taken.",
            "Lines of the sd over the prior's along the axis, one for each method.",
            source=source,
        ),
    )
    tables = fits_table(result, "Truth inside 95 % intervals", COVERED, note=NOTE, source=csv(result, "curve"))
    return Section(part.attrs["value"].split(" (")[0].capitalize(), "curve", tables=tables, images=images)


@styled
def bands(part: xr.Dataset) -> Figure:
    """Mean and interval of every method, with the truth.

    Parameters
    ----------
    part : xarray.Dataset
        The part `curve`.
    """
    methods, x = methods_in(part["mean"]), part["place"].values
    figure, axes = panels(len(methods), columns=3, height=2.0, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one = of_method(part, method)
        panel.fill_between(
            x, *(one["interval"].sel(bound=b).values for b in BOUNDS), color=colour_of(method), alpha=0.3
        )
        panel.plot(x, one["mean"].values, color=colour_of(method))
        panel.plot(x, part["truth"].values, color="#222222", linewidth=1, linestyle="--")
        if "observed" in part:
            panel.plot(part["observed_place"].values, part["observed"].values, ".", color="#222222", markersize=4)
        _ticks(panel, part)
        panel.set_title(label_of(method))
        panel.set_xlabel(part.attrs["axis"])
    axes[0].set_ylabel(part.attrs["value"])
    figure.legend(handles=[Line2D([], [], color="#222222", linestyle="--", label="truth")], loc="outside upper right")
    return figure


@styled
def resolution(part: xr.Dataset) -> Figure:
    """Sd of every method over the prior's.

    Parameters
    ----------
    part : xarray.Dataset
        The part `curve`.
    """
    methods = methods_in(part["sd"])
    figure, (axes,) = panels(1, columns=1, height=2.6)
    for method in methods:
        ratio = of_method(part["sd"], method) / part["prior_sd"]
        axes.plot(part["place"].values, ratio.values, color=colour_of(method))
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.set(xlabel=part.attrs["axis"], ylabel="sd / prior sd (1)", ylim=(0, None))
    _ticks(axes, part)
    method_legend(figure, methods, markers=False)
    return figure


def _ticks(axes: Axes, part: xr.Dataset) -> None:
    """Where data were taken, at the lower edge."""
    places = part["observed_place"].values
    axes.plot(places, [0.02] * len(places), "|", color="#222222", markersize=6, transform=axes.get_xaxis_transform())


def verdict(result: Result) -> Iterator[str]:
    """How much of the truth the intervals hold."""
    part = result.part("curve")
    if part is None:
        return
    shares = {m: float(of_method(part["covered"], m)) for m in methods_of(result) if m in part["method"].values}
    told = [f"{percent(share, 0)} with {name_of(m)}" for m, share in shares.items() if share == share]
    if told:
        yield f"95 % intervals hold the truth over this share of the axis: {listed(told)}."


def show_runs(result: Result) -> Section | None:
    """Coverage of the truth by every fit of several runs."""
    tables = fits_table(result, "Truth inside 95 % intervals", COVERED, note=NOTE, source=csv(result, "curve"))
    return Section("The function looked for", "curve", tables=tables) if tables else None


VIEW = View(show, (), verdict, across=View(show_runs))
