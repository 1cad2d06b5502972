"""Maps of values on a lattice, of several kinds below each other, each kind with colours of its own."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from reports.marks import methods_in, of_method
from reports.style import WIDTH, label_of

COLUMNS = 3
TICKS = 3  # of an axis at most, less one: names of more run into those of the next map
COLOURED = 0.99  # share of a map that the colours reach


class Kind(NamedTuple):
    """Maps that share their colours."""

    panels: Mapping[str, xr.DataArray]  # title -> values, `(upwards, across)`
    colours: str
    limits: tuple[float, float]
    said: str  # beside the colours, with the unit
    extend: str = "neither"  # ends of the colours beyond which there are values


def means_and_sds(part: xr.Dataset, unit: str) -> tuple[Kind, Kind]:
    """Maps of `mean` and `sd (method, ...)`, the `truth` before the means where it is known."""
    means = {"truth": part["truth"]} if "truth" in part else {}
    means |= {label_of(m): of_method(part["mean"], m) for m in methods_in(part["mean"])}
    sds = {f"{label_of(m)}, sd": of_method(part["sd"], m) for m in methods_in(part["sd"])}
    sizes = np.abs(part["truth"] if "truth" in part else part["mean"])
    most = float(sizes.quantile(COLOURED))  # a source narrower than the lattice would take all the colours
    beyond = "both" if float(sizes.max()) > most else "neither"
    return (
        Kind(means, "RdBu_r", (-most, most), f"mean ({unit})", beyond),
        Kind(sds, "magma", (0.0, float(part["sd"].max())), f"sd ({unit})"),
    )


def maps(kinds: Sequence[Kind], dots: tuple[np.ndarray, np.ndarray]) -> Figure:
    """A figure of maps of several kinds, those without any left out.

    Parameters
    ----------
    kinds : sequence of Kind
    dots : tuple of ndarray
        Across and upwards, of places that are marked on every map.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = [kind for kind in kinds if kind.panels]
    rows = [-(-len(kind.panels) // COLUMNS) for kind in shown]
    figure = Figure(figsize=(WIDTH, 2.1 * sum(rows) + 0.3))
    axes = figure.subplots(sum(rows), COLUMNS, squeeze=False, sharex=True, sharey=True)
    for kind, some in zip(shown, np.split(axes, np.cumsum(rows)[:-1]), strict=True):
        for panel in some.ravel()[len(kind.panels) :]:
            panel.set_axis_off()
        for panel, (title, values) in zip(some.ravel(), kind.panels.items(), strict=False):
            drawn = lattice_map(panel, values, kind.colours, kind.limits)
            panel.plot(*dots, ".", color="#222222", markersize=1.2)
            panel.set_title(title)
            panel.tick_params(labelbottom=True, labelleft=True)  # alone on a narrow screen it needs its own
            for axis in (panel.xaxis, panel.yaxis):
                axis.set_major_locator(MaxNLocator(TICKS))
        figure.colorbar(drawn, ax=some.ravel().tolist(), label=kind.said, shrink=0.8, extend=kind.extend)
    return figure


def lattice_map(axes: Axes, values: xr.DataArray, colours: str, limits: tuple[float, float]) -> AxesImage:
    """Values at places that are the centres of their cells, with their dimensions upwards and across."""
    up, across = (values[dim].values for dim in values.dims)
    half = (across[1] - across[0]) / 2
    extent = (across[0] - half, across[-1] + half, up[0] - half, up[-1] + half)
    low, high = limits
    drawn = axes.imshow(values.values, cmap=colours, vmin=low, vmax=high, origin="lower", extent=extent)
    axes.grid(visible=False)
    return drawn
