"""Where truths rank among draws: curves that stay inside an envelope where draws are those of the posterior."""

from collections import Counter
from collections.abc import Iterator

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bayesnet.contract import Result
from bayesnet.sbc.replicate import DRAWS, LIKELIHOOD
from bayesnet.sbc.summary import LEVEL
from reports.content import Section, Table
from reports.html import image
from reports.style import GREY, WIDTH, colour_of, label_of, styled
from reports.view import FAIL, PASS, WARN, Check, View, csv
from reports.views.sbc import fault, fit_name, must_be_right, outside, pairs
from reports.words import ABSENT, MINUS, count, interval, listed, name_of, percent

INNER, OUTER = "#CCCCCC", "#555555"  # envelope of one curve, and of all
HEIGHT = 1.75  # inches of a row of panels
SEEN = 2.0  # largest difference that is drawn, in widths of the widest envelope
CAPTION = (
    "A line for each quantity: share of the truths that rank below a place, minus that place. Grey: 95 % of the curves "
    "of uniform ranks lie inside, each alone; dashed: with a probability of 95 % all curves of this figure do. "
    "A line above zero on the left and below on the right: draws are too narrow; the other way round: too wide; above "
    "zero all over: too high; below: too low. Coloured lines leave the dashed envelope, those far off their panel; "
    "dotted: log likelihood."
)


def show(result: Result) -> Section:
    """The curves of all quantities, and how many leave their envelopes."""
    part = result.part("calibration")
    about = (
        "A truth is drawn from the prior of a problem, data are drawn from the truth, and each method is fitted to the "
        f"same data. If its draws are those of the posterior, the rank of the truth among {DRAWS} of them is uniform "
        "(Talts et al. 2018). Quantities are predictions of test rows, some of what the problem can identify, and the "
        "log likelihood of the data, which sees faults that the others do not (Modrák et al. 2023). Whether ranks are "
        "uniform is judged by the envelopes of Säilynoja et al. 2022."
    )
    source = csv(result, "calibration", "problem", "quantity", "envelope")
    drawn = image(
        curves(part),
        "sbc-ranks",
        "Distribution of the ranks, minus the uniform one",
        CAPTION,
        "A row of panels for each problem, a column for each method: curves about zero inside a lens, or leaving it.",
        source=csv(result, "calibration", "problem", "quantity", "place"),
    )
    rows = tuple(_row(problem, method, one) for problem, method, one in pairs(part))
    header = ("problem", "method", "truths", "quantities", "outside", "outside, each alone", "fault")
    header = (*header, "outside, converged fits only")
    return Section(
        "Ranks", "sbc-ranks", (about,), tables=(Table("Ranks", header, rows, _note(part), source),), images=(drawn,)
    )


def _note(part: xr.Dataset) -> str:
    curves, chance = count(float(part["curves"])), percent(LEVEL, 0)
    return (
        f"Outside: curves that leave the envelope which all {curves} curves stay in with a probability of "
        f"{percent(1 - LEVEL, 0)}. Each alone: that leave the envelope of one curve, as {chance} do by chance. Fits "
        "that did not converge count, but for the last column."
    )


def _row(problem: str, method: str, one: xr.Dataset) -> tuple[str, ...]:
    alone, sure = one["outside"].sel(envelope="one"), one.get("outside_converged")
    known = sure is not None and bool(sure.notnull().any())
    return (
        problem,
        name_of(method),
        count(float(one["replicates"])),
        str(one.sizes["quantity"]),
        str(outside(one).sizes["quantity"]),
        count(float(alone.sum())),
        _faults(one) or ABSENT,
        count(float(sure.sum())) if known else ABSENT,
    )


def _faults(one: xr.Dataset) -> str:
    """What is wrong with the quantities that are outside: `7 too narrow and 2 too high`."""
    wrong = outside(one)
    faults = Counter(fault(wrong.isel(quantity=place)) for place in range(wrong.sizes["quantity"]))
    return listed([f"{number} {word}" for word, number in faults.most_common()])


@styled
def curves(part: xr.Dataset) -> Figure:
    """Distributions of ranks minus the uniform one, a row of panels for each problem and a column for each method.

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.sbc.summary.summary`.
    """
    problems, methods = ([str(name) for name in part[dim].values] for dim in ("problem", "method"))
    figure = Figure(figsize=(WIDTH, HEIGHT * len(problems) + 0.6))
    axes = figure.subplots(len(problems), len(methods), squeeze=False, sharey=True)
    for panel in axes.ravel():
        panel.set_axis_off()
    for problem, method, one in pairs(part):
        panel = axes[problems.index(problem), methods.index(method)]
        panel.set_axis_on()
        _panel(panel, one, method)
        panel.set_title(f"{problem}, {label_of(method)}", fontsize="small")
    figure.supylabel(f"share below {MINUS} place", fontsize="small")
    most = max(float(part[name].sel(envelope="all").max()) for name in ("lower", "upper"))
    axes[0, 0].set_ylim(-SEEN * most, SEEN * most)
    for panel in axes[-1]:
        panel.set_xlabel("place (1)")
    handles = [
        Patch(color=INNER, label="95 % of one curve"),
        Line2D([], [], color=OUTER, linestyle="--", label="95 % of all curves"),
        Line2D([], [], color=GREY, label="inside"),
    ]
    coloured = [method for method in methods if (part["outside"].sel({"method": method, "envelope": "all"}) == 1).any()]
    handles += [Line2D([], [], color=colour_of(method), label=f"outside, {label_of(method)}") for method in coloured]
    figure.legend(handles=handles, loc="outside upper left", ncols=4)
    return figure


def _panel(panel: Axes, one: xr.Dataset, method: str) -> None:
    """The curves of a problem and a method, with both envelopes."""
    place, ends = one["place"].values, one[["lower", "upper"]]
    panel.fill_between(place, *(ends[name].sel(envelope="one").values for name in ends), color=INNER, linewidth=0)
    for name in ends:
        panel.plot(place, ends[name].sel(envelope="all").values, color=OUTER, linestyle="--", linewidth=0.8)
    panel.axhline(0, color=OUTER, linewidth=0.6)
    leaves = one["outside"].sel(envelope="all").values == 1
    for at, quantity in enumerate(one["quantity"].values):
        panel.plot(
            place,
            one["difference"].isel(quantity=at).values,
            color=colour_of(method) if leaves[at] else GREY,
            linestyle=":" if quantity == LIKELIHOOD else "-",
            linewidth=1.4 if quantity == LIKELIHOOD else 0.8,
        )
    panel.set(xlim=(0, 1), xticks=(0, 0.5, 1))


def verdict(result: Result) -> Iterator[str]:
    """For each problem which methods have uniform ranks, and what is wrong with the others."""
    part = result.part("calibration")
    for problem in part["problem"].values:
        of_problem = {method: one for name, method, one in pairs(part) if name == problem}
        right = [name_of(method) for method, one in of_problem.items() if not outside(one).sizes["quantity"]]
        told = [f"the ranks of all quantities may be uniform with {listed(right)}"] if right else []
        told += [_wrong(method, one) for method, one in of_problem.items() if outside(one).sizes["quantity"]]
        truths = count(max(float(one["replicates"]) for one in of_problem.values()))
        yield f"{problem} ({truths} truths): {'; '.join(told)}[[figure:sbc-ranks, table:ranks]]."


def _wrong(method: str, one: xr.Dataset) -> str:
    """What is wrong with a method, and how seldom its 95 % intervals hold the truth at worst."""
    share, quantity = _least_held(one)
    wrong = f"{outside(one).sizes['quantity']} of {one.sizes['quantity']} quantities ({_faults(one)})"
    return (
        f"{name_of(method)} is not calibrated in {wrong}: at worst its 95 % intervals hold {quantity} in {share} % of "
        "the truths"
    )


def _least_held(one: xr.Dataset) -> tuple[str, str]:
    """Share in per cent, with its interval, of the truths inside 95 % intervals, and the quantity where it is least."""
    of_level = one.sel(level=0.95)
    worst = of_level.isel(quantity=int(of_level["coverage"].values.argmin()))
    values = [float(worst["coverage"]), *(float(end) for end in worst["coverage_interval"])]
    return interval(*(100 * value for value in values)), str(worst["quantity"].values)


def checks(result: Result) -> Iterator[Check]:
    """Whether the ranks of each method may be uniform: samplers fail where not, of approximations it is a finding."""
    for problem, method, one in pairs(result.part("calibration")):
        name, wrong = f"Calibration of {fit_name(problem, method)}", outside(one).sizes["quantity"]
        if wrong:
            said = (
                f"{name}: the ranks of {wrong} of {one.sizes['quantity']} quantities are not uniform ({_faults(one)})"
            )
            what = "a sampler should have uniform ones" if must_be_right(method) else "it is an approximation"
            yield Check(name, FAIL if must_be_right(method) else WARN, f"{said}; {what}.")
        else:
            yield Check(name, PASS, f"All {one.sizes['quantity']} quantities have ranks that may be uniform.")


VIEW = View(show, verdict=verdict, checks=checks)
