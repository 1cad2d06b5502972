"""How time and memory grow with rows and hidden units."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.style import WIDTH, styled
from reports.view import View, csv
from reports.views.solver import COLOURS, MARKERS, name_decades
from reports.words import count, number

ABOUT = (
    "Made-up rows and random draws. The exponent is the slope of a straight line through the logarithms: 1 where twice "
    "the rows take twice as long. Memory is the most that is held at a time, the result included."
)
GRADIENTS = {"double": "gradient, double (s)", "single": "gradient, single (s)"}
TABLES = {  # dimension -> what it counts, heading of each variable
    "rows": ("training rows", GRADIENTS),
    "units": ("hidden units", {f"unit_{name}": heading for name, heading in GRADIENTS.items()}),
    "tested": (
        "test rows",
        {
            "prediction": "prediction (s)",
            "importance": "importance (s)",
            "prediction_memory": "memory of prediction (GiB)",
            "importance_memory": "memory of importance (GiB)",
        },
    ),
}
LINES = {  # dimension -> name of each line
    "rows": {"double": "double", "single": "single"},
    "units": {"unit_double": "double", "unit_single": "single"},
    "tested": {"prediction": "prediction", "importance": "importance"},
}


def show(result: Result) -> Section:
    """Times and memory by rows and by units, with their exponents."""
    part = result.part("growth")
    drawn = image(
        growth(part),
        "speed-growth",
        "Growth",
        "Seconds over the numbers of training rows, hidden units and test rows.",
        "Three panels of lines that rise on logarithmic axes.",
        source=csv(result, "growth", "rows"),
    )
    tables = tuple(_table(part, dim, csv(result, "growth", dim)) for dim in TABLES)
    return Section("Growth", "growth", paragraphs=(ABOUT,), tables=tables, images=(drawn,))


def _table(part: xr.Dataset, dim: str, source: str) -> Table:
    counted, columns = TABLES[dim]
    rows = [
        (count(float(value)), *(number(float(part[name].sel({dim: value})), 2) for name in columns))
        for value in part[dim].values
    ]
    rows.append(("exponent", *(number(float(part[f"{name}_exponent"]), 2) for name in columns)))
    return Table(f"Growth with {counted}", (counted, *columns.values()), tuple(rows), "", source)


@styled
def growth(part: xr.Dataset) -> Figure:
    """Seconds over rows and over hidden units.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.speed.growth.measure`.
    """
    figure = Figure(figsize=(WIDTH, 2.8))
    for axes, (dim, names) in zip(figure.subplots(1, 3), LINES.items(), strict=True):
        for (name, words), colour, marker in zip(names.items(), COLOURS, MARKERS, strict=False):
            axes.loglog(part[dim].values, part[name].values, marker=marker, color=colour, label=words)
        axes.set(title="comparison" if dim == "tested" else "gradient", xlabel=TABLES[dim][0])
        axes.legend()
        for axis in (axes.xaxis, axes.yaxis):
            name_decades(axis)
    figure.axes[0].set_ylabel("seconds (s)")
    return figure


def verdict(result: Result) -> Iterator[str]:
    """The powers of rows and units that a gradient follows."""
    part = result.part("growth")
    rows, units = (number(float(part[f"{name}_exponent"]), 2) for name in ("double", "unit_double"))
    yield f"A gradient grows with power {rows} of the rows and {units} of the hidden units[[figure:speed-growth]]."


VIEW = View(show, verdict=verdict)
