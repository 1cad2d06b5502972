"""Grades of every method, split by split, and their means."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.checks import check_failed_fits, failed_fits
from reports.content import Section, Table
from reports.html import image
from reports.marks import panels
from reports.style import colour_of, label_of, styled
from reports.view import PASS, WARN, Check, View, csv
from reports.views.scores import axis_label
from reports.views.splits import SCOPE
from reports.words import duration, interval, name_of, number

DRAWN = ("log_score", "accuracy", "predictive_sd")


def show(result: Result) -> Section:
    """Means and intervals of every metric, and a dot for each split."""
    part = result.part("grades")
    source = csv(result, "grades", "metric")
    shown = part.sel(metric=[metric for metric in part["metric"].values if metric != "f1_weighted"])
    rows = tuple(_row(shown, str(method)) for method in part["method"].values)
    header = ("method", *(str(label) for label in shown["label"].values), "time of a fit")
    note = "Means over splits with 95 % intervals; times are medians."
    drawn = image(
        by_split(part),
        "grades-by-split",
        "Grades by split",
        "A dot for each split, a line between the dots of the same split, a bar at the mean. Where the lines cross, "
        "splits disagree on which method is better.",
        "A panel for each of log score, accuracy and predictive sd, with a column of dots for each method.",
        source=csv(result, "grades", "metric", "repeat"),
    )
    table = Table("Grades over splits", header, rows, note, source)
    failed = tuple(failed_fits(part))
    return Section("Grades over splits", "split-grades", (f"{SCOPE}.",), failed, tables=(table,), images=(drawn,))


def _row(part: xr.Dataset, method: str) -> tuple[str, ...]:
    one = part.sel({"method": method})
    cells = [
        interval(float(one["mean"].sel(metric=metric)), *map(float, one["interval"].sel(metric=metric).values))
        for metric in part["metric"].values
    ]
    return (name_of(method), *cells, duration(float(one["seconds"])))


@styled
def by_split(part: xr.Dataset) -> Figure:
    """Grades of every method on every split.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.splits.summary.grades`.
    """
    methods = [str(method) for method in part["method"].values]
    metrics = [metric for metric in DRAWN if metric in part["metric"].values]
    figure, axes = panels(len(metrics), columns=len(metrics), height=3.4)
    for panel, metric in zip(axes, metrics, strict=True):
        values = part["value"].sel(metric=metric).transpose("repeat", "method").values
        panel.plot(range(len(methods)), values.T, color="#777777", linewidth=0.4, alpha=0.5)
        for place, method in enumerate(methods):
            panel.plot([place] * len(values), values[:, place], "o", color=colour_of(method), markersize=3.5, alpha=0.6)
            mean = float(part["mean"].sel({"metric": metric, "method": method}))
            panel.plot(place, mean, "_", color=colour_of(method), markersize=16, markeredgewidth=2)
        panel.set_xticks(range(len(methods)), [label_of(method) for method in methods], rotation=60, ha="right")
        panel.set_title(axis_label(part.sel(metric=metric)))
        panel.set_xlim(-0.6, len(methods) - 0.4)
        panel.grid(visible=False, axis="x")
    return figure


def verdict(result: Result) -> Iterator[str]:
    """How far the log score of a method moves from split to split, and what uncertainty each states."""
    part = result.part("grades")
    scores = part["value"].sel(metric="log_score")
    low, high = scores.min("repeat"), scores.max("repeat")
    widest = str(part["method"].values[int(np.argmax((high - low).values))])
    ends = (float(end.sel({"method": widest})) for end in (low, high))
    yield (
        f"From split to split the log score of {name_of(widest)} moves most, from {' to '.join(map(number, ends))} "
        f"nats a row over {scores.sizes['repeat']} splits[[figure:grades-by-split]]."
    )


def checks(result: Result) -> Iterator[Check]:
    """Whether the fits converged, and none failed."""
    part = result.part("grades")
    for method in part["method"].values:
        made = part["converged"].sel({"method": method}).dropna("repeat")
        lost = int(made.size - made.sum())
        said = (
            f"{name_of(str(method))}: {lost} of {made.size} fits did not converge"
            if lost
            else (f"{name_of(str(method))}: all {made.size} fits converged")
        )
        yield Check(f"Convergence of {name_of(str(method))}", WARN if lost else PASS, f"{said}.")
    yield check_failed_fits(part)


VIEW = View(show, verdict=verdict, checks=checks)
