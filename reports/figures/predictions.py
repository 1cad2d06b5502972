"""Figures of the section on predictions: how good the scores of each method are."""

from itertools import combinations

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import roc_curve

from reports.figures.marks import method_legend, methods_of, of_method, panels, rug
from reports.figures.run import FigureSpec, Run
from reports.figures.style import GREY, colour_of, label_of, marker_of, styled

# with the direction that is better
METRIC_NAMES = {
    "accuracy": "accuracy →",
    "f1": "F1 →",
    "f1_weighted": "weighted F1 →",
    "log_score": "log score (nats a row) →",
    "brier": "Brier score ←",
    "roc_auc": "ROC-AUC →",
}
MEASURE_NAMES = {
    "sd": "sd of the score",
    "total": "total entropy (nats)",
    "aleatoric": "aleatoric entropy (nats)",
    "epistemic": "epistemic entropy (nats)",
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
    methods = methods_of(values["value"])
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
    panel.xaxis.set_major_locator(MaxNLocator(4))


@styled
def roc(uncertainty: xr.Dataset) -> Figure:
    """ROC curves of the posterior mean scores.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Group `uncertainty` of a comparison: `score`, `label (method, simulation)`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (axes,) = panels(1, columns=1, height=4.6, width=5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--")
    methods = methods_of(uncertainty["score"])
    for method in methods:
        one = of_method(uncertainty, method)
        false, true, _ = roc_curve(one["label"].values, one["score"].values)
        axes.plot(false, true, color=colour_of(method), label=label_of(method))
    axes.set(xlabel="false positive rate (1)", ylabel="true positive rate (1)", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.set_aspect("equal")
    axes.legend(loc="lower right")
    return figure


@styled
def reliability(calibration: xr.Dataset) -> Figure:
    """Reliability curve of every method with its consistency band, above the distribution of its scores.

    Parameters
    ----------
    calibration : xarray.Dataset
        Group `calibration` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
    """
    methods = methods_of(calibration["score"])
    figure, axes = panels(len(methods), columns=3, height=3.1, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one, colour = of_method(calibration, method), colour_of(method)
        score = one["score"].values
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--")
        panel.fill_between(score, *one["band"].transpose("bound", "rank").values, color=colour, alpha=0.18, linewidth=0)
        panel.plot(score, one["reliability"].values, color=colour)
        rug(panel, score, -0.09, -0.03, color=colour)
        panel.set(xlim=(-0.01, 1.01), ylim=(-0.11, 1.02), xlabel="score (1)")
        panel.set_title(f"{label_of(method)}, ECE {float(one['ece']):.3f}")
    axes[0].set_ylabel("share of propagation (1)")
    return figure


@styled
def selective(errors: xr.Dataset, *, measures: tuple[str, ...] = ("total", "sd", "epistemic")) -> Figure:
    """Accuracy over the rows that remain when the least certain are left out.

    Parameters
    ----------
    errors : xarray.Dataset
        Group `errors` of a comparison.
    measures : tuple of str
        Measures of uncertainty to order the rows by, a panel each.

    Returns
    -------
    matplotlib.figure.Figure
    """
    curves = errors["selective_accuracy"]
    measures = tuple(measure for measure in measures if curves.sel(measure=measure).notnull().any())
    figure, axes = panels(len(measures), columns=3, height=2.9, sharey=True)
    for panel, measure in zip(axes, measures, strict=True):
        for method in methods_of(curves.sel(measure=measure)):
            curve = curves.sel({"method": method, "measure": measure})
            panel.plot(100 * curve["kept"].values, 100 * curve.values, color=colour_of(method))
        panel.set(title=f"by {MEASURE_NAMES[measure].removesuffix(' (nats)')}", xlabel="rows kept (%)", xlim=(0, 101))
    axes[0].set_ylabel("accuracy over them (%)")
    method_legend(figure, methods_of(curves), markers=False)
    return figure


def _draw_differences(run: Run) -> Figure | None:
    part = run.part("differences")
    return score_differences(part) if part is not None and part.sizes["method"] > 1 else None


def _scores_caption(run: Run) -> str:
    accuracy = run.comparison["scores"].to_dataset().sel(metric="accuracy")
    listed = []
    for method in methods_of(accuracy["value"]):
        lower, upper = of_method(accuracy["rows_interval"], method).values
        value = float(of_method(accuracy["value"], method))
        listed.append(f"{label_of(method)} {100 * value:.1f} % ({100 * lower:.1f} to {100 * upper:.1f})")
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


def _roc_caption(run: Run) -> str:
    auc = run.comparison["scores"]["value"].sel(metric="roc_auc")
    areas = ", ".join(f"{label_of(method)} {float(of_method(auc, method)):.3f}" for method in methods_of(auc))
    return (
        f"The nearer to the upper left corner the better; the dashed line is guessing. Area under the curve: {areas}."
    )


def _reliability_caption(run: Run) -> str:
    calibration = run.comparison["calibration"].to_dataset()
    outside = []
    for method in methods_of(calibration["score"]):
        one = of_method(calibration, method)
        lower, upper = one["band"].transpose("bound", "rank").values
        share = float(((one["reliability"] < lower) | (one["reliability"] > upper)).mean())
        outside.append(f"{label_of(method)} {100 * share:.0f} %")
    return (
        "How often the rupture propagated, given the score. On the dashed line a score of 0.8 comes true in 80 % of "
        "the rows; above it the method is too cautious, below it too bold. The band holds 95 % of the curves of a "
        f"calibrated method; share of the test rows outside it: {', '.join(outside)}. Ticks below are the scores."
    )


def _selective_caption(run: Run) -> str:
    curves = run.comparison["errors"]["selective_accuracy"].sel(measure="total")
    most = {m: float(of_method(curves, m).sel(kept=0.8, method="nearest")) for m in methods_of(curves)}
    kept = ", ".join(f"{label_of(method)} {100 * value:.1f} %" for method, value in most.items())
    return (
        "If the least certain rows are left to a simulation, how accurate are the others? A curve that rises to the "
        "left shows that the uncertainty knows where the errors are. Accuracy over the most certain 80 % by total "
        f"entropy: {kept}. A point estimate has a total entropy only."
    )


def _if_there(run: Run, group: str, draw) -> Figure | None:
    part = run.part(group)
    return None if part is None else draw(part)


SPECS = (
    FigureSpec(
        name="scores",
        section="predictions",
        title="Scores with intervals",
        draw=lambda run: _if_there(run, "scores", scores),
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
    FigureSpec(
        name="roc",
        section="predictions",
        title="ROC curves",
        draw=lambda run: _if_there(run, "uncertainty", roc),
        caption=_roc_caption,
        alt=lambda run: "True positive rate against false positive rate of every method, and the diagonal of guessing.",
        table="uncertainty",
    ),
    FigureSpec(
        name="reliability",
        section="predictions",
        title="Reliability",
        draw=lambda run: _if_there(run, "calibration", reliability),
        caption=_reliability_caption,
        alt=lambda run: "A panel a method: share of propagation against the score, with a band about the diagonal.",
        table="reliability",
    ),
    FigureSpec(
        name="selective_accuracy",
        section="predictions",
        title="Accuracy when the least certain rows are left out",
        draw=lambda run: _if_there(run, "errors", selective),
        caption=_selective_caption,
        alt=lambda run: "Curves of accuracy against the share of rows kept, by method and measure of uncertainty.",
        table="selective_accuracy",
    ),
)
