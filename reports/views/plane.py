"""What decides a rupture: test rows by stress drop and dynamic strength, and the boundary that each method draws."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section, Table
from reports.hover import dot_for_each, rows_shown
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import CLASS_COLOURS, colour_of, label_of, styled
from reports.view import View, csv, reference_of
from reports.views.uncertainty import MEASURES, WRONG
from reports.words import ABSENT, fixed, interval, name_of, percent

CROSS = {"color": "#222222", "marker": "x", "linestyle": "", "markersize": 5.5, "markeredgewidth": 1.4}
OUTCOMES = {"color": "#222222", "linestyle": ":", "linewidth": 1.8}
SCORES = LinearSegmentedColormap.from_list("score", [CLASS_COLOURS[0], "#eeeeee", CLASS_COLOURS[1]])
NOTE = (
    "Boundary: where a logistic function of stress drop and dynamic strength, fitted to the scores of the test rows, "
    "is 0.5; the other inputs vary as they do among these rows. Threshold: its stress drop at the median dynamic "
    "strength. Slope: how much it rises with dynamic strength; at 0 the stress drop alone decides. Brackets: 95 % over "
    "test rows and draws. Same class: rows that this line alone puts into the class that the method does. Near: the "
    "quarter of the rows nearest to the line."
)


def show(result: Result) -> Section | None:
    """The test rows by stress drop and strength, coloured by score and by sd, and the boundary of each method."""
    plane, uncertainty = result.part("plane"), result.part("uncertainty")
    if plane is None or uncertainty is None:
        return None
    reference, unit = reference_of(result), plane["drop"].attrs["units"]
    name = name_of(reference)
    drawn = image(
        rupture_plane(plane, uncertainty, reference=reference),
        "rupture-plane",
        "What decides: stress drop and dynamic strength",
        "Test rows in the plane of shear stress sxy and dynamic strength mu_d |syy|. Ruptures lie close above its "
        "diagonal, so the diagonal is taken off: upwards is the stress drop, sxy minus mu_d |syy|. There is "
        f"{dot_for_each(plane)}. "
        f"Coloured by the score of {name} and, where it has one, by its sd; crosses are rows that {name} gets wrong. "
        "Lines: where the score of each method passes 0.5, the other inputs varying as they do among these rows; "
        f"dotted, the same of the outcomes. The boundary of {name}: {_words(plane, reference, unit)}",
        "Scatter of test rows, stress drop against dynamic strength, coloured by score and by sd, with the boundary of "
        "each method.",
        source=csv(result, "plane", "simulation"),
    )
    return Section("Plane of stress and strength", "plane", tables=(_table(result, plane, unit),), images=(drawn,))


def _words(plane: xr.Dataset, method: str, unit: str) -> str:
    """The boundary of a method in words."""
    one = of_method(plane, method)
    if np.isnan(one["threshold"]):
        return "all its scores are on one side of 0.5."
    said = (
        f"it lies at a stress drop of {_interval(one, 'threshold')} {unit}, which changes by {_interval(one, 'slope')} "
        f"{unit} per {unit} of strength, and this line alone puts {percent(float(one['same_class']))} of the rows into "
        f"the class that the method gives them ({percent(float(one['commoner_class']))} by the commoner class)."
    )
    if np.isnan(one["sd_near"]):
        return said
    near, far = (fixed(float(one[name]), 3) for name in ("sd_near", "sd_far"))
    return f"{said} The mean predictive sd is {near} in the quarter of the rows nearest to it, {far} in the others."


def _interval(one: xr.Dataset, name: str) -> str:
    return interval(float(one[name]), *(float(one[f"{name}_interval"].sel(bound=bound)) for bound in BOUNDS))


def _table(result: Result, plane: xr.Dataset, unit: str) -> Table:
    rows = [(name_of(str(method)), *_cells(of_method(plane, str(method)))) for method in plane["method"].values]
    names = {f"outcome_{name}": name for name in ("threshold", "slope", "threshold_interval", "slope_interval")}
    outcomes = plane[list(names)].rename(names)
    rows.append(("outcomes", *(_interval(outcomes, name) for name in ("threshold", "slope")), *[ABSENT] * 3))
    header = ("", f"threshold ({unit})", f"slope ({unit}/{unit})", "same class", "sd near", "sd elsewhere")
    return Table("Boundaries between arrest and propagation", header, tuple(rows), NOTE, csv(result, "plane"))


def _cells(one: xr.Dataset) -> tuple[str, ...]:
    lines = (_interval(one, name) for name in ("threshold", "slope"))
    sds = (fixed(float(one[name]), 3) for name in ("sd_near", "sd_far"))
    return (*lines, percent(float(one["same_class"])), *sds)


@styled
def rupture_plane(plane: xr.Dataset, uncertainty: xr.Dataset, *, reference: str) -> Figure:
    """Test rows by stress drop and dynamic strength, coloured by the reference's score and sd, with boundaries.

    Parameters
    ----------
    plane, uncertainty : xarray.Dataset
        The parts of these names; of many rows some are drawn: see `rows_shown`.
    reference : str
        Method whose scores, sds and errors are shown. The left panel has the boundary of every method, the right one,
        absent for a point estimate, only its own.
    """
    one, rows = rows_shown(of_method(uncertainty, reference)), rows_shown(plane)
    sd, wrong = one["uncertainty"].sel(measure="sd").values, np.isin(one["cell"].values, WRONG)
    shown = [(one["score"].values, {"cmap": SCORES, "vmin": 0, "vmax": 1}, f"score of {label_of(reference)} (1)")]
    if np.isfinite(sd).all():
        shown.append((sd, {"cmap": "YlGnBu", "vmin": 0, "vmax": sd.max()}, MEASURES["sd"]))
    strength, drop = rows["strength"].values, rows["drop"].values
    figure, axes = panels(len(shown), columns=2, height=3.9, sharex=True, sharey=True)
    for panel, (values, shades, label) in zip(axes, shown, strict=True):
        order = np.argsort(sd) if values is sd else np.arange(len(values))  # the uncertain rows on top
        dots = panel.scatter(
            strength[order], drop[order], s=17, c=values[order], edgecolors="#888888", linewidths=0.4, **shades
        )
        panel.plot(strength[wrong], drop[wrong], **CROSS)
        figure.colorbar(dots, ax=panel, label=label, location="bottom", shrink=0.8)
        panel.set_xlabel(f"dynamic strength mu_d |syy| ({plane['strength'].attrs['units']})")
    methods = methods_in(plane["threshold"])
    for method in methods:
        for panel in axes if method == reference else axes[:1]:
            panel.plot(*_points(of_method(plane, method)), color=colour_of(method), linewidth=1.6)
    axes[0].plot(*_points(plane, "outcome_"), **OUTCOMES)
    axes[0].set_ylabel(f"stress drop sxy \N{MINUS SIGN} mu_d |syy| ({plane['drop'].attrs['units']})")
    extra = Line2D([], [], label="outcomes", **OUTCOMES), Line2D([], [], label=f"{label_of(reference)} errs", **CROSS)
    method_legend(figure, methods, *extra, markers=False)
    return figure


def _points(line: xr.Dataset, prefix: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Two points of a boundary, over the range of the strength."""
    strength = line["strength"].values
    x = np.array([strength.min(), strength.max()])
    return x, float(line[f"{prefix}threshold"]) + float(line[f"{prefix}slope"]) * (x - np.median(strength))


def verdict(result: Result) -> Iterator[str]:
    """Where the reference puts the boundary between arrest and propagation, and where it is unsure."""
    plane = result.part("plane")
    if plane is None:
        return
    reference, unit = reference_of(result), plane["drop"].attrs["units"]
    yield (
        "Stress drop is shear stress sxy minus dynamic strength mu_d |syy|. The boundary of "
        f"{name_of(reference)} between arrest and propagation: {_words(plane, reference, unit)}"
    )


VIEW = View(show, verdict=verdict)
