"""Where each method is uncertain: on rows of which class, also at equal score, and of which confusion cell."""

import math
from functools import partial

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import CLASS_NAMES, GREY, label_of, shorten, styled
from reports.view import Column, View, csv, find, fits_table, methods_of, reference_of
from reports.views.uncertainty import MEASURES
from reports.words import count, fixed, interval, listed, name_of, percent

RATIO = partial(fixed, decimals=2)
COLUMNS = (
    Column("sd, propagation", "uncertainty_groups", "by_class", {"measure": "sd", "label": 1}),
    Column("sd, arrest", "uncertainty_groups", "by_class", {"measure": "sd", "label": 0}),
    Column("their ratio", "uncertainty_groups", "propagation_ratio", {"measure": "sd"}, RATIO),
    Column("peaks at 0.5", "uncertainty_groups", "centre_correlation", {"measure": "sd"}, RATIO),
)
GAPS_NOTE = (
    "Mean predictive sd of rows of propagation minus that of rows of arrest. At equal score: within tenths of the "
    "score from 0.1 to 0.9, averaged over these. Brackets: 95 % over test rows and draws. Undecided: scores from 0.1 "
    "to 0.9; mean sd and number of rows."
)
NOTE = "Peaks at 0.5: Spearman correlation of the sd with the closeness of the score to 0.5."
SHOWN = ("total", "sd")  # measures
ROWS = ("all", "equal score")  # that classes are compared on
MEANINGS = {1: "larger", 0: "not shown to be larger or smaller", -1: "smaller"}


def show(result: Result) -> Section | None:
    """Mean uncertainty of each class and cell."""
    groups = result.part("uncertainty_groups")
    if groups is None:
        return None
    drawn = image(
        uncertainty_by_group(groups),
        "uncertainty_by_group",
        "Uncertainty by class and confusion cell",
        "Above the line, means over the test rows of each true class; below it, of each cell of the confusion matrix. "
        "Errors (FP, FN) should lie right of what is predicted rightly (TP, TN). Uncertainty for propagation as a "
        f"multiple of that for arrest: {listed(_ratios(result))}.",
        "Dots by method: mean uncertainty of propagation and arrest rows, and of true and false positives and "
        "negatives.",
        source=csv(result, "uncertainty_groups", "measure", "cell"),
    )
    known = methods_in(groups["gap"]) if groups["gap"].notnull().any() else []
    return Section(
        "Uncertainty by group",
        "uncertainty-groups",
        paragraphs=(_claim(result, groups, known),) if known else (),
        tables=(_gaps(result, groups, known),) if known else (),
        details=(Section("Figure of the uncertainty by class and cell", "uncertainty-cells", images=(drawn,)),),
    )


def _claim(result: Result, groups: xr.Dataset, known: list[str]) -> str:
    """What becomes of the paper's claim that propagation is less certain, for the reference or the first method."""
    method = reference_of(result) if reference_of(result) in known else known[0]
    one = of_method(groups, method)
    of_all, equal = (one.sel(among=rows) for rows in ROWS)
    shares = one["undecided_rows"] / one["rows_of_class"]
    undecided = listed([f"{percent(float(shares.sel(label=n)), 0)} of the {CLASS_NAMES[n]} rows" for n in (1, 0)])
    return (
        "The paper says that predictions of propagation are less certain. "
        f"For {name_of(method)} the mean predictive sd of rows of propagation is {MEANINGS[_sign(of_all)]} than that "
        f"of rows of arrest: {_gap(of_all)}. At equal score it is {MEANINGS[_sign(equal)]}: {_gap(equal)}. A score "
        f"from 0.1 to 0.9, where the sd is large whatever the class, is had by {undecided}."
    )


def _sign(one: xr.Dataset) -> int:
    """1 or -1 where the interval is on one side of zero."""
    lower, upper = (float(one["gap_interval"].sel(bound=bound)) for bound in BOUNDS)
    return int(lower > 0) - int(upper < 0)


def _gap(one: xr.Dataset) -> str:
    return interval(float(one["gap"]), *(float(one["gap_interval"].sel(bound=bound)) for bound in BOUNDS))


def _gaps(result: Result, groups: xr.Dataset, known: list[str]) -> Table:
    rows = []
    for method in known:
        one = of_method(groups, method)
        pairs = [(float(one["undecided_sd"].sel(label=n)), float(one["undecided_rows"].sel(label=n))) for n in (1, 0)]
        undecided = (f"{fixed(sd, 3)} ({count(n)})" for sd, n in pairs)
        rows.append((name_of(method), *(_gap(one.sel(among=name)) for name in ROWS), *undecided))
    header = ("method", "all rows", "at equal score", "undecided propagation", "undecided arrest")
    source = csv(result, "uncertainty_groups", "among")
    return Table("Predictive sd of propagation minus arrest", header, tuple(rows), GAPS_NOTE, source)


def _ratios(result: Result) -> list[str]:
    found = {
        f"{label_of(method)}, {measure}": find(
            result, "uncertainty_groups", "propagation_ratio", {"method": method, "measure": measure}
        )
        for method in methods_of(result)
        for measure in SHOWN
    }
    return [f"{RATIO(ratio)} ({name})" for name, ratio in found.items() if not math.isnan(ratio)]


@styled
def uncertainty_by_group(groups: xr.Dataset) -> Figure:
    """Mean uncertainty of the test rows of each class and of each cell of the confusion matrix.

    Parameters
    ----------
    groups : xarray.Dataset
        The part `uncertainty_groups`.
    """
    by_class = groups["by_class"].rename(label="group")
    by_class = by_class.assign_coords(group=[CLASS_NAMES[int(label)] for label in by_class["group"].values])
    values = xr.concat([by_class, groups["by_cell"].rename(cell="group")], dim="group")
    measures = [measure for measure in SHOWN if values.sel(measure=measure).notnull().any()]
    items = [str(name) for name in values["group"].values]
    height = forest_height(len(items), groups.sizes["method"])
    figure, axes = panels(len(measures), columns=2, height=height, sharey=True)
    for panel, measure in zip(axes, measures, strict=True):
        forest(panel, values.sel(measure=measure).transpose("method", "group"), items=items)
        panel.axhline(1.5, color=GREY, linewidth=0.8)  # classes above, cells below
        panel.set_xlabel(f"mean {MEASURES[measure]}")
    method_legend(figure, methods_in(groups["by_class"]))
    return figure


def show_runs(result: Result) -> Section | None:
    """The predictive sd of every fit by class."""
    groups = result.part("uncertainty_groups")
    if groups is None:
        return None
    source = csv(result, "uncertainty_groups", "measure", "label")
    tables = fits_table(result, "Uncertainty by class", COLUMNS, note=NOTE, source=source)
    images = ()
    if groups["by_class"].sel(measure="sd").notnull().any():
        drawn = image(
            sd_by_run(groups),
            "sd-by-run",
            "Predictive sd by class",
            "How far the draws of each method scatter about their mean score, averaged over the test rows of each true "
            "class. Point estimates have none.",
            "Two panels of dots: mean predictive sd on rows of propagation and of arrest, a line for each run.",
            source=source,
        )
        images = (drawn,)
    return Section("Uncertainty by class", "uncertainty-groups", tables=tables, images=images)


@styled
def sd_by_run(groups: xr.Dataset) -> Figure:
    """Mean predictive sd of the rows of each class, of every method in every run.

    Parameters
    ----------
    groups : xarray.Dataset
        The part `uncertainty_groups` of several runs: `by_class (run, method, measure, label)`.
    """
    sd = groups["by_class"].sel(measure="sd").transpose("method", "run", "label")
    runs, methods = [shorten(str(run)) for run in groups["run"].values], methods_in(sd)
    figure, axes = panels(2, columns=2, height=forest_height(len(runs), len(methods)), sharey=True, sharex=True)
    for panel, label in zip(axes, (1, 0), strict=True):
        forest(panel, sd.sel(label=label), items=runs)
        panel.set_title(f"rows of {CLASS_NAMES[label]}")
    figure.supxlabel(f"mean {MEASURES['sd']}", fontsize="medium")
    method_legend(figure, methods)
    return figure


VIEW = View(show, across=View(show_runs))
