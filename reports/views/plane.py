"""Where among the inputs each method is uncertain, and where it errs."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import methods_in, of_method, panels
from reports.style import label_of, styled
from reports.view import View, csv
from reports.views.uncertainty import MEASURES, WRONG
from reports.words import percent

CROSS = {"color": "#D55E00", "marker": "x", "linestyle": ""}


def show(result: Result) -> Section | None:
    """The test rows in the plane of the inputs, shaded by their uncertainty."""
    plane, uncertainty = result.part("plane"), result.part("uncertainty")
    if plane is None or uncertainty is None or plane.sizes["component"] < 2:
        return None
    largest = np.abs(plane["loadings"].transpose("component", "feature").values).argmax(axis=1)
    first, second = plane["feature"].values[largest]
    drawn = image(
        input_plane(plane, uncertainty),
        "input_plane",
        "Uncertainty and errors over the inputs",
        f"The plane holds {percent(float(plane['explained'].sum()), 0)} of the variance of the standardised inputs; "
        f"component 1 leans most on {first}, component 2 on {second}. Dark dots are uncertain rows. Where crosses lie "
        "on pale dots, the method errs without knowing it.",
        "One panel per method: test rows in the plane of two principal components, coloured by uncertainty, "
        "misclassified rows crossed.",
        source=csv(result, "plane", "simulation", "component"),
        dense=True,
    )
    return Section("Plane of the inputs", "plane", images=(drawn,))


@styled
def input_plane(plane: xr.Dataset, uncertainty: xr.Dataset) -> Figure:
    """Test rows in the plane of the inputs' first two principal components, coloured by their total entropy.

    Parameters
    ----------
    plane : xarray.Dataset
        The part `plane`, with two components.
    uncertainty : xarray.Dataset
        The part `uncertainty`. Its total entropy is known of every method, of point estimates too.
    """
    values = uncertainty["uncertainty"].sel(measure="total")
    methods = methods_in(values)
    first, second = plane["plane"].transpose("component", "simulation").values
    figure, axes = panels(len(methods), columns=3, height=3.0, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one = of_method(values, method).values
        order = np.argsort(one)  # the uncertain rows on top
        shades = {"c": one[order], "cmap": "YlGnBu", "vmin": 0, "vmax": float(values.max())}
        dots = panel.scatter(first[order], second[order], s=16, edgecolors="#999999", linewidths=0.4, **shades)
        wrong = np.isin(of_method(uncertainty["cell"], method).values, WRONG)
        panel.plot(first[wrong], second[wrong], markersize=5.5, mew=1.5, **CROSS)
        panel.set_title(f"{label_of(method)}, {int(wrong.sum())} errors")
        panel.set_xlabel("component 1 (sd)")
    axes[0].set_ylabel("component 2 (sd)")
    figure.colorbar(dots, ax=axes, label=MEASURES["total"], shrink=0.85)
    figure.legend(handles=[Line2D([], [], label="misclassified", **CROSS)], loc="outside upper left")
    return figure


VIEW = View(show)
