"""Figures of the section on importance: what is lost when the column of an input is shuffled."""

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.figures.run import FigureSpec, Run, drawn
from reports.style import GREY, label_of, shorten, styled

METRIC_NAMES = {"f1": "F1", "f1_weighted": "weighted F1", "accuracy": "accuracy", "log_score": "log score (nats)"}


@styled
def importance(drops: xr.Dataset, *, metric: str = "f1") -> Figure:
    """Drop of a metric when an input, or a group of inputs, is shuffled (the paper's Figure 6a).

    Parameters
    ----------
    drops : xarray.Dataset
        Group `importance` or `importance_groups` of a comparison.
    metric : str
        One of its `metric`.

    Returns
    -------
    matplotlib.figure.Figure
        Dots: drop of the posterior mean score's metric; thick lines: sd over shuffles; thin lines: 95 % of the draws,
        each predicting on its own.
    """
    one = drops.sel(metric=metric)
    dim = _shuffled(drops)
    methods = methods_in(one["drop_mean"])
    figure, (axes,) = panels(1, columns=1, height=forest_height(drops.sizes[dim], len(methods)))
    point = [method for method in methods if of_method(one["draw_sd"], method).isnull().all()]
    known = ~one["method"].isin(point)  # a point estimate's single draw has no interval
    forest(
        axes,
        one["drop_mean"].transpose("method", dim),
        items=_names(drops),
        lower=one["draw_lower"].where(known),
        upper=one["draw_upper"].where(known),
        inner=one["drop_sd"],
    )
    axes.set_xlabel(f"drop of {METRIC_NAMES.get(metric, metric)} when shuffled")
    method_legend(
        figure,
        methods,
        Line2D([], [], color=GREY, linewidth=3.2, alpha=0.55, label="± sd over shuffles"),
        Line2D([], [], color=GREY, linewidth=1, label="95 % of draws"),
    )
    return figure


@styled
def sd_change(drops: xr.Dataset) -> Figure:
    """Change of the predictive sd when an input is shuffled, by class and confusion cell (the paper's Figure 6b).

    Parameters
    ----------
    drops : xarray.Dataset
        Group `importance` or `importance_groups` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
    """
    dim = _shuffled(drops)
    change, spread = (drops[name].transpose("subset", "method", dim) for name in ("sd_change_mean", "sd_change_sd"))
    methods = methods_in(change)
    figure, axes = panels(
        change.sizes["subset"],
        columns=2,
        height=forest_height(drops.sizes[dim], len(methods)),
        sharex=True,
        sharey=True,
    )
    for panel, subset in zip(axes, change["subset"].values, strict=True):
        forest(panel, change.sel(subset=subset), items=_names(drops), inner=spread.sel(subset=subset))
        panel.set_title(f"{subset} rows")
    figure.supxlabel("change of the predictive sd of the score when shuffled", fontsize="medium")
    method_legend(figure, methods, Line2D([], [], color=GREY, linewidth=3.2, alpha=0.55, label="± sd over shuffles"))
    return figure


def _shuffled(drops: xr.Dataset) -> str:
    return "group" if "group" in drops.dims else "feature"


def _names(drops: xr.Dataset) -> list[str]:
    return [shorten(str(name)) for name in drops[_shuffled(drops)].values]


def _draw_change(run: Run) -> Figure | None:
    part = run.part("importance")
    return None if part is None or part["sd_change_mean"].isnull().all() else sd_change(part)


def _largest(values: xr.DataArray, dim: str) -> str:
    return str(values[dim].values[int(values.argmax(dim))])


def _caption(run: Run, group: str) -> str:
    drops = run.comparison[group]["drop_mean"].sel(metric="f1")
    dim = "group" if group == "importance_groups" else "feature"
    tops = [(method, _largest(of_method(drops, method), dim)) for method in methods_in(drops)]
    found = "; ".join(
        f"for {label_of(method)} {top}, {float(of_method(drops, method).sel({dim: top})):.3f}" for method, top in tops
    )
    what = "a group of inputs" if dim == "group" else "an input"
    return (
        f"How much F1 on the test rows falls when the column of {what} is shuffled among them: the further right, the "
        f"more the predictions rest on it. The largest drop: {found}. Where an interval spans zero, it may be no use."
    )


def _caption_change(run: Run) -> str:
    change = run.comparison["importance"]["sd_change_mean"].sel(subset=["propagation", "arrest"])
    parts = []
    for method in methods_in(change):
        for subset in change["subset"].values:
            one = of_method(change, method).sel(subset=subset)
            top = _largest(one, "feature") if one.max() > 0 else "none"
            parts.append(f"{label_of(method)} {top} for {subset}")
    return (
        "Right of zero, predictions grow less certain when the input is scrambled; left of it, more certain. "
        f"Largest rise of the predictive sd: {', '.join(parts)}. TP and TN are rows that the method itself gets right."
    )


SPECS = (
    FigureSpec(
        name="importance_inputs",
        section="importance",
        title="Drop of F1 by input (Figure 6a)",
        draw=lambda run: drawn(run, "importance", importance),
        caption=lambda run: _caption(run, "importance"),
        alt=lambda run: "Dots with intervals: drop of F1 when each input is shuffled, by method.",
        table="importance",
    ),
    FigureSpec(
        name="importance_groups",
        section="importance",
        title="Drop of F1 by group of inputs",
        draw=lambda run: drawn(run, "importance_groups", importance),
        caption=lambda run: _caption(run, "importance_groups"),
        alt=lambda run: "Dots with intervals: drop of F1 when each group of inputs is shuffled together, by method.",
        table="importance_groups",
    ),
    FigureSpec(
        name="importance_sd_change",
        section="importance",
        title="Change of the predictive sd by input (Figure 6b)",
        draw=_draw_change,
        caption=_caption_change,
        alt=lambda run: (
            "Four panels of dots: change of the predictive sd when each input is shuffled, for propagation, "
            "arrest, true positive and true negative rows, by method."
        ),
        table="sd_change",
    ),
)
