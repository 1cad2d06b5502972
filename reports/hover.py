"""What the dots of a figure tell under the pointer."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from bayesnet.contract import Result
from bayesnet.grading import some_positions
from reports.content import Dots
from reports.style import CLASS_NAMES, with_unit
from reports.view import methods_of, with_shown_inputs
from reports.words import fixed, name_of, number

MOST = 2500  # test rows that have a dot: more would hide each other, and their texts make a page of many megabytes


def dots_of(panels: Sequence[Axes], x: Sequence[np.ndarray], y: Sequence[np.ndarray], texts: Sequence[str]) -> Dots:
    """The dots of some panels of a figure that was drawn, with a text for each row.

    Parameters
    ----------
    panels : sequence of matplotlib.axes.Axes
        With linear axes.
    x, y : sequence of ndarray of shape (n_rows,)
        Of each panel, in its own coordinates.
    texts : sequence of str of length n_rows
    """
    boxes = [axes.get_position() for axes in panels]
    places = []
    for axes, across, up in zip(panels, x, y, strict=True):
        (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        places.append(zip((across - left) / (right - left), (top - up) / (top - bottom), strict=True))
    return Dots(
        tuple(texts),
        tuple(_rounded(box.x0, 1 - box.y1, box.x1, 1 - box.y0) for box in boxes),
        tuple(tuple(_rounded(*place) for place in panel) for panel in places),
    )


def _rounded(*values: float) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


def dots_of_rows(
    panels: Sequence[Axes], x: Sequence[np.ndarray], y: Sequence[np.ndarray], result: Result, uncertainty: xr.Dataset
) -> Dots:
    """Dots of test rows: see `dots_of` and `row_texts`."""
    return dots_of(panels, x, y, row_texts(result, uncertainty))


def rows_shown(rows: xr.Dataset) -> xr.Dataset:
    """The test rows that have a dot in a figure: of many some, drawn at random and always the same."""
    return rows.isel(simulation=some_positions(rows.sizes["simulation"], MOST))


def dot_for_each(rows: xr.Dataset) -> str:
    """Which test rows have a dot, in words."""
    total, shown = (one.sizes["simulation"] for one in (rows, rows_shown(rows)))
    return "one dot for each row" if shown == total else f"one dot for each of {shown} of the {total} rows, at random"


def row_texts(result: Result, uncertainty: xr.Dataset) -> list[str]:
    """What is known of test rows: number and class, the score by each method, the inputs.

    Parameters
    ----------
    result : Result
        Of one run.
    uncertainty : xarray.Dataset
        Some or all rows of the part `uncertainty`.
    """
    methods = [method for method in methods_of(result) if method in uncertainty["method"].values]
    fit = next(iter(result.fits.values()))
    rows = with_shown_inputs(result, fit["predictions_constant_data"].to_dataset())
    features = rows["features"].sel(simulation=uncertainty["simulation"].values).transpose("simulation", "feature")
    units = features["units"].values if "units" in features.coords else [""] * features.sizes["feature"]
    names = [with_unit(str(name), str(unit), 24) for name, unit in zip(features["feature"].values, units, strict=True)]
    score = uncertainty["score"].sel({"method": methods}).transpose("simulation", "method").values
    label = uncertainty["label"].sel({"method": methods[0]}).values
    rows = zip(uncertainty["simulation"].values, label, score, features.values, strict=True)
    return [
        f"Row {row}, {CLASS_NAMES[int(of_row)]}\n"
        + "scores: "
        + ", ".join(f"{name_of(method)} {fixed(one, 2)}" for method, one in zip(methods, scores, strict=True))
        + "\n"
        + ", ".join(f"{name} {number(value)}" for name, value in zip(names, inputs, strict=True))
        for row, of_row, scores, inputs in rows
    ]
