"""Figures of the section on predictions: how good the scores of each method are."""

from itertools import combinations

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reports.marks import methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import colour_of, label_of, marker_of, styled
from reports.words import percent

# with the direction that is better
METRIC_NAMES = {
    "accuracy": "accuracy →",
    "f1": "F1 →",
    "f1_weighted": "weighted F1 →",
    "log_score": "log score (nats a row) →",
    "brier": "Brier score ←",
    "roc_auc": "ROC-AUC →",
}


@styled
def scores(values: xr.Dataset) -> Figure:
    """Every metric of every method with its bootstrap interval over test rows.

    Parameters
    ----------
    values : xarray.Dataset
        Group `scores` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
    """
    metrics = [metric for metric in METRIC_NAMES if metric in values["metric"].values]
    methods = methods_in(values["value"])
    figure, axes = panels(len(metrics), columns=3, height=0.8 + 0.25 * len(methods), sharey=True)
    labels = [label_of(method) for method in methods]
    for panel, metric in zip(axes, metrics, strict=True):
        one = values.sel(metric=metric)
        for y, method in enumerate(methods):
            lower, upper = of_method(one["rows_interval"], method).values
            panel.hlines(y, lower, upper, color=colour_of(method), linewidth=1.6)
        _dots(panel, [float(of_method(one["value"], method)) for method in methods], methods, labels)
        panel.set_xlabel(METRIC_NAMES[metric])
    return figure


@styled
def score_differences(differences: xr.Dataset) -> Figure:
    """Difference of every two methods in every metric, with its bootstrap interval over test rows.

    Parameters
    ----------
    differences : xarray.Dataset
        Group `differences` of a comparison, of at least two methods.

    Returns
    -------
    matplotlib.figure.Figure
        The dot has the colour of the method that the other is taken from.
    """
    metrics = [metric for metric in METRIC_NAMES if metric in differences["metric"].values]
    # last first, so that NUTS is what the cheaper methods are taken from
    pairs = list(combinations([str(method) for method in differences["method"].values][::-1], 2))
    labels = [f"{label_of(method)} \N{MINUS SIGN} {label_of(other)}" for method, other in pairs]
    figure, axes = panels(len(metrics), columns=3, height=0.8 + 0.25 * len(pairs), sharey=True)
    for panel, metric in zip(axes, metrics, strict=True):
        panel.axvline(0, color="#222222", linewidth=0.8)
        picked = [differences.sel({"method": a, "other": b, "metric": metric}) for a, b in pairs]
        for y, (pair, one) in enumerate(zip(pairs, picked, strict=True)):
            panel.hlines(y, *one["interval"].values, color=colour_of(pair[0]), linewidth=1.6)
        _dots(panel, [float(one["difference"]) for one in picked], [pair[0] for pair in pairs], labels)
        panel.set_xlabel(METRIC_NAMES[metric])
    return figure


def _dots(panel, centres: list[float], methods: list[str], labels: list[str]) -> None:
    for y, (centre, method) in enumerate(zip(centres, methods, strict=True)):
        panel.plot(centre, y, marker_of(method), color=colour_of(method))
    panel.set_yticks(range(len(labels)), labels)
    panel.set_ylim(len(labels) - 0.4, -0.6)
    panel.grid(visible=False, axis="y")
    panel.xaxis.set_major_locator(MaxNLocator(3))


def _draw_differences(run: Run) -> Figure | None:
    part = run.part("differences")
    return score_differences(part) if part is not None and part.sizes["method"] > 1 else None


def _scores_caption(run: Run) -> str:
    accuracy = run.comparison["scores"].to_dataset().sel(metric="accuracy")
    listed = []
    for method in methods_in(accuracy["value"]):
        lower, upper = of_method(accuracy["rows_interval"], method).values
        value = float(of_method(accuracy["value"], method))
        listed.append(f"{label_of(method)} {percent(value)} ({percent(lower)} to {percent(upper)})")
    return (
        f"Accuracy: {', '.join(listed)}. Lines are 95 % bootstrap intervals over the test rows: how far other rows "
        "could move the dot. Arrows point to better values. Whether two methods differ shows in their paired "
        "differences, not in whether these intervals overlap."
    )


def _differences_caption(run: Run) -> str:
    differences = run.comparison["differences"].to_dataset()
    pairs = list(combinations([str(method) for method in differences["method"].values][::-1], 2))
    clear = 0
    for a, b in pairs:
        lower, upper = differences["interval"].sel({"method": a, "other": b}).transpose("bound", "metric").values
        clear += int(((lower > 0) | (upper < 0)).sum())
    total = len(pairs) * differences.sizes["metric"]
    return (
        "Both methods of a pair are scored on the same bootstrap samples of the test rows. A line that crosses zero "
        f"supports no ranking; {clear} of the {total} lines here do not cross it. Arrows point to where the method "
        "named first is better."
    )


SPECS = (
    FigureSpec(
        name="scores",
        section="predictions",
        title="Scores with intervals",
        draw=lambda run: drawn(run, "scores", scores),
        caption=_scores_caption,
        alt=lambda run: (
            "Six panels, a metric each: the score of every method as a dot with its interval over test rows."
        ),
        table="scores",
    ),
    FigureSpec(
        name="score_differences",
        section="predictions",
        title="Paired differences of scores",
        draw=_draw_differences,
        caption=_differences_caption,
        alt=lambda run: (
            "Six panels, a metric each: the difference of every two methods as a dot with its interval, and "
            "a line at zero."
        ),
        table="differences",
    ),
)
