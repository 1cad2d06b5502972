"""How uncertain each test row is, and the rows that deserve a look."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from sklearn.metrics import roc_curve

from bayesnet.contract import Problem, Result
from reports.content import Image, Section, Table
from reports.hover import dot_for_each, dots_of_rows, rows_shown
from reports.html import image
from reports.marks import class_handles, methods_in, of_method, panels
from reports.style import CLASS_COLOURS, GREY, WIDTH, colour_of, label_of, styled, with_unit
from reports.view import Column, View, csv, find, reference_of, with_shown_inputs
from reports.words import fixed, listed, name_of, number

MEASURES = {
    "sd": "sd of the score (1)",
    "total": "total entropy (nats)",
    "aleatoric": "aleatoric entropy (nats)",
    "epistemic": "epistemic entropy (nats)",
}
WRONG = ("FP", "FN")
BINS = np.linspace(0, 1, 21)  # of the score
MOST = 20  # rows of a table
GAUSSIAN = (
    "likelihood is Gaussian: the outcome is drawn from N(score, 1). Log scores, joint log scores and entropies still "
    "read the score as the probability that the outcome is 1."
)
EPISTEMIC = Column("", "uncertainty_groups", "mean", {"measure": "epistemic"}, key="epistemic_entropy")


def show(result: Result) -> Section | None:
    """ROC curves, scores with their sd, and the most uncertain and the most confidently wrong rows."""
    values = result.part("uncertainty")
    if values is None:
        return None
    gaussian = any(Problem.stored(fit).get("likelihood") == "gaussian" for fit in result.fits.values())
    return Section(
        "Uncertainty",
        "uncertainty",
        paragraphs=(f"The {GAUSSIAN}",) if gaussian else (),
        images=_sd_image(result, values),
        details=(
            _uncertain(result, values),
            _wrong(result, values),
            *(Section("ROC curves", "roc", images=(drawn,)) for drawn in _roc_image(result, values)),
        ),
    )


def show_runs(result: Result) -> Section | None:
    """What the entropies of fits with a Gaussian likelihood are of."""
    gaussian = [run for run, about in result.study["runs"].items() if about["problem"].get("likelihood") == "gaussian"]
    if not gaussian:
        return None
    return Section("Uncertainty", "uncertainty", paragraphs=(f"In {listed(gaussian)} the {GAUSSIAN}",))


def _roc_image(result: Result, values: xr.Dataset) -> tuple[Image, ...]:
    if values["label"].min() == values["label"].max():  # of one class alone there is no such curve
        return ()
    areas = [
        f"{fixed(find(result, 'scores', 'value', {'method': method, 'metric': 'roc_auc'}), 3)} ({label_of(method)})"
        for method in methods_in(values["score"])
    ]
    drawn = image(
        roc(values),
        "roc",
        "ROC curves",
        "The nearer to the upper left corner the better; the dashed line is guessing. Area under the curve: "
        f"{listed(areas)}; intervals stand with the scores.",
        "True positive rate against false positive rate of every method, and the diagonal of guessing.",
        source=csv(result, "uncertainty", "simulation"),
    )
    return (drawn,)


@styled
def roc(values: xr.Dataset) -> Figure:
    """ROC curves of the posterior mean scores.

    Parameters
    ----------
    values : xarray.Dataset
        The part `uncertainty`: `score`, `label (method, simulation)`.
    """
    figure, (axes,) = panels(1, columns=1, height=4.6, width=5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--")
    for method in methods_in(values["score"]):
        one = of_method(values, method)
        false, true, _ = roc_curve(one["label"].values, one["score"].values)
        axes.plot(false, true, color=colour_of(method), label=label_of(method))
    axes.set(xlabel="false positive rate (1)", ylabel="true positive rate (1)", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.set_aspect("equal")
    axes.legend(loc="lower right")
    return figure


def _sd_image(result: Result, values: xr.Dataset) -> tuple[Image, ...]:
    if values["uncertainty"].sel(measure="sd").isnull().all():
        return ()
    figure, shown = sd_against_score(values), rows_shown(values)
    sd = shown["uncertainty"].sel(measure="sd")
    methods = methods_in(sd)
    below = figure.axes[len(methods) : 2 * len(methods)]
    x, y = ([of_method(of, method).values for method in methods] for of in (shown["score"], sd))
    drawn = image(
        figure,
        "sd_against_score",
        "Scores and their sd (the paper's Figure 5)",
        f"Above, how many test rows got which score; below, {dot_for_each(values)}. The paper finds the sd highest "
        f"where the score is near 0.5 and lowest near 0 and 1. {_peaks(result)}Rings left and right of the middle are "
        "confident errors.",
        "One column per method: histogram of the scores by class above a scatter of predictive sd against score, an "
        "arch that is highest in the middle where the sd is largest for undecided rows.",
        source=csv(result, "uncertainty", "measure", "simulation"),
        dense=True,
        dots=lambda: dots_of_rows(below, x, y, result, shown),
    )
    return (drawn,)


def _peaks(result: Result) -> str:
    groups = result.part("uncertainty_groups")
    if groups is None:
        return ""
    sd = groups["by_score"].sel(measure="sd")
    peaks = [
        f"{float(of_method(sd, m).max()):.3f} near a score of {float(of_method(sd, m).idxmax()):.2f} ({label_of(m)})"
        for m in methods_in(sd)
    ]
    return f"Highest mean sd in a bin of scores here: {listed(peaks)}. "


@styled
def sd_against_score(values: xr.Dataset) -> Figure:
    """Histogram of the scores above the sd of test rows (see `rows_shown`), one column per method: paper's Figure 5.

    Parameters
    ----------
    values : xarray.Dataset
        The part `uncertainty`, with an sd of at least one method.
    """
    sd = values["uncertainty"].sel(measure="sd")
    methods = methods_in(sd)
    figure = Figure(figsize=(WIDTH if len(methods) > 1 else WIDTH * 0.65, 4.8))
    axes = figure.subplots(
        2, len(methods), squeeze=False, sharex=True, sharey="row", gridspec_kw={"height_ratios": [1, 2]}
    )
    for (top, bottom), method in zip(axes.T, methods, strict=True):
        every = of_method(values, method)
        one, own = rows_shown(every), rows_shown(every)["uncertainty"].sel(measure="sd").values
        score, label, wrong = one["score"].values, one["label"].values, np.isin(one["cell"].values, WRONG)
        for known, colour in CLASS_COLOURS.items():
            of_class = every["score"].values[every["label"].values == known]
            top.hist(of_class, BINS, histtype="step", color=colour, linewidth=1.6)
            bottom.plot(score[label == known], own[label == known], ".", color=colour, markersize=5, alpha=0.75)
        bottom.plot(score[wrong], own[wrong], "o", color="#222222", fillstyle="none", markersize=5, mew=0.7)
        bottom.axvline(0.5, color=GREY, linewidth=0.8, linestyle="--")
        top.set_title(label_of(method), color=colour_of(method))
        bottom.set_xlabel("score (1)")
    axes[0, 0].set_ylabel("test rows")
    axes[1, 0].set_ylabel(MEASURES["sd"])
    ring = Line2D([], [], color="#222222", marker="o", fillstyle="none", linestyle="", label="misclassified")
    figure.legend(handles=[*class_handles(), ring], loc="outside upper left", ncols=3)
    return figure


def _uncertain(result: Result, values: xr.Dataset) -> Section:
    """The rows of which the reference is least certain."""
    reference = reference_of(result)
    rows = of_method(values, reference)
    known = bool(rows["uncertainty"].sel(measure="sd").notnull().all())
    measure, what = ("sd", "sd of the score over draws") if known else ("total", "entropy of the score")
    order = np.argsort(-rows["uncertainty"].sel(measure=measure).values, kind="stable")[:MOST]
    title = f"The {len(order)} most uncertain rows"
    note = f"Test rows by {what} of {name_of(reference)}, the largest first."
    return Section(title, "rows-uncertain", tables=(_rows(result, title, rows.isel(simulation=order), note),))


def _wrong(result: Result, values: xr.Dataset) -> Section:
    """The rows that the reference misclassifies with a score furthest from 0.5."""
    reference = reference_of(result)
    rows = of_method(values, reference)
    wrong = np.flatnonzero(np.isin(rows["cell"].values, WRONG))
    order = wrong[np.argsort(-np.abs(rows["score"].values[wrong] - 0.5), kind="stable")][:MOST]
    title, anchor = "The most confidently wrong rows", "rows-wrong"
    if not len(order):
        return Section(title, anchor, paragraphs=(f"{name_of(reference)} misclassifies no test row.",))
    note = (
        f"The furthest from 0.5 of {len(wrong)} test rows that {name_of(reference)} misclassifies; FP is an arrest "
        "called propagation, FN the reverse."
    )
    return Section(title, anchor, tables=(_rows(result, title, rows.isel(simulation=order), note),))


def _rows(result: Result, title: str, chosen: xr.Dataset, note: str) -> Table:
    inputs = with_shown_inputs(result, result.fits[reference_of(result)]["predictions_constant_data"].to_dataset())
    cells = []
    for simulation in chosen["simulation"].values:
        row = chosen.sel(simulation=simulation)
        sd, entropy = (number(float(row["uncertainty"].sel(measure=measure))) for measure in ("sd", "total"))
        score = fixed(float(row["score"]), 3)
        values = map(number, inputs["features"].sel(simulation=simulation).values)
        cells.append((str(simulation), str(row["cell"].item()), score, sd, entropy, *values))
    names = [with_unit(str(f), str(u)) for f, u in zip(inputs["feature"].values, inputs["units"].values, strict=True)]
    header = ("simulation", "cell", "score", "sd", "entropy (nats)", *names)
    return Table(title, header, tuple(cells), note, csv(result, "uncertainty", "measure", "simulation"))


VIEW = View(show, (EPISTEMIC,), across=View(show_runs, (EPISTEMIC,)))
