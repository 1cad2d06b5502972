"""How many training rows does one need: log score by their number, and what doubling them gains."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.differences import Difference
from reports.html import image
from reports.marks import method_legend, panels
from reports.style import colour_of, marker_of, styled
from reports.view import View, csv
from reports.words import listed, name_of, number

ABOUT = (
    "The same splits with fewer training rows, drawn within each class; the test rows stay. What doubling gains is the "
    "difference of the log scores on the same split, with a 95 % interval of its mean over splits (Nadeau & Bengio "
    "2003)."
)


def show(result: Result) -> Section | None:
    """Learning curves as a figure and what each doubling gains as a table."""
    part = result.part("learning")
    if part is None or "mean" not in part:
        return None
    source = csv(result, "learning", "size")
    sizes = [int(size) for size in part["size"].values]
    rows = tuple(
        (
            name_of(str(method)),
            *(
                f"{number(float(one['mean'].sel(size=size)))}" if size == sizes[0] else _gain(one, size).marked
                for size in sizes
            ),
        )
        for method in part["method"].values
        for one in [part.sel({"method": str(method)})]
    )
    header = ("method", f"log score with {sizes[0]} rows", *(f"gained with {size}" for size in sizes[1:]))
    note = f"Nats a row; {part.sizes['repeat']} splits. * marks a 95 % interval without zero."
    drawn = image(
        curves(part),
        "learning-curves",
        "Learning curves",
        "Mean log score over splits by the number of training rows, a thin line for each split. A curve that still "
        "rises at the right end says that more simulations would help.",
        "A panel for each method with lines that rise from left to right.",
        source=csv(result, "learning", "size", "repeat"),
    )
    table = Table("What doubling the training rows gains", header, rows, note, source)
    return Section("Training rows", "learning", (ABOUT,), tables=(table,), images=(drawn,))


def _gain(one: xr.Dataset, size: int) -> Difference:
    at = one.sel(size=size)
    return Difference(float(at["gain"]), *map(float, at["gain_interval"].values))


@styled
def curves(part: xr.Dataset) -> Figure:
    """Log score by the number of training rows, for every method.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.splits.summary.learning`.
    """
    methods, sizes = [str(method) for method in part["method"].values], part["size"].values
    figure, axes = panels(len(methods), columns=3, height=2.2, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one = part.sel({"method": method})
        panel.plot(
            sizes, one["value"].transpose("size", "repeat").values, color=colour_of(method), linewidth=0.5, alpha=0.5
        )
        panel.plot(sizes, one["mean"].values, marker=marker_of(method), color=colour_of(method))
        panel.set_xscale("log", base=2)
        panel.set_xticks(sizes, [str(size) for size in sizes])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.xaxis.set_minor_formatter(NullFormatter())
    for panel in axes[-3:]:
        panel.set_xlabel("training rows")
    for panel in axes[::3]:
        panel.set_ylabel("log score (nats)")
    method_legend(figure, methods)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """Whether the last doubling of rows still gained anything."""
    part = result.part("learning")
    if part is None or "mean" not in part:
        return
    sizes = [int(size) for size in part["size"].values]
    last = {str(method): _gain(part.sel({"method": str(method)}), sizes[-1]) for method in part["method"].values}
    words = {1: "still gains", 0: "is not shown to gain", -1: "loses"}
    of_sign = {sign: [f"{gain} ({name_of(m)})" for m, gain in last.items() if gain.sign == sign] for sign in words}
    said = [f"{words[sign]} {listed(gains)}" for sign, gains in of_sign.items() if gains]
    yield (
        f"Going from {sizes[-2]} to {sizes[-1]} training rows, in nats a row, {'; '.join(said)}"
        "[[table:what-doubling-the-training-rows-gains]]."
    )


VIEW = View(show, verdict=verdict)
