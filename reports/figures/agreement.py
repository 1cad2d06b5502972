"""Figures of the section on agreement: how close each method's predictions are to the reference's."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reports.marks import class_handles, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run
from reports.style import CLASS_COLOURS, GREY, colour_of, label_of, marker_of, styled

# with the value of perfect agreement
MEASURE_NAMES = {
    "class_agreement": ("rows of the same class (1)", 1.0),
    "mean_total_variation": ("total variation (1)", 0.0),
    "mean_wasserstein": ("Wasserstein distance (1)", 0.0),
    "mean_sd_ratio": ("ratio of the sds (1)", 1.0),
}


@styled
def score_scatter(uncertainty: xr.Dataset, *, reference: str) -> Figure:
    """Score of every test row by each method against that by the reference.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Group `uncertainty` of a comparison.
    reference : str
        One of its methods.

    Returns
    -------
    matplotlib.figure.Figure
        A panel a method.
    """
    methods = [method for method in methods_in(uncertainty["score"]) if method != reference]
    trusted = of_method(uncertainty["score"], reference).values
    label = of_method(uncertainty["label"], reference).values
    figure, axes = panels(
        len(methods), columns=2 if len(methods) in (2, 4) else 3, height=3.5, sharex=True, sharey=True
    )
    for panel, method in zip(axes, methods, strict=True):
        score = of_method(uncertainty["score"], method).values
        for edge in (panel.axvline, panel.axhline):
            edge(0.5, color=GREY, linewidth=0.8, linestyle="--")
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        for one, colour in CLASS_COLOURS.items():
            panel.plot(trusted[label == one], score[label == one], ".", color=colour, markersize=6, alpha=0.75)
        panel.set_aspect("equal")
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        panel.set_xlabel(f"score of {label_of(reference)} (1)")
        panel.set_ylabel(f"score of {label_of(method)} (1)")
    figure.legend(handles=class_handles(), loc="outside upper left", ncols=2)
    return figure


@styled
def agreement(agreements: xr.Dataset, ceiling: xr.Dataset | None, *, reference: str) -> Figure:
    """Agreement of each method with the reference beside that of the reference's chains with each other.

    Parameters
    ----------
    agreements : xarray.Dataset
        Group `agreement` of a comparison.
    ceiling : xarray.Dataset or None
        Group `ceiling`, None for a reference of a single chain.
    reference : str

    Returns
    -------
    matplotlib.figure.Figure
        The line marks perfect agreement.
    """
    methods = [str(method) for method in agreements["method"].values]
    labels = [label_of(method) for method in methods]
    labels += [f"chains of {label_of(reference)}"] if ceiling is not None else []
    shown = [name for name in MEASURE_NAMES if agreements[name].notnull().any()]
    figure, axes = panels(len(shown), columns=2, height=0.8 + 0.27 * len(labels), sharey=True)
    for panel, name in zip(axes, shown, strict=True):
        words, perfect = MEASURE_NAMES[name]
        for y, method in enumerate(methods):
            value = float(of_method(agreements[name], method))
            panel.hlines(y, perfect, value, color=colour_of(method), linewidth=5, alpha=0.35)
            panel.plot(value, y, marker_of(method), color=colour_of(method), markersize=6)
        if ceiling is not None:
            chains = ceiling[name].values
            panel.plot(chains, np.full(len(chains), len(methods)), "|", color=colour_of(reference), markersize=11)
        panel.axvline(perfect, color="#222222", linewidth=0.8)
        panel.set_xlabel(words)
        panel.set_yticks(range(len(labels)), labels)
        panel.set_ylim(len(labels) - 0.4, -0.6)
        panel.grid(visible=False, axis="y")
        panel.xaxis.set_major_locator(MaxNLocator(5))
    return figure


def _draw_scatter(run: Run) -> Figure | None:
    part = run.part("uncertainty")
    return None if part is None or part.sizes["method"] < 2 else score_scatter(part, reference=run.reference)


def _draw_agreement(run: Run) -> Figure | None:
    part = run.part("agreement")
    return None if part is None else agreement(part, run.part("ceiling"), reference=run.reference)


def _scatter_caption(run: Run) -> str:
    same = run.comparison["agreement"]["class_agreement"]
    apart = ", ".join(
        f"{label_of(method)} {round((1 - float(of_method(same, method))) * run.comparison.attrs['n_test'])}"
        for method in methods_in(same)
    )
    return (
        "A dot a test row; on the diagonal both give it the same score. In the upper left and lower right quarters "
        f"they assign it to different classes. Rows there, of {run.comparison.attrs['n_test']}: {apart}."
    )


def _agreement_caption(run: Run) -> str:
    found = run.comparison["agreement"]
    parts = [
        f"{label_of(method)} is {float(of_method(found['mean_total_variation'], method)):.3f} away"
        for method in methods_in(found["mean_total_variation"])
    ]
    chains = run.part("ceiling")
    limit = "" if chains is None else f", its own chains {float(chains['mean_total_variation'].mean()):.3f}"
    meaning = (
        "the closest that one can come"
        if run.reference_converged
        else "it did not converge, its chains disagree among themselves, and this is no ceiling"
    )
    ticks = "" if chains is None else f" Ticks are its chains, each against the others: {meaning}."
    return (
        f"How far from {label_of(run.reference)}, averaged over the test rows; bars start at perfect agreement.{ticks} "
        f"In mean score (total variation): {', '.join(parts)}{limit}."
    )


SPECS = (
    FigureSpec(
        name="agreement",
        section="agreement",
        title="Agreement with the reference beside that of its own chains",
        draw=_draw_agreement,
        caption=_agreement_caption,
        alt=lambda run: "Four measures of agreement: a bar a method, and ticks for the reference's own chains.",
        table="agreement",
    ),
    FigureSpec(
        name="score_scatter",
        section="agreement",
        title="Scores against the reference's",
        draw=_draw_scatter,
        caption=_scatter_caption,
        alt=lambda run: f"A panel a method: its score of every test row against that of {label_of(run.reference)}.",
        table="uncertainty",
        dense=True,
    ),
)
