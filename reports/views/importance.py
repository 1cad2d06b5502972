"""What is lost when the column of an input, or of a group of inputs, is shuffled."""

from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import GREY, label_of, shorten, styled
from reports.view import View, csv, items_table
from reports.words import fixed, listed

FIRST, SECOND = "f1", "log_score"  # the metric of figures and of the table, and that of a table in the details
NOTE = (
    "Drop of the posterior mean score's metric, averaged over shuffles; the larger, the more the method relies on it. "
    "Brackets: 95 % of the single draws' drops; a point estimate has none. The drop of the mean score may lie outside "
    "them."
)
SHUFFLES = Line2D([], [], color=GREY, linewidth=3.2, alpha=0.55, label="± sd over shuffles")
DRAWS = Line2D([], [], color=GREY, linewidth=1, label="95 % of draws")


def show(result: Result) -> Section | None:
    """What each method loses when an input is shuffled, and how its predictive sd changes."""
    part = result.part("importance")
    if part is None:
        return None
    section = dropped(result, "importance", "single inputs")
    changed = _change_image(result, part) if part["sd_change_mean"].notnull().any() else ()
    return replace(section, images=(*section.images, *changed))


def dropped(result: Result, name: str, items: str) -> Section:
    """What each method loses when one of the items of a part is shuffled: `importance` or `importance_groups`."""
    part, source = result.part(name), csv(result, name, "metric", _shuffled(result.part(name)))
    first, second = (_table(result, part, metric, items, source) for metric in (FIRST, SECOND))
    anchor, label = name.replace("_", "-"), label_of_metric(result, FIRST)
    drawn = image(
        importance(part.sel(metric=FIRST), label),
        anchor,
        f"Drop of {label} by {items}" + (" (Figure 6a)" if name == "importance" else ""),
        f"How much {label} on the test rows falls when {items} are shuffled among the rows: the further right, the "
        f"more the predictions rest on them. The largest drop: {_largest_drops(part)}. {items.capitalize()} whose "
        "intervals span zero may be of no use.",
        f"Dots with intervals: drop of {label} when each of the {items} is shuffled, by method.",
        source=source,
    )
    details = Section(second.title, f"{anchor}-{SECOND.replace('_', '-')}", tables=(second,))
    return Section("Importance", anchor, tables=(first,), images=(drawn,), details=(details,))


def _table(result: Result, part: xr.Dataset, metric: str, items: str, source: str) -> Table:
    title, bounds = f"Drop of {label_of_metric(result, metric)} by {items}", ("draw_lower", "draw_upper")
    return items_table(result, title, part.sel(metric=metric), "drop_mean", bounds, note=NOTE, source=source)


def label_of_metric(result: Result, metric: str) -> str:
    """Name of a metric as the part `scores` gives it."""
    scores = result.part("scores")
    known = scores is not None and metric in scores["metric"].values
    return str(scores["label"].sel(metric=metric).item()) if known else metric


def _shuffled(part: xr.Dataset) -> str:
    return "group" if "group" in part.dims else "feature"


def _largest_drops(part: xr.Dataset) -> str:
    drops, dim = part["drop_mean"].sel(metric=FIRST), _shuffled(part)
    tops = {method: _largest(of_method(drops, method), dim) for method in methods_in(drops)}
    return "; ".join(
        f"for {label_of(method)} {top}, {fixed(float(of_method(drops, method).sel({dim: top})), 3)}"
        for method, top in tops.items()
    )


def _largest(values: xr.DataArray, dim: str) -> str:
    return str(values[dim].values[int(values.argmax(dim))])


@styled
def importance(drops: xr.Dataset, label: str) -> Figure:
    """Drop of a metric when an input, or a group of inputs, is shuffled (the paper's Figure 6a).

    Parameters
    ----------
    drops : xarray.Dataset
        One `metric` of the part `importance` or `importance_groups`.
    label : str
        Name of the metric.

    Returns
    -------
    matplotlib.figure.Figure
        Dots: drop of the posterior mean score's metric; thick lines: sd over shuffles; thin lines: 95 % of the draws,
        each predicting on its own.
    """
    dim = _shuffled(drops)
    methods = methods_in(drops["drop_mean"])
    figure, (axes,) = panels(1, columns=1, height=forest_height(drops.sizes[dim], len(methods)))
    forest(
        axes,
        drops["drop_mean"].transpose("method", dim),
        items=_names(drops),
        lower=drops["draw_lower"].transpose("method", dim),
        upper=drops["draw_upper"].transpose("method", dim),
        inner=drops["drop_sd"].transpose("method", dim),
    )
    axes.set_xlabel(f"drop of {label} when shuffled")
    method_legend(figure, methods, SHUFFLES, DRAWS)
    return figure


def _names(drops: xr.Dataset) -> list[str]:
    return [shorten(str(name)) for name in drops[_shuffled(drops)].values]


def _change_image(result: Result, part: xr.Dataset) -> tuple[Image, ...]:
    change = part["sd_change_mean"].sel(subset=["propagation", "arrest"])
    found = []
    for method in methods_in(change):
        for subset in change["subset"].values:
            one = of_method(change, method).sel(subset=subset)
            found.append(f"{label_of(method)} {_largest(one, 'feature') if one.max() > 0 else 'none'} for {subset}")
    drawn = image(
        sd_change(part),
        "importance-sd-change",
        "Change of the predictive sd by input (Figure 6b)",
        "Right of zero, predictions grow less certain when the input is scrambled; left of it, more certain. Largest "
        f"rise of the predictive sd: {', '.join(found)}. TP and TN are rows that the method itself gets right.",
        "Four panels of dots: change of the predictive sd when each input is shuffled, for propagation, arrest, true "
        "positive and true negative rows, by method.",
        source=csv(result, "importance", "feature", "subset"),
    )
    return (drawn,)


@styled
def sd_change(drops: xr.Dataset) -> Figure:
    """Change of the predictive sd when an input is shuffled, by class and confusion cell (the paper's Figure 6b).

    Parameters
    ----------
    drops : xarray.Dataset
        The part `importance` or `importance_groups`.
    """
    dim = _shuffled(drops)
    change, spread = (drops[name].transpose("subset", "method", dim) for name in ("sd_change_mean", "sd_change_sd"))
    methods = methods_in(change)
    height = forest_height(drops.sizes[dim], len(methods))
    figure, axes = panels(change.sizes["subset"], columns=2, height=height, sharex=True, sharey=True)
    for panel, subset in zip(axes, change["subset"].values, strict=True):
        forest(panel, change.sel(subset=subset), items=_names(drops), inner=spread.sel(subset=subset))
        panel.set_title(f"{subset} rows")
    figure.supxlabel("change of the predictive sd of the score when shuffled", fontsize="medium")
    method_legend(figure, methods, SHUFFLES)
    return figure


def show_runs(result: Result) -> Section | None:
    """What each fit of several runs relies on."""
    part = result.part("importance")
    if part is None:
        return None
    runs, label = result.study["runs"], label_of_metric(result, FIRST)
    caption = (
        f"How much {label} on the test rows falls when one input is shuffled among the rows: the brighter, "
        "the more the fit relies on it."
    )
    if len({about["data_checksum"] for about in runs.values()}) > 1:
        caption += (
            f" Inputs are called as in {result.parts.attrs['named']}: where another data set gives the same values "
            "another name, they stand here under this one."
        )
    drawn = image(
        importance_by_run(part["drop_mean"].sel(metric=FIRST), label),
        "importance-by-run",
        f"Drop of {label} by input",
        caption,
        f"Heat maps of the drop of {label}, inputs by runs ({listed([*runs])}), one panel per method.",
        source=csv(result, "importance", "metric", "feature"),
    )
    return Section("Importance", "importance", images=(drawn,))


@styled
def importance_by_run(drop: xr.DataArray, label: str) -> Figure:
    """Drop of a metric when an input is shuffled: runs by inputs, one panel per method, one colour scale.

    Parameters
    ----------
    drop : xarray.DataArray
        `drop_mean (run, method, feature)` of one metric of the part `importance` of several runs.
    label : str
        Name of the metric.
    """
    methods, (runs, features) = methods_in(drop), ([*map(str, drop[dim].values)] for dim in ("run", "feature"))
    largest = float(drop.max())
    figure, axes = panels(len(methods), columns=1, height=0.9 + 0.27 * len(runs), sharex=True)
    for panel, method in zip(axes, methods, strict=True):
        values = of_method(drop, method).transpose("run", "feature").values
        drawn = panel.imshow(values, cmap="cividis", vmin=min(0.0, float(drop.min())), vmax=largest, aspect="auto")
        for (i, j), value in np.ndenumerate(values):
            if np.isfinite(value):
                colour = "black" if value > 0.6 * largest else "white"
                panel.text(j, i, fixed(value, 2), ha="center", va="center", size=8, color=colour)
        panel.set_yticks(range(len(runs)), [*map(shorten, runs)])
        panel.set_xticks(range(len(features)), [*map(shorten, features)], rotation=30, ha="right")
        panel.set_title(label_of(method))
        panel.grid(visible=False)
    figure.colorbar(drawn, ax=axes, label=f"drop of {label} when shuffled", shrink=0.8)
    return figure


VIEW = View(show, numbers_folded=True, across=View(show_runs))
