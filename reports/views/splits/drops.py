"""Which inputs matter on every split, and which only on some."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.marks import forest, forest_height, method_legend, methods_in, panels
from reports.style import shorten, styled
from reports.view import View, csv
from reports.views.splits import SCOPE
from reports.words import interval, listed, name_of, percent

ABOUT = (
    "Importance of an input: what F1 loses where its column is shuffled over the test rows. Shuffled rows may leave "
    "the range of the catalogue where inputs are correlated."
)


def show(result: Result) -> Section:
    """Importance of every input by every method, with intervals over splits, and how often it is first."""
    part = result.part("drops")
    source = csv(result, "drops", "feature")
    methods = [str(method) for method in part["method"].values]
    rows = tuple(
        (str(feature), *(_cell(part.sel({"method": method, "feature": feature})) for method in methods))
        for feature in _ordered(part)
    )
    note = "Drops of F1 with 95 % intervals; in brackets behind them the share of splits on which the input is first."
    drawn = image(
        importance(part),
        "importance-over-splits",
        "Importance of inputs over splits",
        "Means over splits with their intervals; an interval that spans zero belongs to an input that a method may not "
        "use at all.",
        "One panel of dots with intervals, a line for each input and a colour for each method.",
        source=source,
    )
    table = Table("Importance over splits", ("input", *map(name_of, methods)), rows, note, source)
    return Section("Importance of inputs", "drops", (f"{ABOUT} {SCOPE}.",), tables=(table,), images=(drawn,))


def _cell(one: xr.Dataset) -> str:
    share = float(one["first"])
    first = f" ({percent(share, 0)})" if share > 0 else ""
    return interval(float(one["mean"]), *map(float, one["interval"].values)) + first


def _ordered(part: xr.Dataset) -> list[str]:
    """Inputs, the one that takes most on average over methods first."""
    mean = part["mean"].mean("method")
    return [str(feature) for feature in mean.sortby(-mean)["feature"].values]


@styled
def importance(part: xr.Dataset) -> Figure:
    """Importance of every input by every method.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.splits.summary.drops`.
    """
    part = part.sel(feature=_ordered(part))
    centre = part["mean"].transpose("method", "feature")
    lower, upper = (part["interval"].sel(bound=bound).transpose("method", "feature") for bound in ("lower", "upper"))
    methods = methods_in(centre)
    figure, (axes,) = panels(1, columns=1, height=forest_height(part.sizes["feature"], len(methods)))
    forest(axes, centre, items=[shorten(str(name)) for name in part["feature"].values], lower=lower, upper=upper)
    axes.set_xlabel("drop of F1")
    method_legend(figure, methods)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """The inputs that are first for the methods."""
    part = result.part("drops")
    said = []
    for method in part["method"].values:
        first = part["first"].sel({"method": method})
        best = str(first["feature"].values[int(first.fillna(0).values.argmax())])
        said.append(f"{best} for {name_of(str(method))} ({percent(float(first.max()), 0)})")
    what = "The input that matters most, and the share of splits on which it does"
    yield f"{what}: {listed(said)}[[table:importance-over-splits]]."


VIEW = View(show, verdict=verdict)
