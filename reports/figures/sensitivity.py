"""Figures of the section on weights that no symmetry of the hidden layer can touch: slopes and partial dependence."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import colour_of, label_of, shorten, styled, with_unit


@styled
def slopes(statistics: xr.Dataset, *, xlabel: str) -> Figure:
    """A slope along each input with its interval over draws, by method.

    Parameters
    ----------
    statistics : xarray.Dataset
        `mean`, `lower`, `upper (method, feature)`: the group `path_products` of a comparison, or `sensitivities` of one
        `per`.
    xlabel : str
        Quantity and unit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    one = statistics.transpose("method", "feature")
    items = [shorten(str(name)) for name in one["feature"].values]
    methods = methods_in(one["mean"])
    figure, (axes,) = panels(1, columns=1, height=forest_height(len(items), len(methods)))
    forest(axes, one["mean"], items=items, lower=one["lower"], upper=one["upper"])
    axes.set_xlabel(xlabel)
    method_legend(figure, methods)
    return figure


@styled
def partial_dependence(statistics: xr.Dataset) -> Figure:
    """Mean score over the test rows when one input is set to a value in all of them.

    Parameters
    ----------
    statistics : xarray.Dataset
        Group `partial_dependence` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
        A panel an input; bands hold 95 % of the draws.
    """
    methods = methods_in(statistics["mean"])
    names, units = statistics["feature"].values, statistics["units"].values
    figure, axes = panels(len(names), columns=4, height=1.75, sharey=True)
    for panel, name, unit in zip(axes, names, units, strict=True):
        one = statistics.sel(feature=name)
        x = one["value"].values
        for method in methods:
            curve, colour = of_method(one, method), colour_of(method)
            if np.isfinite(curve["lower"]).any():
                panel.fill_between(
                    x, curve["lower"].values, curve["upper"].values, color=colour, alpha=0.18, linewidth=0
                )
            panel.plot(x, curve["mean"].values, color=colour)
        panel.set_xlabel(with_unit(str(name), str(unit)))
        panel.set_ylim(0, 1)
        panel.locator_params(axis="x", nbins=4)
    for panel in axes[::4]:
        panel.set_ylabel("mean score (1)")
    method_legend(figure, methods, markers=False)
    return figure


def _draw(run: Run, group: str) -> Figure | None:
    part = run.part(group)
    if part is None:
        return None
    if group == "sensitivities":
        return slopes(part.sel(per="sd"), xlabel="change of the score per sd of the input (1)")
    return slopes(part, xlabel="sum of w0 w1 over hidden units (logit per sd of the input)")


def _slopes(run: Run, group: str) -> str:
    """The steepest inputs of the reference, in words."""
    mean = of_method(run.comparison[group]["mean"], run.reference)
    mean = mean.sel(per="sd") if "per" in mean.dims else mean
    order = np.argsort(-np.abs(mean.values))[:3]
    return ", ".join(f"{mean['feature'].values[place]} ({mean.values[place]:+.2f})" for place in order)


def _dependence_caption(run: Run) -> str:
    mean = run.comparison["partial_dependence"]["mean"]
    reach = mean.max("point") - mean.min("point")
    tops = [
        f"{label_of(method)} {reach['feature'].values[int(of_method(reach, method).argmax('feature'))]} "
        f"({float(of_method(reach, method).max()):.2f})"
        for method in methods_in(mean)
    ]
    return (
        "A steep curve is an input that decides; a flat one does not matter on its own. Where bands of two methods "
        f"part, they tell different stories. Widest range of the mean score: {', '.join(tops)}. Where inputs are "
        "correlated, some of the rows made up for a curve lie where no simulation does."
    )


SPECS = (
    FigureSpec(
        name="path_products",
        section="weights",
        title="Path products w0 w1",
        draw=lambda run: _draw(run, "path_products"),
        caption=lambda run: (
            "The slope of the logit along each input where every hidden unit has slope 1: no reordering or rescaling "
            f"of units can change it. Steepest for {label_of(run.reference)}: {_slopes(run, 'path_products')}. Lines "
            "hold 95 % of the draws; a point estimate has none."
        ),
        alt=lambda run: "Dots with intervals: sum of w0 w1 over hidden units for each input, by method.",
        table="path_products",
    ),
    FigureSpec(
        name="sensitivities",
        section="weights",
        title="Sensitivity of the score to each input",
        draw=lambda run: _draw(run, "sensitivities"),
        caption=lambda run: (
            "The derivative of the score, averaged over the test rows: right of zero, more of the input favours "
            "propagation; left of it, arrest. Steepest for "
            f"{label_of(run.reference)}: {_slopes(run, 'sensitivities')}. "
            "Lines hold 95 % of the draws; methods whose lines do not overlap disagree on the physics."
        ),
        alt=lambda run: "Dots with intervals: mean derivative of the score with respect to each input, by method.",
        table="sensitivities",
    ),
    FigureSpec(
        name="partial_dependence",
        section="weights",
        title="Partial dependence of the score",
        draw=lambda run: drawn(run, "partial_dependence", partial_dependence),
        caption=_dependence_caption,
        alt=lambda run: "A panel an input: mean score against the value of the input, a line and a band a method.",
        table="partial_dependence",
    ),
)
