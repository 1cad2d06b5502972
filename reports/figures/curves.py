"""Figures of the section on predictions: ROC, reliability and selective prediction."""

import xarray as xr
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from reports.marks import method_legend, methods_in, of_method, panels, rug
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import GREY, colour_of, label_of, styled

MEASURE_NAMES = {
    "sd": "sd of the score",
    "total": "total entropy (nats)",
    "aleatoric": "aleatoric entropy (nats)",
    "epistemic": "epistemic entropy (nats)",
}


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
    methods = methods_in(uncertainty["score"])
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
    methods = methods_in(calibration["score"])
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
        for method in methods_in(curves.sel(measure=measure)):
            curve = curves.sel({"method": method, "measure": measure})
            panel.plot(100 * curve["kept"].values, 100 * curve.values, color=colour_of(method))
        panel.set(title=f"by {MEASURE_NAMES[measure].removesuffix(' (nats)')}", xlabel="rows kept (%)", xlim=(0, 101))
    axes[0].set_ylabel("accuracy over them (%)")
    method_legend(figure, methods_in(curves), markers=False)
    return figure


def _roc_caption(run: Run) -> str:
    auc = run.comparison["scores"]["value"].sel(metric="roc_auc")
    areas = ", ".join(f"{label_of(method)} {float(of_method(auc, method)):.3f}" for method in methods_in(auc))
    return (
        f"The nearer to the upper left corner the better; the dashed line is guessing. Area under the curve: {areas}."
    )


def _reliability_caption(run: Run) -> str:
    calibration = run.comparison["calibration"].to_dataset()
    outside = []
    for method in methods_in(calibration["score"]):
        one = of_method(calibration, method)
        lower, upper = one["band"].transpose("bound", "rank").values
        share = float(((one["reliability"] < lower) | (one["reliability"] > upper)).mean())
        outside.append(f"{label_of(method)} {100 * share:.0f} %")
    return (
        "How often the rupture propagated, given the score. On the dashed line a score of 0.8 comes true in 80 % of "
        "the rows; above it the score is too low, below it too high. At each score the band holds 95 % of the curves "
        f"of a calibrated method; share of the test rows outside it: {', '.join(outside)}. Ticks below are the scores."
    )


def _selective_caption(run: Run) -> str:
    curves = run.comparison["errors"]["selective_accuracy"].sel(measure="total")
    most = {m: float(of_method(curves, m).sel(kept=0.8, method="nearest")) for m in methods_in(curves)}
    kept = ", ".join(f"{label_of(method)} {100 * value:.1f} %" for method, value in most.items())
    return (
        "If the least certain rows are left to a simulation, how accurate are the others? A curve that rises to the "
        "left shows that the uncertainty knows where the errors are. Accuracy over the most certain 80 % by total "
        f"entropy: {kept}. A point estimate has a total entropy only."
    )


SPECS = (
    FigureSpec(
        name="roc",
        section="predictions",
        title="ROC curves",
        draw=lambda run: drawn(run, "uncertainty", roc),
        caption=_roc_caption,
        alt=lambda run: "True positive rate against false positive rate of every method, and the diagonal of guessing.",
        table="uncertainty",
    ),
    FigureSpec(
        name="reliability",
        section="predictions",
        title="Reliability",
        draw=lambda run: drawn(run, "calibration", reliability),
        caption=_reliability_caption,
        alt=lambda run: "A panel a method: share of propagation against the score, with a band about the diagonal.",
        table="reliability",
    ),
    FigureSpec(
        name="selective_accuracy",
        section="predictions",
        title="Accuracy when the least certain rows are left out",
        draw=lambda run: drawn(run, "errors", selective),
        caption=_selective_caption,
        alt=lambda run: "Curves of accuracy against the share of rows kept, by method and measure of uncertainty.",
        table="selective_accuracy",
    ),
)
