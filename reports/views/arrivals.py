"""Residuals of arrival times by depth of the receiver, one panel for each method."""

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import methods_in, of_method, panels
from reports.style import GREY, colour_of, label_of, styled
from reports.view import View, csv

MILLI = 1000.0  # ms in a s


def show(result: Result) -> Section | None:
    """Residuals of every method."""
    part = result.part("arrivals")
    if part is None:
        return None
    drawn = image(
        residuals(part),
        "arrivals",
        "Residuals of arrival times",
        "Observed minus expected arrival by depth of the receiver. Filled: held out; open: fitted to. Band: two sds of "
        "what a held-out arrival should scatter by, noise and posterior together.",
        "One panel per method: dots of residuals about zero, with a band.",
        source=csv(result, "arrivals", "depth"),
    )
    return Section("Residuals of arrival times", "arrivals", images=(drawn,))


@styled
def residuals(part: xr.Dataset) -> Figure:
    """Residuals in ms by depth.

    Parameters
    ----------
    part : xarray.Dataset
        The part `arrivals`.
    """
    methods, depth = methods_in(part["residual"]), part["depth"].values
    figure, axes = panels(len(methods), columns=3, height=2.1, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one, colour = of_method(part, method), colour_of(method)
        wide = 2 * MILLI * one["expected_sd"].values
        panel.fill_between(depth, -wide, wide, color=colour, alpha=0.2)
        panel.axhline(0, color=GREY, linewidth=0.8)
        panel.plot(depth, MILLI * one["residual"].values, "o", color=colour, markersize=3)
        fitted = MILLI * one["fitted_residual"].values
        panel.plot(part["fitted_depth"].values, fitted, "o", color=colour, markersize=4, fillstyle="none")
        panel.set_title(label_of(method))
        panel.set_xlabel("depth of the receiver (km)")
    axes[0].set_ylabel("residual (ms)")
    kinds = {"held out": "full", "fitted to": "none"}
    handles = [Line2D([], [], color=GREY, marker="o", linestyle="", fillstyle=f, label=n) for n, f in kinds.items()]
    figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


VIEW = View(show)
