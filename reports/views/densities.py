"""Prior and posterior densities of the weights (the paper's Figure 3)."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import WIDTH, colour_of, label_of, shorten, styled
from reports.view import View, csv, find, reference_of
from reports.views.weight_summary import ALIGNMENTS, KINDS
from reports.words import fixed

PRIOR_LINE = {"linestyle": "--", "linewidth": 1.2}
PRIOR = Line2D([], [], color="#222222", **PRIOR_LINE, label="prior")


def show(result: Result) -> Section | None:
    """Densities of each kind of weight, and of the clearest weights before and after matching."""
    curves, weights = result.part("densities"), result.part("weights")
    if curves is None or curves["density"].isnull().all():
        return None
    images = [_kinds_image(result, curves)]
    if weights is not None and of_method(curves["density"], reference_of(result)).notnull().any():
        images.append(_matched_image(result, curves, weights))
    return Section("Densities of the weights", "densities", images=tuple(images))


def _kinds_image(result: Result, curves: xr.Dataset) -> Image:
    sds = {
        method: [
            find(result, "weight_summary", "sd", {"method": method, "alignment": "none", "parameter": kind})
            for kind in KINDS
        ]
        for method in methods_in(curves["density"])
    }
    known = "; ".join(
        f"{label_of(method)} " + ", ".join(f"{kind} {fixed(sd, 2)}" for kind, sd in zip(KINDS, found, strict=True))
        for method, found in sds.items()
        if np.isfinite(found).all()
    )
    return image(
        densities(curves),
        "weight-densities",
        "Prior and posterior of the weights (the paper's Figure 3)",
        "Each line is the mean over all weights of a kind, so the order of hidden units does not matter, and sharp "
        "peaks are single weights of which a method is sure. A line near the dashed prior does not mean that nothing "
        "was learned: units can change places, so a mean over them can look like the prior whatever each has learned "
        f"(see the matched weights).{known and f' Mean sd of the weights: {known}.'}",
        "Curves of density, one panel per kind of weight: prior dashed, one line per method.",
        source=csv(result, "weight_summary", "alignment", "parameter"),
    )


def _matched_image(result: Result, curves: xr.Dataset, weights: xr.Dataset) -> Image:
    return image(
        matched_densities(curves, weights),
        "weight-densities-matched",
        "The clearest weights before and after matching",
        f"The weights that {label_of(reference_of(result))} tells best from zero. Left, as drawn: hidden units can "
        "change places between chains, so a density can have several peaks that are one weight of several units. "
        "Right, once units are matched; the prior, dashed, is matched to the units of each method and has its colour. "
        "A narrow curve away from its own dashed line is knowledge, a curve of another method elsewhere is another "
        "mode. Vertical lines are point estimates.",
        "One row per weight, as drawn left and matched right: prior (dashed) and density of every method.",
        source=csv(result, "weights", "alignment", "weight"),
    )


@styled
def densities(curves: xr.Dataset) -> Figure:
    """Prior and posterior density of each kind of weight (the paper's Figure 3).

    Parameters
    ----------
    curves : xarray.Dataset
        The part `densities`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per kind, each line the mean of the densities of all its weights: the order of the hidden units does
        not matter to it. Point estimates have none.
    """
    kinds = [kind for kind in KINDS if (curves["parameter"] == kind).any()]
    methods = methods_in(curves["density"])
    figure, axes = panels(len(kinds), columns=2, height=2.3)
    for panel, kind in zip(axes, kinds, strict=True):
        chosen = curves.sel(alignment="none").isel(weight=np.flatnonzero(curves["parameter"].values == kind))
        mean = chosen.mean("weight")
        _curves(panel, mean, methods)
        _limit(panel, mean)
        panel.set_title(KINDS[kind])
    figure.supxlabel("weight (for inputs of sd 1)", fontsize="medium")
    figure.supylabel("mean density (square-root scale)", fontsize="medium")
    method_legend(figure, methods, PRIOR, markers=False)
    return figure


@styled
def matched_densities(
    curves: xr.Dataset, weights: xr.Dataset, *, count: int = 6, forms: tuple[str, ...] = ("none", "matched")
) -> Figure:
    """Prior and posterior densities of the clearest weights, before and after hidden units are matched.

    Parameters
    ----------
    curves, weights : xarray.Dataset
        The parts `densities` and `weights`.
    count : int
        Weights to show: those that the reference method tells best from zero once matched.
    forms : tuple of str
        Forms of `alignment`, one column each.

    Returns
    -------
    matplotlib.figure.Figure
        Point estimates are vertical lines.
    """
    places = clearest(weights, count)
    methods = methods_in(curves["density"])
    points = [method for method in methods_in(weights["mean"]) if method not in methods]
    figure = Figure(figsize=(WIDTH, 1.35 * len(places) + 0.8))
    axes = figure.subplots(len(places), len(forms), squeeze=False, sharex="row", sharey="row")
    for row, place in zip(axes, places, strict=True):
        one, means = curves.isel(weight=place), weights["mean"].isel(weight=place)
        for panel, form in zip(row, forms, strict=True):
            _curves(panel, one.sel(alignment=form), methods)
            for method in points:
                panel.axvline(float(of_method(means, method).sel(alignment=form)), color=colour_of(method))
            panel.set_yticks([])
        _limit(row[0], one.sel(alignment=list(forms)))
        row[0].set_title(weight_name(one))
    for panel, form in zip(axes[0], forms, strict=True):
        panel.set_title(f"units {ALIGNMENTS[form]}", loc="right", style="italic")
    figure.supxlabel("weight (for inputs of sd 1)", fontsize="medium")
    figure.supylabel("density (square-root scale)", fontsize="medium")
    method_legend(figure, methods + points, PRIOR, markers=False)
    return figure


def clearest(weights: xr.Dataset, count: int) -> list[int]:
    """Places of the weights whose mean is most sds from zero, for the reference method once units are matched."""
    matched = weights.sel({"method": weights.attrs["reference"], "alignment": "matched"})
    distance = np.nan_to_num(np.abs(matched["mean"] / matched["sd"]).values)
    return np.argsort(-distance, kind="stable")[:count].tolist()


def weight_name(weight: xr.DataArray | xr.Dataset) -> str:
    """Name of one weight of the parts `weights` or `densities`, such as `w0 sxy → unit 3`."""
    kind, unit = str(weight["parameter"].item()), int(weight["unit"])
    if kind == "b1":
        return kind
    source = f"{shorten(str(weight['input'].item()), 14)} → " if kind == "w0" else ""
    return f"{kind} {source}unit {unit}"


def _curves(panel: Axes, curves: xr.Dataset, methods: list[str]) -> None:
    value = curves["value"].values
    if curves["alignment"] == "none":  # the same for every method; once matched, each has its own
        panel.plot(value, of_method(curves["prior"], methods[0]).values, color="#222222", **PRIOR_LINE)
    else:
        for method in methods:
            panel.plot(value, of_method(curves["prior"], method).values, color=colour_of(method), **PRIOR_LINE)
    for method in methods:
        panel.plot(value, of_method(curves["density"], method).values, color=colour_of(method))
    # a peak of one method would else press the others to the ground
    panel.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))


def _limit(panel: Axes, curves: xr.Dataset) -> None:
    """Show where any of the curves is above a hundredth of its peak."""
    seen = np.zeros(curves.sizes["value"], dtype=bool)
    for one in (curves["density"], curves["prior"]):
        seen |= (one >= 0.01 * one.max("value")).any([dim for dim in one.dims if dim != "value"]).values
    values = curves["value"].values[seen]
    panel.set_xlim(values.min(), values.max())
    panel.set_ylim(0, 1.1 * max(float(curves["density"].max()), float(curves["prior"].max())))


VIEW = View(show, folded=True)
