"""What each hidden unit does, and how surely it is matched."""

import math
from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, label_of, marker_of, styled
from reports.view import PASS, WARN, Check, Column, View, csv, find, fits_of, fits_table, named
from reports.words import fixed, listed, percent

COLUMNS = (Column("", "units", "unused", key="unused_units"),)
TABLE = (
    Column("draws with an ambiguous unit ↓", "units", "ambiguous", show=percent),
    Column("unused units, mean number", "units", "unused"),
)
AMBIGUOUS = 0.1  # share of draws beyond which single weights are not to be compared
UNUSED = "Unused: moves the logit by less than 0.1 over all training rows."
NOTE = f"Ambiguous: another order of the units is nearly as likely. {UNUSED}"


def show(result: Result) -> Section | None:
    """The hidden units of each method: in how many draws their order is open, and which of them do nothing."""
    part = result.part("units")
    if part is None:
        return None
    tables = fits_table(result, "Hidden units", TABLE, note=NOTE, source=csv(result, "units"))
    return Section("Hidden units", "units", tables=tables, images=(_image(result, part),))


def _image(result: Result, part: xr.Dataset) -> Image:
    unused = [f"{label_of(m)} {fixed(float(of_method(part['unused'], m)), 1)}" for m in methods_in(part["unused"])]
    ambiguous = [
        f"{label_of(m)} {percent(float(of_method(part['ambiguous'], m)), 0)}" for m in methods_in(part["ambiguous"])
    ]
    doubts = f" Draws in which the place of some unit is ambiguous: {', '.join(ambiguous)}." if ambiguous else ""
    return image(
        units(part),
        "hidden-units",
        "Reach and ambiguity of the hidden units",
        "Above, the range of what each hidden unit adds to the logit over the training rows; below, in how many draws "
        "its place could as well hold another unit. Mean number of unused units (reach below "
        f"{part['unused'].attrs['below']:g} logits), of {part.sizes['hidden']}: {', '.join(unused)}.{doubts}",
        "Reach of each hidden unit in logits, and the share of draws in which its place is ambiguous.",
        source=csv(result, "units", "hidden"),
    )


@styled
def units(statistics: xr.Dataset) -> Figure:
    """What each hidden unit does, and how surely it is matched.

    Parameters
    ----------
    statistics : xarray.Dataset
        The part `units`.
    """
    shown = [name for name in ("reach", "ambiguous_unit") if statistics[name].notnull().any()]
    figure, axes = panels(len(shown), columns=1, height=2.1, sharex=True)
    hidden = statistics["hidden"].values
    for panel, name in zip(axes, shown, strict=True):
        methods = methods_in(statistics[name])
        for place, method in enumerate(methods):
            x = np.arange(len(hidden)) + 0.5 * ((place + 0.5) / len(methods) - 0.5)
            y = of_method(statistics[name], method).values * (100 if name == "ambiguous_unit" else 1)
            panel.vlines(x, 0, y, color=colour_of(method), linewidth=1, alpha=0.5)
            panel.plot(x, y, marker=marker_of(method), linestyle="", color=colour_of(method))
        panel.set_ylabel("reach (logit)" if name == "reach" else "ambiguous draws (%)")
        panel.set_ylim(0, max(1.0, 1.08 * float(panel.dataLim.ymax)))
        panel.set_xlim(-0.6, len(hidden) - 0.4)
    step = 1 if len(hidden) <= 24 else 4
    axes[-1].set_xticks(range(0, len(hidden), step), hidden[::step])
    axes[-1].set_xlabel("hidden unit")
    below = statistics["unused"].attrs["below"]
    unused = Line2D([], [], color=GREY, linestyle="--", linewidth=0.8, label=f"unused below {below:g}")
    axes[0].axhline(below, color=GREY, linestyle="--", linewidth=0.8)
    method_legend(figure, methods_in(statistics["reach"]), unused)
    return figure


def show_runs(result: Result) -> Section | None:
    """How many hidden units of every fit do nothing."""
    tables = fits_table(result, "Hidden units", TABLE, note=UNUSED, source=csv(result, "units"))
    return Section("Hidden units", "units", tables=tables) if tables else None


def checks(result: Result) -> Iterator[Check]:
    """Whether it is sure which hidden unit is which."""
    values = {" of ".join(reversed(named(fit))): find(result, "units", "ambiguous", fit) for fit in fits_of(result)}
    known = {name: value for name, value in values.items() if not math.isnan(value)}
    doubtful = {name: value for name, value in known.items() if value > AMBIGUOUS}
    if known:
        told = listed([f"{percent(value, 0)} ({name})" for name, value in (doubtful or known).items()])
        said = f"Draws in which another order of the units is nearly as likely: {told}[[table:hidden-units]]"
        doubt = ": means of single weights mix units, predictions and path products do not" if doubtful else ""
        yield Check("Order of the hidden units", WARN if doubtful else PASS, f"{said}{doubt}.")


VIEW = View(show, COLUMNS, checks=checks, folded=True, across=View(show_runs, COLUMNS, checks=checks))
