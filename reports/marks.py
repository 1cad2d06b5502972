"""Marks that several figures share: dots with intervals, panels and the legend of methods."""

import math

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reports.style import CLASS_COLOURS, CLASS_NAMES, WIDTH, colour_of, label_of, marker_of

SPREAD = 0.6  # of the room between two items that the methods' dots take


def methods_in(values: xr.DataArray) -> list[str]:
    """Methods that have any number."""
    known = values.notnull().any([dim for dim in values.dims if dim != "method"])
    return [str(method) for method in values["method"].values[known.values]]


def of_method(values: xr.DataArray | xr.Dataset, method: str) -> xr.DataArray | xr.Dataset:
    """What belongs to a method (`sel(method=...)` would be taken for xarray's own argument)."""
    return values.sel({"method": method})


def panels(count: int, *, columns: int, height: float, width: float = WIDTH, **options) -> tuple[Figure, list[Axes]]:
    """A figure of small multiples, `height` inches a row; places beyond `count` stay empty."""
    columns = max(1, min(columns, count))
    rows = math.ceil(count / columns)
    figure = Figure(figsize=(width, rows * height + 0.4))
    axes = figure.subplots(rows, columns, squeeze=False, **options).ravel().tolist()
    for spare in axes[count:]:
        spare.set_axis_off()
    return figure, axes[:count]


def method_legend(figure: Figure, methods: list[str], *extra: Line2D, markers: bool = True) -> None:
    """Legend above the panels; without markers where methods are drawn as curves."""
    handles = [
        Line2D([], [], color=colour_of(method), marker=marker_of(method) if markers else None, label=label_of(method))
        for method in methods
    ]
    handles += extra
    figure.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), 5))


def class_handles() -> list[Line2D]:
    """What the legend says of the classes."""
    return [
        Line2D([], [], color=colour, marker="s", linestyle="", markersize=7, label=CLASS_NAMES[label])
        for label, colour in CLASS_COLOURS.items()
    ]


def forest(
    axes: Axes,
    centre: xr.DataArray,
    *,
    items: list[str],
    lower: xr.DataArray | None = None,
    upper: xr.DataArray | None = None,
    inner: xr.DataArray | None = None,
    zero: bool = True,
) -> None:
    """Dots with intervals, one line per item and one colour per method.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    centre : xarray.DataArray
        Dots, `(method, item)`, whatever the second dimension is called. A NaN is not drawn.
    items : list of str
        Names of the items, from top to bottom.
    lower, upper : xarray.DataArray, optional
        Ends of the thin lines, as `centre`.
    inner : xarray.DataArray, optional
        Half lengths of the thick lines about the dots, as `centre`.
    zero : bool
        Whether to mark zero.
    """
    methods = methods_in(centre)
    if zero:
        axes.axvline(0, color="#222222", linewidth=0.8)
    for place, method in enumerate(methods):
        y = np.arange(len(items)) + SPREAD * ((place + 0.5) / len(methods) - 0.5)
        dots, colour = of_method(centre, method).values, colour_of(method)
        if lower is not None and upper is not None:
            axes.hlines(y, of_method(lower, method).values, of_method(upper, method).values, color=colour, linewidth=1)
        if inner is not None:
            half = of_method(inner, method).values
            axes.hlines(y, dots - half, dots + half, color=colour, linewidth=3.2, alpha=0.55)
        axes.plot(dots, y, marker=marker_of(method), linestyle="", color=colour, markersize=4.5, label=label_of(method))
    axes.set_yticks(np.arange(len(items)), items)
    axes.set_ylim(len(items) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))


def dots(axes: Axes, centres: list[float], methods: list[str], labels: list[str]) -> None:
    """One dot per line, from top to bottom, in the colour and with the marker of its method."""
    for y, (centre, method) in enumerate(zip(centres, methods, strict=True)):
        axes.plot(centre, y, marker=marker_of(method), linestyle="", color=colour_of(method))
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(3))


def rug(axes: Axes, values: np.ndarray, low: float, high: float, *, color: str) -> None:
    """A tick a value, from `low` to `high`, all as one path: a mark each would fill the file."""
    y = np.tile([low, high, np.nan], len(values))
    axes.plot(np.repeat(values, 3), y, color=color, linewidth=0.3)


def forest_height(items: int, methods: int) -> float:
    """Inches that a forest needs."""
    return 0.75 + items * max(0.24, 0.095 * methods)
