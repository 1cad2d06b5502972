"""Views of the rupture solver's verification, and how their figures name grids and powers of ten.

Each view is named after a piece of `data.rupture.verification` and draws what is stored; the solver is not loaded.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from reports.style import CLASS_COLOURS, GREY

INK = "#222222"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")  # Okabe & Ito (2008)
MARKERS = ("o", "s", "D", "^")
THEORY = {"color": GREY, "linewidth": 0.8, "linestyle": "--"}  # a line that falls with an order of convergence


def example_colours(ruptures: xr.Dataset) -> list[str]:
    """Colours of the two examples: those of their classes."""
    return [CLASS_COLOURS[int(label)] for label in ruptures["label"].values]


def name_grids(axes: Axes, values: np.ndarray) -> None:
    """Name the grids along a logarithmic x axis, and powers of ten along y."""
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.xaxis.minorticks_off()
    name_decades(axes.yaxis)


def name_decades(axis: Axis) -> None:
    """Name the powers of ten of a logarithmic axis without mathematical markup, which the style leaves alone."""
    low, high = sorted(axis.get_view_interval())
    steps = (1.0,) if high / low > 100 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
    axis.set_minor_formatter(NullFormatter())


def power_of_ten(value: float) -> str:
    """A tick of a logarithmic axis as plain text.

    >>> power_of_ten(1e-7), power_of_ten(0.02)
    ('10⁻⁷', '0.02')
    """
    if 1e-2 <= value < 1e4:
        return f"{value:g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    power = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return power if mantissa == "1" else f"{mantissa}·{power}"
