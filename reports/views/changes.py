"""What each run changes for every method, compared with the baseline on the same test rows."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.content import Image, Section
from reports.differences import Difference, difference
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, panels
from reports.style import shorten, styled
from reports.view import View, baseline_of, csv, fits_of, methods_of, named
from reports.views.differences import paired_table
from reports.views.scores import axis_label, grade
from reports.words import listed, name_of, number

DRAWN = ("accuracy", "log_score", "crps", "rmse")  # where there is such a metric
ONLY = {"only_run_right": "only this run right", "only_other_right": "only the baseline right"}


def show(result: Result) -> Section | None:
    """Changes of every metric from the baseline to each run."""
    if result.part("changes") is None:
        return None
    baseline = baseline_of(result)
    pairs = [
        (named(fit), _pair(result, fit["run"], fit["method"]))
        for fit in fits_of(result)
        if fit["run"] in _found(result, fit["method"], "log_score")
    ]
    title, what = f"Changes from {baseline}", f"Run minus {baseline}, the same method on the same test rows"
    table = paired_table(result, "changes", title, ("run", "method"), pairs, ONLY, what)
    return Section(title, "changes", tables=(table,), images=(_image(result, title),))


def _pair(result: Result, run: str, method: str) -> dict[str, str]:
    return {"run": run, "method": method, "other": baseline_of(result)}


def _found(result: Result, method: str, metric: str) -> dict[str, Difference]:
    """Changes of a metric from the baseline, by the name of the run, of the runs that have the method."""
    others = [run for run in result.study["runs"] if run != baseline_of(result)]
    found = {run: difference(result, "changes", metric, _pair(result, run, method)) for run in others}
    return {run: change for run, change in found.items() if change.value == change.value}


def _image(result: Result, title: str) -> Image:
    return image(
        changes_by_run(result.part("changes"), baseline_of(result)),
        "changes-by-run",
        title,
        f"Each run minus {baseline_of(result)}, with the same method; arrows point to where the run predicts better. "
        "Lines are paired 95 % intervals, each on its own: where one spans zero, nothing is shown, and among many some "
        "leave it out by chance. The table stars those that remain after an adjustment for their number.",
        "One panel per metric of dots with intervals: the change of every method, a line for each run.",
        source=csv(result, "changes", "other", "metric"),
    )


@styled
def changes_by_run(values: xr.Dataset, baseline: str) -> Figure:
    """What each run changes from the baseline, for every method, with paired intervals.

    Parameters
    ----------
    values : xarray.Dataset
        The part `changes`.
    baseline : str
        The run that the others are compared with.
    """
    runs = [str(run) for run in values["run"].values if run != baseline]
    kept = values.sel(other=baseline, run=runs).transpose("method", "run", ...)
    methods, metrics = methods_in(kept["difference"]), [m for m in DRAWN if m in values["metric"].values]
    figure, axes = panels(len(metrics), columns=2, height=forest_height(len(runs), len(methods)), sharey=True)
    for panel, metric in zip(axes, metrics, strict=True):
        one = kept.sel(metric=metric)
        lower, upper = (one["interval"].sel(bound=bound) for bound in BOUNDS)
        forest(panel, one["difference"], items=[*map(shorten, runs)], lower=lower, upper=upper)
        panel.set_xlabel(f"change of {axis_label(one)}")
    method_legend(figure, methods)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """What the runs change of each method's log score; none is called better where that is not decided."""
    for method in methods_of(result):
        if found := _found(result, method, "log_score"):
            start = number(grade(result, {"run": baseline_of(result), "method": method}, "log_score"))
            yield (
                f"{name_of(method)}: its log score of {start} nats a row in {baseline_of(result)} is "
                f"{'; '.join(_told(found))}."
            )


def _told(found: dict[str, Difference]) -> Iterator[str]:
    for sign, words in ((1, "higher with"), (-1, "lower with"), (0, "not shown to differ with")):
        named_runs = [f"{run} ({one})" for run, one in found.items() if one.sign == sign and not one.none]
        if named_runs:
            yield f"{words} {listed(named_runs)}"
    if same := [run for run, one in found.items() if one.none]:
        yield f"the same in {listed(same)}"


VIEW = View(across=View(show, verdict=verdict))
