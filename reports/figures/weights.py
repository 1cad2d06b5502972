"""Figures of the section on weights: mean and sd of each weight (the paper's Figure 4), and how sure a method is."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from reports.figures.densities import FORMS, KINDS
from reports.marks import method_legend, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import GREY, WIDTH, colour_of, label_of, marker_of, shorten, styled


@styled
def heat_maps(weights: xr.Dataset, *, form: str = "matched") -> Figure:
    """Mean and sd of w0, with b0 and w1 below, of every method on shared colour scales (the paper's Figure 4).

    Parameters
    ----------
    weights : xarray.Dataset
        Group `weights` of a comparison.
    form : str
        Of its `alignment`.

    Returns
    -------
    matplotlib.figure.Figure
        A row a method, its mean left and its sd right; a column a hidden unit.
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


@styled
def spread_of_weights(weights: xr.Dataset, *, quantity: str, forms: tuple[str, ...] = ("none", "matched")) -> Figure:
    """Every weight's sd ratio or contraction, by kind and method.

    Parameters
    ----------
    weights : xarray.Dataset
        Group `weights` of a comparison.
    quantity : str
        `sd_ratio`, on a logarithmic axis, or `contraction_beyond_matching`.
    forms : tuple of str
        Of its `alignment`, a panel each.

    Returns
    -------
    matplotlib.figure.Figure
        Ticks are weights, the marker is their median.
    """
    ratio = quantity == "sd_ratio"
    values = weights[quantity]
    methods = methods_in(values)
    if ratio:  # that of the reference is 1
        methods = [method for method in methods if method != weights.attrs["reference"]]
    kinds = [kind for kind in KINDS if (weights["parameter"] == kind).any()]
    height = 0.7 + 0.2 * len(kinds) * max(2, len(methods))
    figure, axes = panels(len(forms), columns=2, height=height, sharex=True, sharey=True)
    for panel, form in zip(axes, forms, strict=True):
        for place, method in enumerate(methods):
            one = of_method(values, method).sel(alignment=form)
            for y, kind in enumerate(kinds):
                dots = one.values[weights["parameter"].values == kind]
                _strip(panel, dots, y + 0.7 * ((place + 0.5) / len(methods) - 0.5), method)
        panel.axvline(1 if ratio else 0, color="#222222", linewidth=0.8)
        panel.set_title(FORMS[form])
        panel.set_yticks(range(len(kinds)), kinds)
        panel.set_ylim(len(kinds) - 0.5, -0.5)
        panel.grid(visible=False, axis="y")
        panel.set_xlabel("sd over the reference's (1)" if ratio else "contraction beyond matching (1)")
        if ratio:
            _log_axis(panel, values)
    method_legend(figure, methods, Line2D([], [], color=GREY, marker="|", linestyle="", label="a weight"))
    return figure


def _strip(panel: Axes, dots: np.ndarray, y: float, method: str) -> None:
    dots = dots[np.isfinite(dots)]
    if len(dots):
        panel.plot(dots, np.full(len(dots), y), "|", color=colour_of(method), markersize=7, alpha=0.45)
        panel.plot(np.median(dots), y, marker_of(method), color=colour_of(method), mec="white", markersize=7)


def _log_axis(panel: Axes, values: xr.DataArray) -> None:
    """Ticks at plain numbers."""
    panel.set_xscale("log")
    low, high = float(values.min()), float(values.max())
    ticks = [t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low / 2 <= t <= high * 2]
    panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.minorticks_off()


def _draw_spread(run: Run, quantity: str) -> Figure | None:
    part = run.part("weights")
    if part is None:
        return None
    others = part[quantity]
    if quantity == "sd_ratio":
        others = others.sel({"method": [method for method in methods_in(others) if method != run.reference]})
    return spread_of_weights(part, quantity=quantity) if others.notnull().any() else None


def _summary(run: Run, quantity: str, *, skip_reference: bool = False) -> str:
    """A quantity of w0 (see `weight_summary`) before and after matching, by method, in words."""
    values = run.comparison["weight_summary"][quantity].sel(parameter="w0")
    methods = [m for m in methods_in(values) if not (skip_reference and m == run.reference)]
    return "; ".join(
        "{} {:.2f} as drawn, {:.2f} matched".format(
            label_of(method), *of_method(values, method).sel(alignment=["none", "matched"]).values
        )
        for method in methods
    )


def _maps_caption(run: Run) -> str:
    sd = run.comparison["weight_summary"]["sd"].sel(parameter="w0", alignment="matched")
    known = ", ".join(f"{label_of(method)} {float(of_method(sd, method)):.2f}" for method in methods_in(sd))
    means = f" Mean sd of w0: {known}." if known else ""
    return (
        "Means (left) and sds (right) of the weights of each hidden unit, a column each, once units are matched to "
        f"those of {label_of(run.reference)}; rows are inputs, then b0 and w1. The same column in two methods is "
        f"the same unit only as far as the matching is sure. Pale columns on the left are units that do little.{means}"
    )


SPECS = (
    FigureSpec(
        name="weight_maps",
        section="weights",
        title="Mean and sd of the weights (Figure 4)",
        draw=lambda run: drawn(run, "weights", heat_maps),
        caption=_maps_caption,
        alt=lambda run: "Heat maps of the mean and the sd of every weight, inputs by hidden units, a row a method.",
        table="weights",
    ),
    FigureSpec(
        name="weight_sd_ratio",
        section="weights",
        title="Sd of the weights against the reference",
        draw=lambda run: _draw_spread(run, "sd_ratio"),
        caption=lambda run: (
            f"Left of 1, a method is surer of a weight than {label_of(run.reference)} is. Ticks are weights, the "
            f"marker their median; for w0: {_summary(run, 'sd_ratio', skip_reference=True)}."
        ),
        alt=lambda run: "Strips of ticks: sd of each weight over that of the reference, by kind of weight and method.",
        table="weights",
    ),
    FigureSpec(
        name="weight_contraction",
        section="weights",
        title="What the data say about the weights",
        draw=lambda run: _draw_spread(run, "contraction_beyond_matching"),
        caption=lambda run: (
            "At 1 a weight is known exactly, at 0 no better than from the prior alone (matched to the units of the "
            "same method); below 0 it is spread wider than the prior. Mean over w0: "
            f"{_summary(run, 'contraction_beyond_matching')}."
        ),
        alt=lambda run: "Strips of ticks: contraction of each weight from prior to posterior, by kind and method.",
        table="weights",
    ),
)
