"""Figures of several runs beside each other: a run a line, a method a colour."""

import xarray as xr
from matplotlib.figure import Figure

from reports.marks import forest, forest_height, method_legend, methods_in, panels
from reports.style import CLASS_NAMES, label_of, shorten, styled

METRIC_NAMES = {
    "accuracy": "accuracy (higher is better)",
    "log_score": "log score (nats a row, higher is better)",
    "f1": "F1 (higher is better)",
    "predictive_sd": "predictive sd of the score",
}


@styled
def scores_by_run(scores: xr.Dataset, *, metrics: tuple[str, ...] = tuple(METRIC_NAMES)) -> Figure:
    """Scores of every method in every run, with their intervals over test rows.

    Parameters
    ----------
    scores : xarray.Dataset
        Group `scores` of `bayesnet.compare_runs`: `value (run, method, metric)`, `rows_interval (..., bound)`.
    metrics : tuple of str
        A panel each.

    Returns
    -------
    matplotlib.figure.Figure
    """
    runs, methods = _runs(scores), methods_in(scores["value"])
    figure, axes = panels(len(metrics), columns=2, height=forest_height(len(runs), len(methods)), sharey=True)
    for panel, metric in zip(axes, metrics, strict=True):
        value, interval = (scores[name].sel(metric=metric) for name in ("value", "rows_interval"))
        _forest(panel, value, interval, runs, zero=False)
        panel.set_xlabel(METRIC_NAMES.get(metric, metric))
    method_legend(figure, methods)
    return figure


@styled
def changes_by_run(
    differences: xr.Dataset, baseline: str, *, metrics: tuple[str, ...] = ("accuracy", "log_score")
) -> Figure:
    """What each run changes against the baseline, for every method, with paired intervals.

    Parameters
    ----------
    differences : xarray.Dataset
        Group `differences` of `bayesnet.compare_runs`.
    baseline : str
        The run that the others are held against.
    metrics : tuple of str
        A panel each.

    Returns
    -------
    matplotlib.figure.Figure
    """
    kept = differences.sel(other=baseline, run=[run for run in _runs(differences) if run != baseline])
    runs, methods = _runs(kept), methods_in(kept["difference"])
    figure, axes = panels(len(metrics), columns=2, height=forest_height(len(runs), len(methods)), sharey=True)
    for panel, metric in zip(axes, metrics, strict=True):
        _forest(panel, *(kept[name].sel(metric=metric) for name in ("difference", "interval")), runs, zero=True)
        panel.set_xlabel(f"change of the {metric.replace('_', ' ')} against {shorten(baseline)}")
    method_legend(figure, methods)
    return figure


@styled
def sd_by_run(uncertainty: xr.Dataset) -> Figure:
    """Mean predictive sd of the rows of each class, of every method in every run.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Group `uncertainty_groups` of `bayesnet.compare_runs`: `by_class (run, method, measure, label)`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    sd = uncertainty["by_class"].sel(measure="sd")
    runs, methods = _runs(uncertainty), methods_in(sd)
    height = forest_height(len(runs), len(methods))
    figure, axes = panels(2, columns=2, height=height, sharey=True, sharex=True)
    for panel, label in zip(axes, (1, 0), strict=True):
        forest(panel, sd.sel(label=label).transpose("method", "run"), items=[*map(shorten, runs)], zero=False)
        panel.set_title(f"rows of {CLASS_NAMES[label]}")
        panel.set_xlim(left=0)
    figure.supxlabel("mean predictive sd of the score", fontsize="medium")
    method_legend(figure, methods)
    return figure


def _runs(part: xr.Dataset) -> list[str]:
    return [str(run) for run in part["run"].values]


def _forest(axes, value: xr.DataArray, interval: xr.DataArray, runs: list[str], *, zero: bool) -> None:
    lower, upper = (interval.sel(bound=bound).transpose("method", "run") for bound in ("lower", "upper"))
    centre = value.transpose("method", "run")
    forest(axes, centre, items=[*map(shorten, runs)], lower=lower, upper=upper, zero=zero)
