"""What is lost when the column of an input, or of a group of inputs, is shuffled."""

from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.shuffled_sd import shuffled_sd, stands_in
from reports.style import GREY, label_of, shorten, styled
from reports.view import View, csv, items_table, reference_of
from reports.words import fixed, interval, listed, name_of, percent

FIRST, SECOND = "f1", "log_score"  # the metric of figures and of the table, and that of a table in the details
KINDS = {"": "shuffled among all rows", "conditional_": "shuffled within neighbours"}  # prefixes of the variables
DROP, OF_DRAWS = ("drop_mean", "drop_lower", "drop_upper"), ("draw_mean", "draw_lower", "draw_upper")
NOTE = (
    "Drop of the posterior mean score's metric, averaged over {repeats} shuffles: the larger, the more the method "
    "relies on it. Brackets: 95 % over test rows and shuffles. Of each posterior at most {draws} draws are used."
)
UNLIMITED = " The log score has no limit: the few shuffled rows that are called wrong for certain decide it."
WITHIN = (
    " Within neighbours: exchanged only among test rows whose other inputs call for the same value of it, by a "
    "polynomial fitted to the training rows; what the input tells beyond the others is lost. Explained by the others: "
    "share of its variance that this polynomial explains."
)
SINGLE_NOTE = (
    "Mean drop of the single draws, each predicting on its own, and 95 % of them. It is another quantity than the drop "
    "of the posterior mean score: averaging over draws undoes much of what a shuffle does to each. Point estimates "
    "have none."
)
ROWS = Line2D([], [], color=GREY, linewidth=1, label="95 % over rows and shuffles")


def show(result: Result) -> Section | None:
    """What each method loses when an input is shuffled, and how its predictive sd changes."""
    part = result.part("importance")
    if part is None:
        return None
    section = dropped(result, "importance", "single inputs")
    section = replace(section, paragraphs=_more_than_their_group(result, part))
    if part["sd_change_mean"].isnull().all():
        return section
    images, details = shuffled_sd(result, part, result.part("importance_groups"))
    return replace(section, images=(*section.images, *images), details=(*section.details, *details))


def dropped(result: Result, name: str, items: str) -> Section:
    """What each method loses when one of the items of a part is shuffled: `importance` or `importance_groups`."""
    part, source = result.part(name), csv(result, name, "metric", _shuffled(result.part(name)))
    anchor, label = name.replace("_", "-"), label_of_metric(result, FIRST)
    within = _has_conditional(part)
    tops = _largest_drops(part, "conditional_") if within else ""
    also = f" Within neighbours, where rows stay near those simulated: {tops}." if within else ""
    drawn = image(
        importance(part.sel(metric=FIRST), label),
        anchor,
        f"Drop of {label} by {items}" + (" (Figure 6a)" if name == "importance" else ""),
        f"How much {label} on the test rows falls when {items} are shuffled among the rows: the further right, the "
        f"more the predictions rest on them. The largest drop: {_largest_drops(part)}.{also} Where a line spans zero, "
        "these test rows do not show that the method needs the input.",
        f"Dots with intervals: drop of {label} when each of the {items} is shuffled, by method.",
        source=source,
    )
    details = [_table(result, part, SECOND, items, source)]
    if within:
        details.append(_drops(result, part, FIRST, f"{items}, within neighbours", source, prefix="conditional_"))
    if part["draw_lower"].notnull().any():
        title = f"Drop of {label} of single draws by {items}"
        one = part.sel(metric=FIRST)
        one = one.assign(draw_mean=one["draw_mean"].where(one["draw_lower"].notnull()))
        details.append(items_table(result, title, one, OF_DRAWS[0], OF_DRAWS[1:], note=SINGLE_NOTE, source=source))
    folded = tuple(Section(table.title, f"{anchor}-{place}", tables=(table,)) for place, table in enumerate(details, 1))
    tables = (_table(result, part, FIRST, items, source),)
    return Section(f"Importance of {items}", anchor, tables=tables, images=(drawn,), details=folded)


def _table(result: Result, part: xr.Dataset, metric: str, items: str, source: str) -> Table:
    """Drops of every method and, of the reference, within neighbours."""
    table = _drops(result, part, metric, items, source)
    if not _has_conditional(part):
        return table
    reference = reference_of(result)
    one = of_method(part.sel(metric=metric), reference)
    values = [one[f"conditional_{name}"].values for name in DROP]
    told = one["told_by_others"].values
    rows = tuple(
        (*row, interval(*ends), percent(share)) for row, *ends, share in zip(table.rows, *values, told, strict=True)
    )
    header = (*table.header, f"{name_of(reference)}, within neighbours", "explained by the others")
    return replace(table, header=header, rows=rows, note=table.note + WITHIN)


def _drops(result: Result, part: xr.Dataset, metric: str, items: str, source: str, *, prefix: str = "") -> Table:
    value, *bounds = (prefix + name for name in DROP)
    note = NOTE.format(repeats=part.sizes["repeat"], draws=int(part["draws_used"].max()))
    note += UNLIMITED if metric == "log_score" else ""
    title = f"Drop of {label_of_metric(result, metric)} by {items}"
    return items_table(result, title, part.sel(metric=metric), value, tuple(bounds), note=note, source=source)


def _has_conditional(part: xr.Dataset) -> bool:
    return "conditional_drop_mean" in part


def _more_than_their_group(result: Result, part: xr.Dataset) -> tuple[str, ...]:
    """Why a single input costs the reference more than the group that it belongs to, where their intervals say so."""
    groups, reference = result.part("importance_groups"), reference_of(result)
    if groups is None or not _has_conditional(part):
        return ()
    alone, together = (of_method(one.sel(metric=FIRST), reference) for one in (part, groups))
    label, said, known = label_of_metric(result, FIRST), [], alone["feature"].values.tolist()
    for group in together["group"].values:
        whole = together.sel(group=group)
        columns = [name for name in known if stands_in(name, str(whole["columns"].item()))]
        above = [name for name in columns if alone["drop_lower"].sel(feature=name) > whole["drop_upper"]]
        if group not in known and above:
            first = alone.sel(feature=max(above, key=lambda name: float(alone["drop_mean"].sel(feature=name))))
            said.append(_explained(label, str(group), columns, first, float(whole["drop_mean"])))
    return (f"For {name_of(reference)}: {' '.join(said)}",) if said else ()


def _explained(label: str, group: str, columns: list[str], alone: xr.Dataset, whole: float) -> str:
    name, drop, within = (alone["feature"].item(), alone["drop_mean"], alone["conditional_drop_mean"])
    ratio = ", among them the ratio sxy / |syy|" if {"sxy", "syy"} <= set(columns) else ""
    return (
        f"{name} alone costs {fixed(float(drop), 3)} of {label}, the whole group {group} only {fixed(whole, 3)}. "
        f"Shuffled together, {listed(columns)} keep what binds them{ratio}; alone, {name} meets values of the other "
        f"inputs that no row has with it, since they explain {percent(float(alone['told_by_others']))} of its "
        f"variance. Exchanged only among rows whose other inputs call for the same {name}, it costs "
        f"{fixed(float(within), 3)}."
    )


def label_of_metric(result: Result, metric: str) -> str:
    """Name of a metric as the part `scores` gives it."""
    scores = result.part("scores")
    known = scores is not None and metric in scores["metric"].values
    return str(scores["label"].sel(metric=metric).item()) if known else metric


def _shuffled(part: xr.Dataset) -> str:
    return "group" if "group" in part.dims else "feature"


def _largest_drops(part: xr.Dataset, prefix: str = "") -> str:
    drops, dim = part[f"{prefix}drop_mean"].sel(metric=FIRST), _shuffled(part)
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
        Dots: drop of the posterior mean score's metric; lines: 95 % over test rows and shuffles. A panel for shuffles
        among all rows and, of single inputs, one for those within neighbours.
    """
    dim = _shuffled(drops)
    methods = methods_in(drops["drop_mean"])
    kinds = [kind for kind in KINDS if f"{kind}drop_mean" in drops]
    height = forest_height(drops.sizes[dim], len(methods))
    figure, axes = panels(len(kinds), columns=2, height=height, sharex=True, sharey=True)
    for panel, kind in zip(axes, kinds, strict=True):
        centre, lower, upper = (drops[kind + name].transpose("method", dim) for name in DROP)
        forest(panel, centre, items=_names(drops), lower=lower, upper=upper)
        panel.set_title(KINDS[kind])
    figure.supxlabel(f"drop of {label} when shuffled", fontsize="medium")
    method_legend(figure, methods, ROWS)
    return figure


def _names(drops: xr.Dataset) -> list[str]:
    return [shorten(str(name)) for name in drops[_shuffled(drops)].values]


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
