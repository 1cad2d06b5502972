"""Samplers of one posterior: effective draws per second and per gradient, and whether they agree."""

from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.style import WIDTH, colour_of, styled
from reports.view import View, csv
from reports.views.speed import sampler_name
from reports.words import count, number

ABOUT = (
    "Every sampler draws from the same posterior. HMC and NUTS use the toolkit's gradient and settings; pm.sample uses "
    "its own defaults on the same network as anybody would write it in PyMC. Effective sample sizes (ESS) are those of "
    "the logits of the test rows, the smaller of bulk and tail of each (Vehtari et al. 2021); smallest and median are "
    "over rows. Seconds are those of warm-up and draws, compilation apart; only NumPyro compiles while it samples."
)
NOTE = (
    "Medians over the repeats, each from another seed; R-hat and differences: the largest. Gradients are those of the "
    "draws alone, without the warm-up. Differences of p are those of posterior means from those of NUTS."
)
COLUMNS = {  # variable -> heading, how repeats are summarised, how it is shown
    "ess_min_second": ("smallest ESS per second ↑", "median", number),
    "ess_median_second": ("median ESS per second ↑", "median", number),
    "ess_min_gradient": ("smallest ESS per 1000 gradients ↑", "median", number),
    "ess_median_gradient": ("median ESS per 1000 gradients ↑", "median", number),
    "seconds": ("seconds ↓", "median", number),
    "compilation": ("compilation (s) ↓", "median", number),
    "ess_min": ("smallest ESS ↑", "median", count),
    "rhat_max": ("largest R-hat ↓", "max", lambda value: number(value, 4)),
    "p_difference": ("largest difference of p ↓", "max", lambda value: number(value, 2)),
}


def show(result: Result) -> Section:
    """Rates of every sampler as a table and as a figure."""
    part = result.part("samplers")
    source = csv(result, "samplers", "repeat", "sampler")
    rows = tuple(
        (
            sampler_name(name),
            *(show(float(getattr(_of(part, name)[column], how)())) for column, (_, how, show) in COLUMNS.items()),
        )
        for name in part["sampler"].values
    )
    missing = part.attrs["missing"]
    notices = (f"Left out, because not installed: {missing}.",) if missing else ()
    drawn = image(
        rates(part),
        "sampler-rates",
        "Effective draws per second",
        "Of the slowest and of the median test row; a dot for each repeat, a bar at their median.",
        "Two panels of dots, a row for each sampler.",
        source=source,
    )
    table = Table("Samplers", ("sampler", *(heading for heading, _, _ in COLUMNS.values())), rows, NOTE, source)
    return Section("Samplers", "samplers", (ABOUT,), notices, (table,), (drawn,))


@styled
def rates(part: xr.Dataset) -> Figure:
    """Effective draws per second by sampler, a dot for each repeat.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.speed.targets.together`.
    """
    names = [str(name) for name in part["sampler"].values]
    figure = Figure(figsize=(WIDTH, 0.9 + 0.3 * len(names)))
    panels = {"ess_min_second": "slowest row", "ess_median_second": "median row"}
    for axes, (variable, title) in zip(figure.subplots(1, 2, sharey=True), panels.items(), strict=True):
        for place, name in enumerate(names):
            values = _of(part, name)[variable].values
            axes.plot(values, [place] * len(values), "o", color=colour_of(name), alpha=0.6)
            axes.plot(_of(part, name)[variable].median(), place, "|", color=colour_of(name), markersize=16)
        axes.set(title=title, xlabel="ESS per second (1/s)", xlim=(0, None))
        axes.set_yticks(range(len(names)), [sampler_name(name) for name in names])
    figure.axes[0].invert_yaxis()
    return figure


def verdict(result: Result) -> Iterator[str]:
    """The smallest effective sample size per second of every sampler."""
    part = result.part("samplers")
    rates = part["ess_min_second"].median("repeat")
    best = str(part["sampler"].values[int(rates.values.argmax())])
    others = ", ".join(
        f"{sampler_name(str(name))} {number(float(rates.sel(sampler=name)), 2)}"
        for name in part["sampler"].values
        if name != best
    )
    yield (
        f"{sampler_name(best)} makes {number(float(rates.max()), 2)} effective draws per second of the slowest test "
        f"row; {others}[[table:samplers]]."
    )


def _of(part: xr.Dataset, name: str) -> xr.Dataset:
    return part.sel(sampler=name)


VIEW = View(show, verdict=verdict)
