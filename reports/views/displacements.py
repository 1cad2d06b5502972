"""Maps of the displacements: what was observed, what each method's fault makes of it, and what is left over."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import methods_in, of_method
from reports.style import WIDTH, label_of, styled
from reports.view import Column, View, csv, fits_table
from reports.words import number

ARROW = 0.25  # of the map's width: length of the longest arrow
COLUMNS = (
    Column("χ² of the data", "displacements", "chi_square", key="chi_square"),
    *(
        Column(f"rms {component} (m)", "displacements", "rms", {"component": component}, key=f"rms_{component}")
        for component in ("east", "north", "up")
    ),
)
NOTE = (
    "Residuals of the mean over draws of the displacement. χ²: sum of squares in units of the noise's sd; for a fault "
    "that explains the data it is about the number of data."
)


def show(result: Result) -> Section:
    """Maps for each method, and how large the residuals are."""
    part = result.part("displacements")
    horizontal = np.hypot(part["observed"].sel(component="east"), part["observed"].sel(component="north"))
    data = part["observed"].size
    drawn = image(
        displacement_maps(part),
        "displacements",
        "Data, model and residual",
        f"Arrows: horizontal displacement, the longest observed one {number(float(horizontal.max()), 2)} m; colour: "
        f"vertical displacement. Each row of maps is one method; arrows and colours of the residuals are enlarged "
        f"{_enlarged(part):g} times. Residuals of a fault that explains the data look like noise.",
        "Maps of the stations, three per method: observed displacement, displacement by the mean of the posterior, and "
        "their difference.",
        source=csv(result, "displacements", "station", "component"),
        dense=part.sizes["station"] > 200,
    )
    table = fits_table(result, f"Residuals of {data} data", COLUMNS, note=NOTE, source=csv(result, "displacements"))
    return Section("Displacements", "displacements", tables=table, images=(drawn,))


def show_runs(result: Result) -> Section:
    """How large the residuals are in each run."""
    table = fits_table(result, "Residuals", COLUMNS, note=NOTE, source=csv(result, "displacements"))
    return Section("Displacements", "displacements", tables=table)


@styled
def displacement_maps(part: xr.Dataset) -> Figure:
    """Maps of observed and expected displacement and of the residual, a row for each method.

    Parameters
    ----------
    part : xarray.Dataset
        The part `displacements`.
    """
    methods = methods_in(part["model"])
    figure = Figure(figsize=(WIDTH, 2.05 * len(methods) + 0.8))
    axes = figure.subplots(len(methods), 3, squeeze=False, sharex=True, sharey=True)
    largest, factor = _largest(part), _enlarged(part)
    for row, method in zip(axes, methods, strict=True):
        shown = (part["observed"], of_method(part["model"], method), factor * of_method(part["residual"], method))
        for panel, values in zip(row, shown, strict=True):
            points = _map(panel, values, largest)
        row[0].set_ylabel(f"{label_of(method)}\nnorth (km)")
    for panel, title in zip(axes[0], ("data", "model", f"residual, {factor:g} times"), strict=True):
        panel.set_title(title)
    for panel in axes[-1]:
        panel.set_xlabel("east (km)")
    figure.colorbar(points, ax=axes, label="up (m)", location="bottom", shrink=0.5, aspect=40)
    return figure


def _map(axes: Axes, values: xr.DataArray, largest: tuple[float, float]) -> PathCollection:
    """Horizontal displacement as arrows and vertical displacement as coloured dots."""
    east, north = values["east"].values, values["north"].values
    horizontal, vertical = largest
    few = len(east) <= 200
    points = axes.scatter(
        east, north, c=values.sel(component="up").values, s=14 if few else 5, cmap="RdBu_r",
        norm=Normalize(-vertical, vertical), edgecolors="#555555" if few else "none", linewidths=0.4,
    )  # fmt: skip
    axes.quiver(
        east, north, values.sel(component="east").values, values.sel(component="north").values,
        angles="xy", scale_units="xy", scale=horizontal / (ARROW * np.ptp(east)), width=0.006 if few else 0.003,
    )  # fmt: skip
    axes.set_aspect("equal")
    axes.grid(visible=False)
    return points


def _largest(part: xr.Dataset) -> tuple[float, float]:
    """Largest observed horizontal and vertical displacement."""
    observed = part["observed"]
    horizontal = np.hypot(observed.sel(component="east"), observed.sel(component="north"))
    return float(horizontal.max()), float(np.abs(observed.sel(component="up")).max())


def _enlarged(part: xr.Dataset) -> float:
    """A power of ten times 1, 2 or 5 by which residuals of about three sds can be seen."""
    wanted = max(_largest(part)) / (6 * float(part["sd"].max()))
    steps = [step * 10**power for power in range(4) for step in (1, 2, 5)]
    return float(max([step for step in steps if step <= wanted], default=1))


VIEW = View(show, across=View(show_runs))
