"""Figures of the section on predictions: where each method is uncertain."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.curves import MEASURE_NAMES
from reports.marks import class_handles, forest, forest_height, method_legend, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import CLASS_COLOURS, CLASS_NAMES, GREY, WIDTH, colour_of, label_of, styled

BINS = np.linspace(0, 1, 21)  # of the score
WRONG = ("FP", "FN")


@styled
def sd_against_score(uncertainty: xr.Dataset, *, measure: str = "sd") -> Figure:
    """Histogram of the scores above the uncertainty of every test row (the paper's Figure 5).

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Group `uncertainty` of a comparison.
    measure : str
        One of its `measure`, known for at least one method.

    Returns
    -------
    matplotlib.figure.Figure
        A column a method.
    """
    methods = methods_in(uncertainty["uncertainty"].sel(measure=measure))
    figure = Figure(figsize=(WIDTH if len(methods) > 1 else WIDTH * 0.65, 4.8))
    axes = figure.subplots(
        2, len(methods), squeeze=False, sharex=True, sharey="row", gridspec_kw={"height_ratios": [1, 2]}
    )
    for (top, bottom), method in zip(axes.T, methods, strict=True):
        one = of_method(uncertainty, method)
        for label, colour in CLASS_COLOURS.items():
            rows = one.isel(simulation=np.flatnonzero(one["label"].values == label))
            top.hist(rows["score"], BINS, histtype="step", color=colour, linewidth=1.6)
            values = rows["uncertainty"].sel(measure=measure)
            bottom.plot(rows["score"].values, values.values, ".", color=colour, markersize=5, alpha=0.75)
        wrong = one.isel(simulation=np.flatnonzero(np.isin(one["cell"].values, WRONG)))
        values = wrong["uncertainty"].sel(measure=measure).values
        bottom.plot(wrong["score"].values, values, "o", color="#222222", fillstyle="none", markersize=5, mew=0.7)
        bottom.axvline(0.5, color=GREY, linewidth=0.8, linestyle="--")
        top.set_title(label_of(method), color=colour_of(method))
        bottom.set_xlabel("score (1)")
    axes[0, 0].set_ylabel("test rows")
    axes[1, 0].set_ylabel(f"{MEASURE_NAMES[measure]} (1)" if measure == "sd" else MEASURE_NAMES[measure])
    figure.legend(handles=[*class_handles(), _error_handle()], loc="outside upper left", ncols=3)
    return figure


@styled
def uncertainty_by_group(groups: xr.Dataset, *, measures: tuple[str, ...] = ("total", "sd")) -> Figure:
    """Mean uncertainty of the test rows of each class and of each cell of the confusion matrix.

    Parameters
    ----------
    groups : xarray.Dataset
        Group `uncertainty_groups` of a comparison.
    measures : tuple of str
        A panel each, where a method has it.

    Returns
    -------
    matplotlib.figure.Figure
    """
    by_class = groups["by_class"].rename(label="group")
    by_class = by_class.assign_coords(group=[CLASS_NAMES[int(label)] for label in by_class["group"].values])
    values = xr.concat([by_class, groups["by_cell"].rename(cell="group")], dim="group")
    measures = tuple(measure for measure in measures if values.sel(measure=measure).notnull().any())
    items = [str(name) for name in values["group"].values]
    height = forest_height(len(items), groups.sizes["method"])
    figure, axes = panels(len(measures), columns=2, height=height, sharey=True)
    for panel, measure in zip(axes, measures, strict=True):
        forest(panel, values.sel(measure=measure).transpose("method", "group"), items=items, zero=False)
        panel.axhline(1.5, color=GREY, linewidth=0.8)  # classes above, cells below
        panel.set_xlim(left=0)
        panel.set_xlabel(f"mean {MEASURE_NAMES[measure]}" + (" (1)" if measure == "sd" else ""))
    method_legend(figure, methods_in(groups["by_class"]))
    return figure


@styled
def input_plane(inputs: xr.Dataset, uncertainty: xr.Dataset, *, measure: str = "total") -> Figure:
    """Test rows in the plane of the inputs' first two principal components, coloured by uncertainty.

    Parameters
    ----------
    inputs : xarray.Dataset
        Group `inputs` of a comparison, with two components.
    uncertainty : xarray.Dataset
        Group `uncertainty` of a comparison.
    measure : str
        Known for every method; by default the total entropy, which a point estimate has too.

    Returns
    -------
    matplotlib.figure.Figure
        A panel a method; crosses mark misclassified rows.
    """
    values = uncertainty["uncertainty"].sel(measure=measure)
    methods = methods_in(values)
    first, second = inputs["plane"].transpose("component", "simulation").values
    figure, axes = panels(len(methods), columns=3, height=3.0, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one = of_method(values, method).values
        order = np.argsort(one)  # the uncertain rows on top
        shades = {"c": one[order], "cmap": "YlGnBu", "vmin": 0, "vmax": float(values.max())}
        dots = panel.scatter(first[order], second[order], s=16, edgecolors="#999999", linewidths=0.4, **shades)
        wrong = np.isin(of_method(uncertainty["cell"], method).values, WRONG)
        panel.plot(first[wrong], second[wrong], "x", color="#D55E00", markersize=5.5, mew=1.5)
        panel.set_title(f"{label_of(method)}, {int(wrong.sum())} errors")
        panel.set_xlabel("component 1 (sd)")
    axes[0].set_ylabel("component 2 (sd)")
    figure.colorbar(dots, ax=axes, label=MEASURE_NAMES[measure], shrink=0.85)
    cross = Line2D([], [], color="#D55E00", marker="x", linestyle="", label="misclassified")
    figure.legend(handles=[cross], loc="outside upper left")
    return figure


def _error_handle() -> Line2D:
    return Line2D([], [], color="#222222", marker="o", fillstyle="none", linestyle="", label="misclassified")


def _draw_sd(run: Run) -> Figure | None:
    part = run.part("uncertainty")
    if part is None or part["uncertainty"].sel(measure="sd").isnull().all():
        return None
    return sd_against_score(part)


def _draw_plane(run: Run) -> Figure | None:
    inputs, uncertainty = run.part("inputs"), run.part("uncertainty")
    if inputs is None or uncertainty is None or inputs.sizes["component"] < 2:
        return None
    return input_plane(inputs, uncertainty)


def _sd_caption(run: Run) -> str:
    groups = run.comparison["uncertainty_groups"]
    peaks = []
    for method in methods_in(groups["by_score"].sel(measure="sd")):
        sd = of_method(groups["by_score"], method).sel(measure="sd")
        peaks.append(f"{label_of(method)} {float(sd.max()):.3f} near a score of {float(sd.idxmax()):.2f}")
    return (
        "Above, how many test rows got which score; below, a dot a row. The paper finds the sd highest where the "
        "score is near 0.5 and lowest near 0 and 1. Highest mean sd in a bin of scores here: "
        f"{', '.join(peaks)}. Rings left and right of the middle are confident errors."
    )


def _groups_caption(run: Run) -> str:
    groups = run.comparison["uncertainty_groups"].to_dataset()
    ratio = groups["propagation_ratio"]
    parts = [
        f"{label_of(method)} {float(of_method(ratio, method).sel(measure=measure)):.2f} ({measure})"
        for method in methods_in(ratio)
        for measure in ("total", "sd")
        if np.isfinite(of_method(ratio, method).sel(measure=measure))
    ]
    return (
        "Above the line, means over the test rows of each true class; below it, of each cell of the confusion matrix. "
        "Errors (FP, FN) should lie right of what is predicted rightly (TP, TN). Uncertainty for propagation as a "
        f"multiple of that for arrest: {', '.join(parts)}."
    )


def _plane_caption(run: Run) -> str:
    explained = run.comparison["inputs"]["explained"].values
    loadings = run.comparison["inputs"]["loadings"]
    largest = np.abs(loadings.transpose("component", "feature")).argmax("feature").values
    tops = [str(loadings["feature"].values[place]) for place in largest]
    return (
        f"The plane holds {100 * explained.sum():.0f} % of the variance of the standardised inputs; component 1 leans "
        f"most on {tops[0]}, component 2 on {tops[1]}. Dark dots are uncertain rows. Where crosses lie on pale dots, "
        "the method errs without knowing it."
    )


SPECS = (
    FigureSpec(
        name="sd_against_score",
        section="predictions",
        title="Scores and their sd (Figure 5)",
        draw=_draw_sd,
        caption=_sd_caption,
        alt=lambda run: (
            "A column a method: histogram of the scores by class above a scatter of predictive sd against "
            "score, an arch that is highest in the middle where the sd is largest for undecided rows."
        ),
        table="uncertainty",
        dense=True,
    ),
    FigureSpec(
        name="uncertainty_by_group",
        section="predictions",
        title="Uncertainty by class and confusion cell",
        draw=lambda run: drawn(run, "uncertainty_groups", uncertainty_by_group),
        caption=_groups_caption,
        alt=lambda run: (
            "Dots by method: mean uncertainty of propagation and arrest rows, and of true and false "
            "positives and negatives."
        ),
        table="uncertainty_by_cell",
    ),
    FigureSpec(
        name="input_plane",
        section="predictions",
        title="Uncertainty and errors over the inputs",
        draw=_draw_plane,
        caption=_plane_caption,
        alt=lambda run: (
            "A panel a method: test rows in the plane of two principal components, coloured by "
            "uncertainty, misclassified rows crossed."
        ),
        table="uncertainty",
        dense=True,
    ),
)
