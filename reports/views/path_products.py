"""Path products: slopes of the logit that no symmetry of the hidden layer can touch."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import label_of, shorten, styled
from reports.view import View, csv, items_table, reference_of
from reports.words import MINUS

NOTE = (
    "Sum over hidden units of w0 w1: slope of the logit per sd of the input where every unit has slope 1. "
    "Brackets: 95 % of the draws."
)


def show(result: Result) -> Section | None:
    """The path product of each input with its interval over draws."""
    part = result.part("path_products")
    if part is None:
        return None
    source = csv(result, "path_products", "feature")
    drawn = image(
        slopes(part, xlabel="sum of w0 w1 over hidden units (logit per sd of the input)"),
        "path-products",
        "Path products w0 w1",
        "The slope of the logit along each input where every hidden unit has slope 1: no reordering or rescaling of "
        f"units can change it. {steepest(result, part)} Lines hold 95 % of the draws; a point estimate has none.",
        "Dots with intervals: sum of w0 w1 over hidden units for each input, by method.",
        source=source,
    )
    table = items_table(result, "Path products", part, "mean", ("lower", "upper"), note=NOTE, source=source)
    details = Section("Path products", "path-products", tables=(table,))
    return Section("Path products", "paths", images=(drawn,), details=(details,))


@styled
def slopes(statistics: xr.Dataset, *, xlabel: str) -> Figure:
    """A slope along each input with its interval over draws, by method.

    Parameters
    ----------
    statistics : xarray.Dataset
        `mean`, `lower`, `upper (method, feature)`: the part `path_products`, or `sensitivities` of one `per`.
    xlabel : str
        Quantity and unit.
    """
    one = statistics.transpose("method", "feature")
    items = [shorten(str(name)) for name in one["feature"].values]
    methods = methods_in(one["mean"])
    figure, (axes,) = panels(1, columns=1, height=forest_height(len(items), len(methods)))
    forest(axes, one["mean"], items=items, lower=one["lower"], upper=one["upper"])
    axes.set_xlabel(xlabel)
    method_legend(figure, methods)
    return figure


def steepest(result: Result, statistics: xr.Dataset) -> str:
    """The three inputs along which the reference is steepest, in words; `statistics` as of `slopes`."""
    mean = of_method(statistics["mean"], reference_of(result))
    order = np.argsort(-np.abs(mean.values))[:3]
    found = [f"{mean['feature'].values[place]} ({mean.values[place]:+.2f})".replace("-", MINUS) for place in order]
    return f"Steepest for {label_of(reference_of(result))}: {', '.join(found)}."


VIEW = View(show, folded=True)
