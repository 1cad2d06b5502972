"""How well each method predicts the test rows."""

import math
from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import dots, forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import colour_of, label_of, shorten, styled
from reports.view import Column, View, csv, find, fits_of, methods_of, named
from reports.words import interval, name_of, number, percent

ARROWS = {1: " ↑", -1: " ↓", 0: ""}
SINGLE_NOTE = (
    "Mean and central 95 % of what single draws score, each predicting on its own. The score of the mean over draws, "
    "in the table of scores, is another quantity and usually better. Point estimates have no draws."
)
NOTE = "Brackets are 95 % bootstrap intervals over test rows. Predictive sd: sd over draws, averaged over rows."

COLUMNS = (
    Column("accuracy ↑", "scores", "value", {"metric": "accuracy"}, percent, "accuracy"),
    Column("F1 ↑", "scores", "value", {"metric": "f1"}, key="f1"),
    Column("", "scores", "value", {"metric": "f1_weighted"}, key="f1_weighted"),
    Column("log score ↑", "scores", "value", {"metric": "log_score"}, key="log_score"),
    Column("CRPS ↓", "scores", "value", {"metric": "crps"}, key="crps"),
    Column("RMSE ↓", "scores", "value", {"metric": "rmse"}, key="rmse"),
    Column("Brier ↓", "scores", "value", {"metric": "brier"}, key="brier"),
    Column("ROC-AUC ↑", "scores", "value", {"metric": "roc_auc"}, key="roc_auc"),
    Column("predictive sd", "scores", "value", {"metric": "predictive_sd"}, key="predictive_sd"),
)


def show(result: Result) -> Section:
    """Every metric with its intervals, of each method on one run."""
    values = result.part("scores")
    drawn = image(
        scores(values),
        "scores",
        "Scores with intervals",
        f"{_first_metric(values)} Lines are 95 % bootstrap intervals over the test rows: how far other rows could move "
        "the dot. Arrows point to better values. Whether two methods differ shows in their paired differences, not in "
        "whether these intervals overlap.",
        "One panel per metric: the score of every method as a dot with its interval over test rows.",
        source=csv(result, "scores", "metric"),
    )
    details = (
        Section("Figure of the scores", "scores-figure", images=(drawn,)),
        Section("Scores of single draws", "scores-single", tables=(_table(result, "draws", SINGLE_NOTE),)),
    )
    return Section("Scores", "scores", tables=(_table(result, "rows", NOTE),), details=details)


def _first_metric(values: xr.Dataset) -> str:
    one = values.isel(metric=0)
    found = [
        f"{label_of(m)} {interval(float(of_method(one['value'], m)), *of_method(one['rows_interval'], m).values)}"
        for m in methods_in(one["value"])
    ]
    return f"{str(one['label'].item()).capitalize()}: {', '.join(found)}."


def _table(result: Result, kind: str, note: str) -> Table:
    """Metrics by methods, with intervals over test rows or of the single draws."""
    values = result.part("scores")
    cells = []
    for metric in values["metric"].values:
        one = values.sel(metric=metric)
        row = [str(one["label"].item()) + ARROWS[int(one["better"])]]
        for method in methods_of(result):
            ends = of_method(one[f"{kind}_interval"], method).values
            value = float(of_method(one["value" if kind == "rows" else "draws_mean"], method))
            row.append(interval(value, *ends))
        cells.append(tuple(row))
    title = {"rows": "Scores", "draws": "Scores of single draws"}[kind]
    header = ("metric", *map(name_of, methods_of(result)))
    return Table(title, header, tuple(cells), note, csv(result, "scores", "metric"))


@styled
def scores(values: xr.Dataset) -> Figure:
    """Every metric of every method with its bootstrap interval over test rows.

    Parameters
    ----------
    values : xarray.Dataset
        The part `scores`.
    """
    graded = values.isel(metric=values["better"].values != 0)
    methods = methods_in(values["value"])
    figure, axes = panels(graded.sizes["metric"], columns=3, height=0.8 + 0.25 * len(methods), sharey=True)
    for panel, metric in zip(axes, graded["metric"].values, strict=True):
        one = graded.sel(metric=metric)
        for y, method in enumerate(methods):
            panel.hlines(y, *of_method(one["rows_interval"], method).values, color=colour_of(method), linewidth=1.6)
        centres = [float(of_method(one["value"], method)) for method in methods]
        dots(panel, centres, methods, [label_of(method) for method in methods])
        panel.set_xlabel(axis_label(one))
    return figure


def axis_label(metric: xr.Dataset) -> str:
    """Name of a metric with an arrow to the better side."""
    return f"{metric['label'].item()} {'→' if int(metric['better']) > 0 else '←'}"


def show_runs(result: Result) -> Section:
    """The metrics of every fit of several runs."""
    values = result.part("scores")
    graded = [str(metric) for metric in values["metric"].values[values["better"].values != 0]]
    rows = [(*named(fit), *(_with_interval(result, fit, metric) for metric in graded)) for fit in fits_of(result)]
    labels = [str(values["label"].sel(metric=m).item()) + ARROWS[int(values["better"].sel(metric=m))] for m in graded]
    note = "Brackets are 95 % bootstrap intervals over test rows."
    source = csv(result, "scores", "metric")
    table = Table("Scores", ("run", "method", *labels), tuple(rows), note, source)
    return Section("Scores", "scores", tables=(table,), images=(_runs_image(values, source),))


def _with_interval(result: Result, fit: dict[str, str], metric: str) -> str:
    where = fit | {"metric": metric}
    ends = [find(result, "scores", "rows_interval", where | {"bound": bound}) for bound in BOUNDS]
    return interval(find(result, "scores", "value", where), *ends)


def _runs_image(values: xr.Dataset, source: str) -> Image:
    return image(
        scores_by_run(values),
        "scores-by-run",
        "Scores of every fit",
        "Dots are scores of the posterior mean on the test rows, lines their 95 % bootstrap intervals over test rows. "
        "Fits on the same rows may differ though their lines overlap: see the changes.",
        "One panel per metric of dots with intervals, a line for each run.",
        source=source,
    )


@styled
def scores_by_run(values: xr.Dataset) -> Figure:
    """Scores of every method in every run, with their intervals over test rows.

    Parameters
    ----------
    values : xarray.Dataset
        The part `scores` of several runs: `value (run, method, metric)`, `rows_interval (..., bound)`.
    """
    runs, methods = [str(run) for run in values["run"].values], methods_in(values["value"])
    shown = [m for m in ("accuracy", "f1", "log_score", "crps", "rmse", "predictive_sd") if m in values["metric"]]
    figure, axes = panels(len(shown), columns=2, height=forest_height(len(runs), len(methods)), sharey=True)
    for panel, metric in zip(axes, shown, strict=True):
        one = values.sel(metric=metric).transpose("method", "run", "bound")
        lower, upper = (one["rows_interval"].sel(bound=bound) for bound in BOUNDS)
        forest(panel, one["value"], items=[*map(shorten, runs)], lower=lower, upper=upper, zero=False)
        panel.set_xlabel(axis_label(one) if int(one["better"]) else str(one["label"].item()))
    method_legend(figure, methods)
    return figure


def runs_verdict(result: Result) -> Iterator[str]:
    """How far the stated uncertainty of each method moves between runs."""
    for method in methods_of(result):
        sd = {fit["run"]: _sd(result, fit) for fit in fits_of(result) if fit["method"] == method}
        known = {run: value for run, value in sd.items() if value == value}
        if len(known) > 1:
            least, most = min(known, key=known.get), max(known, key=known.get)
            yield (
                f"The predictive sd that {name_of(method)} states is {number(known[least])} in {least} and "
                f"{number(known[most])} in {most}" + (", the extremes." if len(known) > 2 else ".")
            )


def _sd(result: Result, fit: dict[str, str]) -> float:
    return find(result, "scores", "value", fit | {"metric": "predictive_sd"})


def grade(result: Result, fit: dict[str, str], metric: str) -> float:
    """A metric of a fit, for the sentences of other views."""
    return find(result, "scores", "value", fit | {"metric": metric})


def ranked(result: Result, methods: list[str], metric: str = "log_score") -> list[str]:
    """Methods of one run by a metric of which more is better, the best first."""
    return sorted(methods, key=lambda method: -grade(result, {"method": method}, metric))


def bayesian(result: Result) -> list[str]:
    """Methods of one run whose prediction has a spread, which a point estimate does not."""
    return [m for m in methods_of(result) if not math.isnan(_sd(result, {"method": m}))]


VIEW = View(show, COLUMNS, across=View(show_runs, COLUMNS, verdict=runs_verdict))
