"""Mean and sd of each weight (the paper's Figure 4), and how sure each method is of it."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import GREY, WIDTH, colour_of, label_of, marker_of, shorten, styled
from reports.view import View, csv, find, reference_of
from reports.views.weight_summary import ALIGNMENTS, KINDS
from reports.words import fixed, percent

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def show(result: Result) -> Section | None:
    """Heat maps of the weights, and strips of their sds compared with the reference's and with the prior's."""
    part = result.part("weights")
    if part is None:
        return None
    others = [m for m in methods_in(part["mean"]) if m != reference_of(result)]
    strips = []
    if part["sd_ratio"].sel({"method": others}).notnull().any():
        strips.append(_ratio_image(result, part, others))
    if part["contraction_beyond_matching"].notnull().any():
        strips.append(_contraction_image(result, part))
    title = "Sds of the weights compared"
    details = (Section(title, "weights-sds", images=tuple(strips)),) if strips else ()
    return Section("Maps of the weights", "weight-by-weight", images=(_maps_image(result, part),), details=details)


def _source(result: Result) -> str:
    return csv(result, "weights", "alignment", "weight")


def _w0(result: Result, variable: str, method: str, form: str) -> float:
    """A summary of the input weights of a method."""
    return find(result, "weight_summary", variable, {"method": method, "alignment": form, "parameter": "w0"})


def _maps_image(result: Result, part: xr.Dataset) -> Image:
    sd = {method: _w0(result, "sd", method, "matched") for method in methods_in(part["mean"])}
    known = [f"{label_of(method)} {fixed(value, 2)}" for method, value in sd.items() if np.isfinite(value)]
    means = f" Mean sd of w0: {', '.join(known)}." if known else ""
    return image(
        heat_maps(part),
        "weight-maps",
        "Mean and sd of the weights (the paper's Figure 4)",
        "Means (left) and sds (right) of the weights of each hidden unit, one column per unit, once units are matched "
        f"to those of {label_of(reference_of(result))}; rows are inputs, then b0 and w1. The same column in two "
        "methods is the same unit only as far as the matching is sure. Pale columns on the left are units that do "
        f"little.{means}",
        "Heat maps of the mean and the sd of every weight, inputs by hidden units, one row of maps per method.",
        source=_source(result),
    )


@styled
def heat_maps(weights: xr.Dataset, *, form: str = "matched") -> Figure:
    """Mean and sd of w0, with b0 and w1 below, of every method on shared colour scales (the paper's Figure 4).

    Parameters
    ----------
    weights : xarray.Dataset
        The part `weights`.
    form : str
        One of its `alignment`.

    Returns
    -------
    matplotlib.figure.Figure
        One row per method, its mean left and its sd right; one column per hidden unit.
    """
    chosen = weights.sel(alignment=form)
    methods = methods_in(chosen["mean"])
    known = methods_in(chosen["sd"]) if chosen["sd"].notnull().any() else []
    limit = float(np.abs(chosen["mean"]).max())
    lines = 2 + len(set(chosen["input"].values[chosen["parameter"].values == "w0"].tolist()))
    figure = Figure(figsize=(WIDTH, len(methods) * (0.5 + 0.2 * lines) + 0.8))
    axes = figure.subplots(len(methods), 2, squeeze=False, sharex=True, sharey=True)
    for (left, right), method in zip(axes, methods, strict=True):
        one = of_method(chosen, method)
        means = _heat_map(left, one["mean"], "RdBu_r", -limit, limit)
        left.set_title(f"{label_of(method)}, mean")
        right.set_title(f"{label_of(method)}, sd")
        if method in known:
            spreads = _heat_map(right, one["sd"], "viridis", 0, float(chosen["sd"].max()))
        else:
            right.text(0.5, 0.5, "a point estimate has no sd", transform=right.transAxes, ha="center", va="center")
            right.grid(visible=False)
    for panel in axes[-1]:
        panel.set_xlabel("hidden unit")
    bar = {"location": "bottom", "shrink": 0.7, "aspect": 30, "pad": 0.01}
    figure.colorbar(means, ax=axes[:, 0], label="mean (for inputs of sd 1)", **bar)
    if known:
        figure.colorbar(spreads, ax=axes[:, 1], label="sd (for inputs of sd 1)", **bar)
    return figure


def _heat_map(panel: Axes, values: xr.DataArray, colours: str, low: float, high: float) -> AxesImage:
    """Inputs, b0 and w1 from top to bottom, hidden units from left to right."""
    inner = values.isel(weight=np.flatnonzero(values["unit"].values >= 0))
    units = list(dict.fromkeys(inner["unit"].values.tolist()))
    kinds, inputs = inner["parameter"].values, inner["input"].values
    names = [shorten(str(name), 16) for name in dict.fromkeys(inputs[kinds == "w0"].tolist())]
    table = np.concatenate([inner.values[kinds == kind].reshape(-1, len(units)) for kind in ("w0", "b0", "w1")])
    image = panel.imshow(table, cmap=colours, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    for line in (len(names) - 0.5, len(names) + 0.5):
        panel.axhline(line, color="white", linewidth=2.5)
    step = 1 if len(units) <= 16 else 4
    panel.set_xticks(range(0, len(units), step), units[::step])
    panel.set_yticks(range(len(table)), [*names, "b0", "w1"])
    panel.grid(visible=False)
    return image


def _ratio_image(result: Result, part: xr.Dataset, others: list[str]) -> Image:
    return image(
        spread_of_weights(part, others, quantity="sd_ratio"),
        "weight-sd-ratio",
        "Sd of the weights compared with the reference's",
        f"Left of 1, a method is surer of a weight than {label_of(reference_of(result))} is. Ticks are weights, the "
        f"marker is their median.{_learned(result, others)}",
        "Strips of ticks: sd of each weight over that of the reference, by kind of weight and method.",
        source=_source(result),
    )


def _contraction_image(result: Result, part: xr.Dataset) -> Image:
    methods = methods_in(part["contraction_beyond_matching"])
    said = _before_and_after(result, "contraction_beyond_matching", methods)
    return image(
        spread_of_weights(part, methods, quantity="contraction_beyond_matching"),
        "weight-contraction",
        "What the data say about the weights",
        "At 1 a weight is known exactly, at 0 no better than from the prior alone (matched to the units of the same "
        "method); below 0 it is spread wider than the prior. Ticks are weights, the marker is their "
        f"median{said and f'; of w0: {said}'}.",
        "Strips of ticks: contraction of each weight from prior to posterior, by kind of weight and method.",
        source=_source(result),
    )


def _learned(result: Result, others: list[str]) -> str:
    """How sure each method is of the weights that the data tell both it and the reference about."""
    found = {
        method: (_w0(result, "learned_in_both", method, "matched"), _w0(result, "sd_ratio", method, "matched"))
        for method in others
    }
    said = [
        f"{label_of(method)} {fixed(ratio, 2)} in {percent(share, 0)} of them"
        for method, (share, ratio) in found.items()
        if np.isfinite(ratio)
    ]
    if not said:
        return ""
    return (
        " A weight of a unit that does nothing is as wide as its prior, and many of those put the marker near 1. "
        "Median over the weights of w0 of which both methods have lost half of the prior's variance, once units are "
        f"matched: {', '.join(said)}."
    )


def _before_and_after(result: Result, variable: str, methods: list[str]) -> str:
    """A summary of w0 before and after matching, by method, in words."""
    found = {m: [_w0(result, variable, m, form) for form in ("none", "matched")] for m in methods}
    return "; ".join(
        f"{label_of(method)} {fixed(drawn, 2)} as drawn, {fixed(matched, 2)} matched"
        for method, (drawn, matched) in found.items()
        if np.isfinite([drawn, matched]).all()
    )


@styled
def spread_of_weights(
    weights: xr.Dataset, methods: list[str], *, quantity: str, forms: tuple[str, ...] = ("none", "matched")
) -> Figure:
    """Every weight's sd ratio or contraction, by kind and method.

    Parameters
    ----------
    weights : xarray.Dataset
        The part `weights`.
    methods : list of str
        Methods to show; those without any value are left out.
    quantity : str
        `sd_ratio`, on a logarithmic axis, or `contraction_beyond_matching`.
    forms : tuple of str
        Forms of `alignment`, one panel each.

    Returns
    -------
    matplotlib.figure.Figure
        Ticks are weights, the marker is their median.
    """
    ratio, values = quantity == "sd_ratio", weights[quantity].sel({"method": methods})
    methods = methods_in(values)
    kinds = [kind for kind in KINDS if (weights["parameter"] == kind).any()]
    height = 0.7 + 0.2 * len(kinds) * max(2, len(methods))
    figure, axes = panels(len(forms), columns=2, height=height, sharex=True, sharey=True)
    for panel, form in zip(axes, forms, strict=True):
        for place, method in enumerate(methods):
            one = of_method(values, method).sel(alignment=form)
            for y, kind in enumerate(kinds):
                ticks = one.values[weights["parameter"].values == kind]
                _strip(panel, ticks, y + 0.7 * ((place + 0.5) / len(methods) - 0.5), method)
        panel.axvline(1 if ratio else 0, color="#222222", linewidth=0.8)
        panel.set_title(f"units {ALIGNMENTS[form]}")
        panel.set_yticks(range(len(kinds)), kinds)
        panel.set_ylim(len(kinds) - 0.5, -0.5)
        panel.grid(visible=False, axis="y")
        panel.set_xlabel("sd over the reference's (1)" if ratio else "contraction beyond matching (1)")
        if ratio:
            _log_axis(panel, values)
    method_legend(figure, methods, Line2D([], [], color=GREY, marker="|", linestyle="", label="single weight"))
    return figure


def _strip(panel: Axes, ticks: np.ndarray, y: float, method: str) -> None:
    ticks = ticks[np.isfinite(ticks)]
    if len(ticks):
        panel.plot(ticks, np.full(len(ticks), y), "|", color=colour_of(method), markersize=7, alpha=0.45)
        panel.plot(
            np.median(ticks),
            y,
            marker=marker_of(method),
            linestyle="",
            color=colour_of(method),
            mec="white",
            markersize=7,
        )


def _log_axis(panel: Axes, values: xr.DataArray) -> None:
    """Ticks at plain numbers."""
    panel.set_xscale("log")
    low, high = float(values.min()), float(values.max())
    ticks = [tick for tick in TICKS if low / 2 <= tick <= high * 2]
    panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.minorticks_off()


VIEW = View(show, folded=True)
