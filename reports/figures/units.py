"""Figure of the hidden units: what each of them does, and how surely it is matched."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.marks import method_legend, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import GREY, colour_of, label_of, marker_of, styled
from reports.words import percent


@styled
def units(statistics: xr.Dataset) -> Figure:
    """What each hidden unit does, and how surely it is matched.

    Parameters
    ----------
    statistics : xarray.Dataset
        Group `units` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
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
            panel.plot(x, y, marker_of(method), color=colour_of(method))
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


def _units_caption(run: Run) -> str:
    statistics = run.comparison["units"].to_dataset()
    unused = ", ".join(
        f"{label_of(method)} {float(of_method(statistics['unused'], method)):.1f}"
        for method in methods_in(statistics["unused"])
    )
    ambiguous = ", ".join(
        f"{label_of(method)} {percent(float(of_method(statistics['ambiguous'], method)), 0)}"
        for method in methods_in(statistics["ambiguous"])
        if np.isfinite(of_method(statistics["ambiguous"], method))
    )
    doubts = f" Draws in which the place of some unit is ambiguous: {ambiguous}." if ambiguous else ""
    return (
        "Above, how far each hidden unit moves the logit over the training rows; below, in how many draws its place "
        "could as well hold another unit. Mean number of unused units (reach below "
        f"{statistics['unused'].attrs['below']:g} logits), of {statistics.sizes['hidden']}: {unused}.{doubts}"
    )


SPECS = (
    FigureSpec(
        name="hidden_units",
        section="weights",
        title="Reach and ambiguity of the hidden units",
        draw=lambda run: drawn(run, "units", units),
        caption=_units_caption,
        alt=lambda run: "Reach of each hidden unit in logits, and the share of draws in which its place is ambiguous.",
        table="units",
    ),
)
