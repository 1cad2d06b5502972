"""How close each method's predictions are to those of the reference."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.convergence import converged, is_sampled, khat_words
from reports.hover import dot_for_each, dots_of_rows, rows_shown
from reports.html import image
from reports.marks import class_handles, dots, methods_in, of_method, panels
from reports.style import CLASS_COLOURS, GREY, colour_of, label_of, styled
from reports.view import Column, View, csv, find, fits_table, reference_of
from reports.views.scores import bayesian
from reports.words import fixed, is_baseline, name_of, number, percent


class Measure(NamedTuple):
    """A measure of agreement as a table and as an axis show it."""

    heading: str
    axis: str
    perfect: float  # its value of perfect agreement
    show: Callable[[float], str] = number


MEASURES = {
    "class_agreement": Measure("same class ↑", "share of rows in the same class", 1.0, percent),
    "mean_total_variation": Measure("total variation, mean ↓", "total variation", 0.0),
    "mean_wasserstein": Measure("Wasserstein distance, mean ↓", "Wasserstein distance", 0.0),
    "mean_wasserstein_sd": Measure("Wasserstein distance, mean (reference's sds) ↓", "Wasserstein distance (sds)", 0.0),
    "mean_sd_ratio": Measure("predictive sd / reference's (1 is best)", "ratio of the predictive sds", 1.0),
    "worst_total_variation": Measure("total variation, worst row ↓", "", 0.0),
    "worst_wasserstein": Measure("Wasserstein distance, worst row ↓", "", 0.0),
}
NO_SD = "A point estimate has no predictive sd."
OF_CLASSES = (
    "Total variation: |difference of the scores|, the probability by which the predicted outcomes differ. Wasserstein: "
    f"between the draws of the score. {NO_SD}"
)
OF_NUMBERS = (
    f"Wasserstein: between the draws of the expected outcome, in its unit or in sds of the reference's draws. {NO_SD}"
)

COLUMNS = (
    Column("same class as the reference ↑", "agreement", "class_agreement", show=percent),
    Column("", "agreement", "mean_total_variation", key="total_variation"),
    Column("", "agreement", "mean_sd_ratio", key="sd_ratio"),
)


def show(result: Result) -> Section | None:
    """Each method compared with the reference, beside how close the reference's own chains are to each other."""
    part = result.part("agreement")
    if part is None:
        return None
    reference = reference_of(result)
    name = name_of(reference)
    said = f"Every method's predictive distribution is compared with that of {name}."
    if not is_sampled(result, {"method": reference}):
        said += f" {name} is no sampler but the most trusted method at hand: agreement with it is no proof of truth."
    columns = [Column(MEASURES[one].heading, "agreement", one, show=MEASURES[one].show) for one in measures(part)]
    title, source = f"Agreement with {name}", csv(result, "agreement")
    scatter, measured = _scatter_image(result, part), _measures_image(result, part, source)
    return Section(
        "Agreement",
        "agreement",
        paragraphs=(said,),
        tables=fits_table(result, title, columns, note=note_of(part), source=source),
        images=scatter or (measured,),
        details=(Section("Figure of the agreement", "agreement-figure", images=(measured,)),) if scatter else (),
    )


def measures(part: xr.Dataset) -> list[str]:
    """The measures that suit the outcome: a distance in sds is for outcomes that, unlike scores, have any unit."""
    other = "mean_wasserstein_sd" if "class_agreement" in part else ""
    return [name for name in MEASURES if name in part and name != other]


def note_of(part: xr.Dataset) -> str:
    """What the measures of a table mean."""
    return OF_CLASSES if "class_agreement" in part else OF_NUMBERS


def _measures_image(result: Result, part: xr.Dataset, source: str) -> Image:
    reference, chains = reference_of(result), result.part("ceiling")
    first = "mean_total_variation" if "mean_total_variation" in part else "mean_wasserstein_sd"
    found = [f"{label_of(m)} is {fixed(float(of_method(part[first], m)), 3)} away" for m in methods_in(part[first])]
    found += [] if chains is None else [f"its own chains {fixed(float(chains[first].mean()), 3)}"]
    meaning = (
        "the closest that one can come"
        if converged(result, {"method": reference})
        else "it did not converge, its chains disagree among themselves, and this is no ceiling"
    )
    ticks = "" if chains is None else f" Ticks are its chains, each compared with the others: {meaning}."
    return image(
        agreement(part, chains, reference=reference),
        "agreement",
        "Agreement with the reference beside that of its own chains",
        f"How far from {label_of(reference)}, averaged over the test rows; bars start at perfect agreement.{ticks} "
        f"By {MEASURES[first].axis}: {', '.join(found)}.",
        "One panel per measure of agreement: a bar for each method, and ticks for the reference's own chains.",
        source=source,
    )


@styled
def agreement(agreements: xr.Dataset, ceiling: xr.Dataset | None, *, reference: str) -> Figure:
    """Agreement of each method with the reference beside that of the reference's chains with each other.

    Parameters
    ----------
    agreements, ceiling : xarray.Dataset
        The parts of these names; `ceiling` is None for a reference of a single chain.
    reference : str

    Returns
    -------
    matplotlib.figure.Figure
        The line marks perfect agreement.
    """
    methods = [str(method) for method in agreements["method"].values]
    labels = [*map(label_of, methods), *([] if ceiling is None else [f"chains of {label_of(reference)}"])]
    shown = [name for name in measures(agreements) if MEASURES[name].axis and agreements[name].notnull().any()]
    figure, axes = panels(len(shown), columns=2, height=0.8 + 0.27 * len(labels), sharey=True)
    for panel, name in zip(axes, shown, strict=True):
        perfect, centres = MEASURES[name].perfect, agreements[name].values.tolist()
        colours = [*map(colour_of, methods)]
        panel.hlines(range(len(methods)), perfect, centres, colors=colours, linewidth=5, alpha=0.35)
        dots(panel, centres, methods, labels)
        if ceiling is not None:
            chains = ceiling[name].values
            panel.plot(chains, np.full(len(chains), len(methods)), "|", color=colour_of(reference), markersize=11)
        panel.axvline(perfect, color="#222222", linewidth=0.8)
        panel.set_xlabel(MEASURES[name].axis)
        panel.xaxis.set_major_locator(MaxNLocator(5))
    return figure


def _scatter_image(result: Result, part: xr.Dataset) -> tuple[Image, ...]:
    """Scores of a classifier's test rows; nothing for other outcomes."""
    scored, reference = result.part("uncertainty"), reference_of(result)
    if scored is None or "class_agreement" not in part:
        return ()
    same, n = part["class_agreement"], part.sizes["simulation"]
    apart = [f"{label_of(m)} {round((1 - float(of_method(same, m))) * n)}" for m in methods_in(same)]
    figure, shown = score_scatter(scored, reference=reference), rows_shown(scored)
    others = [method for method in methods_in(scored["score"]) if method != reference]
    x = [of_method(shown["score"], reference).values] * len(others)
    y = [of_method(shown["score"], method).values for method in others]
    drawn = image(
        figure,
        "score-scatter",
        "Scores compared with the reference's",
        f"There is {dot_for_each(scored)}; on the diagonal both methods give it the same score. In the upper left and "
        f"lower right quarters they assign it to different classes. Rows there, of {n}: {', '.join(apart)}.",
        f"One panel per method: its score of every test row against that of {label_of(reference)}.",
        source=csv(result, "uncertainty", "simulation"),
        dense=True,
        dots=lambda: dots_of_rows(figure.axes[: len(others)], x, y, result, shown),
    )
    return (drawn,)


@styled
def score_scatter(uncertainty: xr.Dataset, *, reference: str) -> Figure:
    """Score of test rows (see `rows_shown`) by each method against that by the reference, one panel per method.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        The part `uncertainty`.
    reference : str
        One of its methods.
    """
    methods = [method for method in methods_in(uncertainty["score"]) if method != reference]
    uncertainty = rows_shown(uncertainty)
    trusted = of_method(uncertainty["score"], reference).values
    label = of_method(uncertainty["label"], reference).values
    columns = 2 if len(methods) in (2, 4) else 3
    figure, axes = panels(len(methods), columns=columns, height=7 / columns + 0.2, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        score = of_method(uncertainty["score"], method).values
        for edge in (panel.axvline, panel.axhline):
            edge(0.5, color=GREY, linewidth=0.8, linestyle="--")
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        for one, colour in CLASS_COLOURS.items():
            panel.plot(trusted[label == one], score[label == one], ".", color=colour, markersize=6, alpha=0.75)
        panel.set_aspect("equal")
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        panel.set(xlabel=f"score of {label_of(reference)} (1)", ylabel=f"score of {label_of(method)} (1)")
    figure.legend(handles=class_handles(), loc="outside upper left", ncols=2)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """How far the other methods whose predictions have a spread are from the reference."""
    reference, drawn = reference_of(result), bayesian(result)
    others = [method for method in drawn if method != reference and not is_baseline(method)]
    if result.part("agreement") is not None and reference in drawn and others:
        yardstick = "" if is_sampled(result, {"method": reference}) else ", itself an approximation"
        told = "; ".join(_distance(result, method) for method in others)
        yield f"Compared with {name_of(reference)}{yardstick}{_among_chains(result)}: {told}."


def _distance(result: Result, method: str) -> str:
    fit = {"method": method}
    same, apart, spread = (
        find(result, "agreement", name, fit) for name in ("class_agreement", "mean_wasserstein_sd", "mean_sd_ratio")
    )
    kind = fit | {"alignment": "matched", "parameter": "w0"}
    weights, both = (find(result, "weight_summary", name, kind) for name in ("sd_ratio", "learned_in_both"))
    said = [
        f"the predictions of {name_of(method)} are on average {number(apart, 2)} of its predictive sds away"
        if math.isnan(same)
        else f"{name_of(method)} puts {percent(same)} of rows into the same class"
    ]
    if not math.isnan(spread):
        said.append(f"its predictive sd is {fixed(spread, 2)} times as large")
    if not math.isnan(weights):
        said.append(
            f"the {percent(both, 0)} of its input weights that the data narrow in both, once units are matched, have "
            f"in the median {fixed(weights, 2)} times the sd"
        )
    return ", ".join(filter(None, (*said, khat_words(result, fit))))


def _among_chains(result: Result) -> str:
    """What chains of the reference reach among themselves."""
    chains = result.part("ceiling")
    if chains is None:
        return ""
    if "class_agreement" not in chains:
        largest = number(float(chains["mean_wasserstein_sd"].max()), 2)
        return f" (each of whose chains is on average at most {largest} of its predictive sds from the others)"
    lowest = float(chains["class_agreement"].min())
    share = "all" if lowest == 1 else f"at least {percent(lowest)} of the"
    return f" (whose chains agree with each other on {share} rows)"


VIEW = View(show, COLUMNS, verdict)
