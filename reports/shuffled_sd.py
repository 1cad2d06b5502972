"""How the predictive sd changes when inputs are shuffled, alone and by groups (the paper's Figure 6b)."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, label_of, shorten, styled
from reports.view import csv, reference_of
from reports.words import fixed, listed, name_of

CLASSES, CELLS = ("propagation", "arrest"), ("TP", "TN")
SHUFFLES = Line2D([], [], color=GREY, linewidth=3.2, alpha=0.55, label="± sd over shuffles")
BEFORE = Line2D([], [], color=GREY, linewidth=1.2, linestyle="--", label="nothing shuffled")
NOTE = (
    "Mean over the rows of the predictive sd, and in brackets its change, averaged over shuffles among all rows. TP "
    "and TN are rows that the method itself gets right with nothing shuffled."
)


def shuffled_sd(
    result: Result, inputs: xr.Dataset, groups: xr.Dataset | None
) -> tuple[tuple[Image, ...], tuple[Section, ...]]:
    """The figure of the predictive sd when inputs and groups are shuffled, and its tables; arguments as of `levels`."""
    found = levels(inputs, groups)
    return (_image(result, found),), tuple(_table(result, found, subsets) for subsets in (CLASSES, CELLS))


def levels(inputs: xr.Dataset, groups: xr.Dataset | None) -> xr.Dataset:
    """Predictive sd with nothing shuffled and with each input and each group of several shuffled.

    Parameters
    ----------
    inputs, groups : xarray.Dataset
        The parts `importance` and, where there is one, `importance_groups`.

    Returns
    -------
    xarray.Dataset
        `before (method, subset)`, `level`, `change`, `spread (method, subset, item)`: mean over the rows of a subset,
        difference to `before`, and its sd over shuffles. Coordinate `group (item)` says what is a group of inputs.
    """
    names = ["sd_change_mean", "sd_change_sd"]
    found = [inputs[names].rename(feature="item")]
    if groups is not None:
        several = groups.isel(group=~np.isin(groups["group"].values, inputs["feature"].values))
        found.append(several[names].drop_vars("columns").rename(group="item"))
    change = xr.concat(found, "item").transpose("method", "subset", "item")
    return xr.Dataset(
        {
            "before": inputs["sd_baseline"],
            "level": inputs["sd_baseline"] + change["sd_change_mean"],
            "change": change["sd_change_mean"],
            "spread": change["sd_change_sd"],
        }
    ).assign_coords(group=("item", ~np.isin(change["item"].values, inputs["feature"].values)))


def _image(result: Result, found: xr.Dataset) -> Image:
    return image(
        sd_when_shuffled(found),
        "importance-sd-change",
        "Predictive sd when an input or a group is shuffled (Figure 6b)",
        "Sd of the score over draws, averaged over the test rows of a class: dashed as it is, dots with an input "
        "(above the line) or a group of inputs (below it) shuffled among all rows. "
        f"{_words(result, found)} The sd follows the score, near 0.5 it is largest: a shuffle that moves rows out of "
        "the middle lowers it, and one that makes rows as no simulation has them can raise it. It does not say how "
        "much of the uncertainty an input explains.",
        "Two panels of dots: predictive sd when each input or group is shuffled, for propagation and arrest rows, by "
        "method, beside dashed lines for nothing shuffled.",
        source=csv(result, "importance", "feature", "subset"),
    )


def _words(result: Result, found: xr.Dataset) -> str:
    """The largest rise and fall of the sd on propagation rows, for the reference or else for the first method."""
    known = methods_in(found["change"])
    method = reference_of(result) if reference_of(result) in known else known[0]
    one = of_method(found, method).sel(subset=CLASSES[0])
    rise, fall = (one.isel(item=int(getattr(one["change"], end)("item"))) for end in ("argmax", "argmin"))
    said = [f"shuffling {item['item'].item()} moves it to {_level(item)}" for item in (rise, fall)]
    return (
        f"For {label_of(method)} on {CLASSES[0]} rows it is {fixed(float(one['before']), 3)}; {listed(said)}"
        f"{_sd_of_its_group(result, one, str(rise['item'].item()))}."
    )


def _sd_of_its_group(result: Result, one: xr.Dataset, name: str) -> str:
    """What the group of an input does to the sd, "" for one that is in no group of several."""
    groups = result.part("importance_groups")
    if groups is None:
        return ""
    named = zip(groups["group"].values, groups["columns"].values, strict=True)
    group = next((str(group) for group, columns in named if group != name and stands_in(name, str(columns))), None)
    return f", the group {group} of {name} to {_level(one.sel(item=group))}" if group else ""


def stands_in(name: str, columns: str) -> bool:
    """Whether an input, whose name may hold commas, is one of the `columns` of a group."""
    return f", {name}, " in f", {columns}, "


def _level(one: xr.Dataset) -> str:
    change = float(one["change"])
    return f"{fixed(float(one['level']), 3)} ({'+' if change > 0 else ''}{fixed(change, 3)})"


def _table(result: Result, found: xr.Dataset, subsets: tuple[str, ...]) -> Section:
    """Predictive sd with nothing, each input and each group shuffled, by method and subset of the rows."""
    pairs = [(method, subset) for method in methods_in(found["level"]) for subset in subsets]
    of_pairs = [of_method(found, method).sel(subset=subset) for method, subset in pairs]
    rows = [("nothing", *(fixed(float(one["before"]), 3) for one in of_pairs))]
    for item in found["item"].values:
        rows.append((str(item), *(_level(one.sel(item=item)) for one in of_pairs)))
    header = ("shuffled", *(f"{name_of(method)}, {subset}" for method, subset in pairs))
    title = f"Predictive sd on {listed(list(subsets))} rows when shuffled"
    source = csv(result, "importance", "feature", "subset")
    return Section(title, f"sd-{'-'.join(subsets).lower()}", tables=(Table(title, header, tuple(rows), NOTE, source),))


@styled
def sd_when_shuffled(found: xr.Dataset) -> Figure:
    """Predictive sd when an input or a group is shuffled, by class (the paper's Figure 6b).

    Parameters
    ----------
    found : xarray.Dataset
        See `levels`.
    """
    methods = methods_in(found["level"])
    items = [shorten(str(name)) for name in found["item"].values]
    height = forest_height(len(items), len(methods))
    figure, axes = panels(len(CLASSES), columns=2, height=height, sharex=True, sharey=True)
    for panel, subset in zip(axes, CLASSES, strict=True):
        one = found.sel(subset=subset)
        forest(panel, one["level"], items=items, inner=one["spread"], zero=False)
        for method in methods:
            panel.axvline(
                float(of_method(one["before"], method)), color=colour_of(method), linewidth=1.2, linestyle="--"
            )
        if found["group"].any():
            panel.axhline(int((~found["group"]).sum()) - 0.5, color=GREY, linewidth=0.8)
        panel.set_title(f"{subset} rows")
    figure.supxlabel("predictive sd of the score when shuffled", fontsize="medium")
    method_legend(figure, methods, BEFORE, SHUFFLES)
    return figure
