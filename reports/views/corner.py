"""Every pair of parameters by method, with the true values."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method
from reports.style import colour_of, styled, with_unit
from reports.view import View, csv

SIDE = 1.15  # inches of a panel


def show(result: Result) -> Section:
    """The corner plot."""
    part = result.part("corner")
    true = " Crossed lines are the true values." if "truth" in part else ""
    drawn = image(
        corner(part),
        "corner",
        "Pairs of parameters",
        "Draws of each method for every pair of parameters, and the distribution of each parameter on the diagonal. "
        f"Clouds that lie apart are modes; clouds that are long and thin are what the data leave open.{true}",
        "A triangle of scatter plots of all pairs of parameters, with histograms on the diagonal.",
        source=csv(result, "corner", "parameter", "sample"),
        dense=True,
    )
    return Section("Pairs of parameters", "corner", images=(drawn,))


@styled
def corner(part: xr.Dataset) -> Figure:
    """Scatter plots of all pairs of parameters, with histograms on the diagonal.

    Parameters
    ----------
    part : xarray.Dataset
        The part `corner`. A point estimate is a single dot.
    """
    methods, names = methods_in(part["value"]), [str(name) for name in part["parameter"].values]
    units = part["units"].values if "units" in part.coords else [""] * len(names)
    labels = [with_unit(name.replace("_", " "), str(unit)) for name, unit in zip(names, units, strict=True)]
    figure = Figure(figsize=(SIDE * len(names), SIDE * len(names) + 0.5))
    axes = figure.subplots(len(names), len(names), squeeze=False, sharex="col")
    draws = {method: of_method(part["value"], method).dropna("sample").values for method in methods}
    limits = [_limits(np.concatenate([values[i] for values in draws.values()])) for i in range(len(names))]
    truth = part["truth"].values if "truth" in part else np.full(len(names), np.nan)
    for i, row in enumerate(axes):
        for j, panel in enumerate(row):
            if j > i:
                panel.set_axis_off()
                continue
            panel.set_xlim(limits[j])
            for method, values in draws.items():
                _draw(panel, values, j, i, limits[j], colour_of(method))
            panel.axvline(truth[j], color="#222222", linewidth=0.7)
            if j < i:
                panel.set_ylim(limits[i])
                panel.axhline(truth[i], color="#222222", linewidth=0.7)
            _label(panel, i, j, len(names), labels)
    method_legend(figure, methods, markers=False)
    return figure


def _draw(panel, values: np.ndarray, j: int, i: int, limits: tuple[float, float], colour: str) -> None:
    """One method in one panel: a histogram on the diagonal, else dots."""
    if j < i:
        single = values.shape[1] == 1
        panel.plot(values[j], values[i], "D" if single else ".", color=colour, markersize=4 if single else 1, alpha=0.7)
    elif values.shape[1] > 1:
        panel.hist(values[j], np.linspace(*limits, 25), density=True, histtype="step", color=colour, linewidth=0.9)
    else:
        panel.axvline(values[j, 0], color=colour, linewidth=0.9, linestyle="--")


def _label(panel, i: int, j: int, last: int, labels: list[str]) -> None:
    """Names at the left and at the bottom of the triangle only."""
    panel.grid(visible=False)
    panel.tick_params(labelsize=6, labelleft=j == 0 and i > 0, labelbottom=i == last - 1, labelrotation=45)
    panel.locator_params(nbins=3)
    if i == j:
        panel.set_yticks([])
    if i == last - 1:
        panel.set_xlabel(labels[j], fontsize=7)
    if j == 0 and i > 0:
        panel.set_ylabel(labels[i], fontsize=7)


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Ends of an axis that holds all values with a margin."""
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin


VIEW = View(show)
