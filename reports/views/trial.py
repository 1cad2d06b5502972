"""The published labels on trial: what this project's solver says about every row, in words, tables and figures."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from data.rupture.trial.agreement import GOAL
from data.rupture.trial.answers import COMMON, PUBLISHED
from data.rupture.trial.rows import IN_ORDER, LOST, MOVED, NEAR
from data.rupture.trial.slip_distance import APART
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import class_handles
from reports.style import CLASS_COLOURS, GREY, WIDTH, styled
from reports.view import View, csv
from reports.words import ABSENT, fixed, interval, listed, number, percent

DIMS = {
    "agreement": ("block", "labelling", "dc"),
    "disputed": ("dc",),
    "dc_evidence": ("block",),
    "dc_slopes": ("outcome", "input"),
    "endings": ("verdict", "ending"),
    "simulations": ("simulation", "dc"),
    "disagreements": ("simulation",),
    "restored": ("simulation", "dc"),
}
CLEAN = (IN_ORDER, "validate", "test")
DC_NAMES = {COMMON: "0.4 m", PUBLISHED: "published"}
DC_LONG = {COMMON: "dc = 0.4 m in every row", PUBLISHED: "dc as published"}
DC_COLOURS = {COMMON: "#332288", PUBLISHED: "#CC6677"}
LABELLING_MARKERS = {"printed": ("X", 5), "repaired": ("o", 7)}  # and their sizes
CLOSE_UP = 0.90  # where the right panel begins; labels that belong to their rows lie beyond
RINGED = {"marker": "o", "markersize": 6, "markeredgecolor": "#222222"}
ENDINGS = {
    "creeping": "arrest, still creeping",
    "stalled": "arrest, stalled",
    "passed": "passed",
    "near": f"pace within a factor {NEAR:g} of just passing",
}
OUTCOMES = {
    "labels": "published labels",
    f"answers, dc {COMMON}": "solver, dc = 0.4 m",
    f"answers, dc {PUBLISHED}": "solver, dc as published",
}

Groups = Mapping[str, xr.Dataset]


def show(result: Result) -> Section | None:
    """Agreement block by block, the repair, dc, where solver and labels disagree, and the restored labels."""
    groups = groups_of(result)
    if not groups:
        return None
    return Section(
        "The labels on trial",
        "trial",
        paragraphs=(HOW, _disagreement_words(groups)),
        notices=_unmet(groups["agreement"]),
        tables=tuple(replace(table(groups[name]), source=_source(result, name)) for name, table in TABLES.items()),
        images=tuple(replace(one, source=_source(result, name)) for name, one in _images(groups).items()),
        details=(
            _listing(result, "Rows where solver and labels disagree", "disagreements", groups["disagreements"]),
            _listing(result, "Rows whose labels are restored", "restored", groups["restored"].sel(dc=COMMON)),
        ),
    )


def verdict(result: Result) -> tuple[str, ...]:
    """What the trial says of agreement, the repair, dc and the restored labels."""
    groups = groups_of(result)
    words = (_agreement_words, _repair_words, _dc_words, _restored_words)
    return tuple(said(groups) for said in words) if groups else ()


def groups_of(result: Result) -> Groups:
    """The groups of `data.rupture.trial.provenance.provenance_trial`; empty where there was no trial."""
    trial = result.parts.children.get("trial")
    return {} if trial is None else {name: group.to_dataset() for name, group in trial.children.items()}


def _source(result: Result, name: str) -> str:
    """The CSV file of a group as a link."""
    return csv(result, f"trial-{name}", *DIMS[name])


HOW = (
    "Every published row was simulated again by this project's own solver at a resolution of 50 m, once with dc = "
    "0.4 m and once with its published dc. What the paper leaves open about a simulation was chosen on the 600 "
    "validation rows alone; the test rows were compared once, with everything fixed."
)


def _agreement_words(groups: Groups) -> str:
    agreement = groups["agreement"]
    told = [
        f"{_percent(agreement.sel(block=block, labelling='repaired', dc=COMMON))} of {block} "
        f"({_verdict(_meets(agreement, block, COMMON))})"
        for block in CLEAN
    ]
    goal = percent(agreement.attrs["goal"], 0)
    return (
        f"On rows whose labels are in order, solver and labels should agree in {goal}. With dc = 0.4 m they agree in "
        f"{listed(told)}."
    )


def _repair_words(groups: Groups) -> str:
    moved = groups["agreement"].sel(block=MOVED, dc=COMMON)
    printed, repaired = (moved.sel(labelling=name) for name in ("printed", "repaired"))
    disputed = groups["disputed"].sel(dc=COMMON)
    in_order = groups["agreement"].sel(block=IN_ORDER, labelling="repaired", dc=COMMON)
    return (
        f"On training rows 100-424 the solver agrees with {_percent(printed)} of the labels as printed, where "
        f"exchanged labels would give {percent(float(printed['chance']))}, and with {_percent(repaired)} of the "
        "repaired ones "
        f"({_verdict(_meets(groups['agreement'], MOVED, COMMON))}). The repair changes {int(disputed['rows'])} labels; "
        f"the solver sides with it in {int(disputed['with_repair'])} of them. {_of(repaired, 'near')} of these "
        f"ruptures are near the threshold (see below), compared with {_of(in_order, 'near')} of the training rows in "
        "order."
    )


def _dc_words(groups: Groups) -> str:
    apart = groups["dc_evidence"].sel(block=APART)
    slope = groups["dc_slopes"].sel(input="ln slip_distance")
    labels, used = (slope.sel(outcome=name) for name in ("labels", f"answers, dc {PUBLISHED}"))
    excludes = bool((labels["lower"] > used["upper"]) | (labels["upper"] < used["lower"]))
    return (
        f"The published dc {'seems not to have been used' if excludes else 'may have been used'} in the published "
        "simulations. In a logistic regression on the physics of a row the log odds of the labels change by "
        f"{_slope(labels)} per unit of ln dc, those of the solver that did use the published dc by {_slope(used)}. And "
        f"where the solver's two answers differ, {int(apart['with_common'])} of {int(apart['differing'])} labels side "
        f"with dc = 0.4 m (p = {number(float(apart['p']), 2)}), validation rows left out: on these, and with dc = "
        "0.4 m, the solver's crossing point and time were chosen."
    )


def _disagreement_words(groups: Groups) -> str:
    endings = groups["endings"]
    wrong, right = (endings.sel(verdict=verdict) for verdict in ("disagrees", "agrees"))
    near, creeping, stalled = (int(wrong["rows"].sel(ending=ending)) for ending in ("near", "creeping", "stalled"))
    of_right = {ending: _percent(right.sel(ending=ending)) for ending in ("near", "creeping")}
    return (
        f"Solver and labels disagree on {groups['disagreements'].sizes['simulation']} rows of known label. {near} of "
        "these ruptures are near the threshold: the mean speed of their front is within a factor "
        f"{NEAR:g} of the least that passes the barrier in time, as it is in {of_right['near']} of the rows on which "
        f"solver and labels agree. {creeping} were arrests that still crept when their time was up (of the others, "
        f"{of_right['creeping']} were), {stalled} had stalled."
    )


def _restored_words(groups: Groups) -> str:
    lost = groups["restored"]
    answer = lost["answer"].sel(dc=COMMON)
    return (
        f"The solver's labels for the {lost.sizes['simulation']} training rows whose own are lost: {int(answer.sum())} "
        f"propagate. {lost.attrs['near']} of these rows lie near the threshold; if the solver errs there as often as "
        f"where labels are known, {fixed(lost.attrs['expected_wrong'], 1)} of the restored labels are wrong."
    )


def _unmet(agreement: xr.Dataset) -> tuple[str, ...]:
    missed = [block for block in CLEAN if not _meets(agreement, block, COMMON)]
    goal = percent(agreement.attrs["goal"], 0)
    return (f"The goal of {goal} is not met on {listed(missed)}.",) if missed else ()


def _meets(agreement: xr.Dataset, block: str, dc: str) -> bool:
    return float(agreement["share"].sel(block=block, labelling="repaired", dc=dc)) >= agreement.attrs["goal"]


def _verdict(met: bool) -> str:
    return "goal met" if met else "goal not met"


def _of(part: xr.Dataset, name: str) -> str:
    return f"{int(part[name])} of {int(part['rows'])}"


def _slope(part: xr.Dataset) -> str:
    return interval(*(float(part[name]) for name in ("slope", "lower", "upper")))


def _share(part: xr.Dataset) -> str:
    return interval(*(float(part[name]) for name in ("share", "lower", "upper")))


def _percent(part: xr.Dataset) -> str:
    share, lower, upper = (percent(float(part[name])) for name in ("share", "lower", "upper"))
    return f"{share} [{lower}, {upper}]"


def _agreement_table(agreement: xr.Dataset) -> Table:
    cells = []
    for block in agreement["block"].values.tolist():
        labellings = {MOVED: ("printed", "repaired"), LOST: ("printed",)}.get(block, ("repaired",))
        for labelling in labellings:
            for dc in (COMMON, PUBLISHED):
                part = agreement.sel(block=block, labelling=labelling, dc=dc)
                cells.append(
                    (
                        block,
                        "in order" if block in CLEAN else labelling,
                        DC_NAMES[dc],
                        _share(part),
                        _verdict(_meets(agreement, block, dc)) if labelling == "repaired" else ABSENT,
                        _of(part, "agreeing"),
                        percent(float(part["chance"])),
                        *(str(int(part[name])) for name in ("near", "passed_only_here", "passed_only_there")),
                    )
                )
    header = ("rows", "labels", "dc", "agreement ↑", f"goal {percent(agreement.attrs['goal'], 0)}", "rows that agree")
    header += ("by chance", "near", "1 by solver only", "1 by label only")
    return Table("Agreement of solver and labels", header, tuple(cells), AGREEMENT_NOTE)


AGREEMENT_NOTE = (
    "Brackets are exact 95 % intervals. Near: ruptures whose front has a mean speed within a factor "
    f"{NEAR:g} of the least that passes in time. By chance: the share if the labels were exchanged among the rows of a "
    "block. Labels printed at rows 425-499 belong to rows 350-424. The validation rows had a part in choosing the "
    "solver's settings, the others none."
)


def _disputed_table(disputed: xr.Dataset) -> Table:
    cells = tuple(
        (
            DC_NAMES[dc],
            *(str(int(disputed[name].sel(dc=dc))) for name in ("rows", "with_repair")),
            _share(disputed.sel(dc=dc)),
        )
        for dc in disputed["dc"].values.tolist()
    )
    return Table("Labels that the repair changes", ("dc", "changed", "solver sides with repair", "share ↑"), cells)


def _dc_table(evidence: xr.Dataset) -> Table:
    cells = []
    for block in evidence["block"].values[evidence["differing"].values > 0].tolist():
        part = evidence.sel(block=block)
        counts = (str(int(part[name])) for name in ("differing", "with_common", "with_published"))
        cells.append((block, *counts, _share(part), number(float(part["p"]), 2)))
    header = ("rows", "answers differ", "side with 0.4 m", "side with published dc", "share with 0.4 m", "p")
    return Table("Which dc the labels side with", header, tuple(cells), DC_NOTE)


DC_NOTE = (
    "Repaired labels. p: two-sided, that labels side with either dc equally often (exact McNemar test). The validation "
    "rows had a part in choosing the solver's settings: its crossing point and time with dc = 0.4 m."
)


def _slopes_table(slopes: xr.Dataset) -> Table:
    cells = tuple(
        (OUTCOMES[outcome], *(_slope(slopes.sel(outcome=outcome, input=name)) for name in slopes["input"].values))
        for outcome in slopes["outcome"].values.tolist()
    )
    names = [str(name).replace("_", " ") for name in slopes["input"].values]
    note = (
        "Change of the log odds of propagation per unit of the input, by logistic regression on "
        f"{slopes.attrs['rows']} rows; brackets are 95 % intervals. The slip distance is dc as published."
    )
    return Table("What outcomes depend on", ("outcome", *names), cells, note)


def _endings_table(endings: xr.Dataset) -> Table:
    cells = []
    for ending in endings["ending"].values.tolist():
        row = [ENDINGS[ending]]
        for verdict in ("agrees", "disagrees"):
            part = endings.sel(verdict=verdict, ending=ending)
            row += [str(int(part["rows"])), _share(part)]
        cells.append(tuple(row))
    right, wrong = (int(endings["of"].sel(verdict=verdict)[0]) for verdict in ("agrees", "disagrees"))
    header = ("simulation", f"of {right} agreeing", "share", f"of {wrong} disagreeing", "share")
    return Table("How simulations ended", header, tuple(cells), "With dc = 0.4 m, compared with the repaired labels.")


def _listing(result: Result, title: str, group: str, rows: xr.Dataset) -> Section:
    """A table of single rows."""
    known = "label" in rows
    cells = []
    for simulation in rows["simulation"].values:
        row = rows.sel(simulation=simulation)
        cells.append(
            (
                f"{row['file'].item()} {row['row'].item()}",
                *((f"{float(row['label']):.0f}",) if known else ()),
                f"{float(row['answer']):.0f}",
                str(row["reason"].item()),
                fixed(float(row["tip"]), 2),
                fixed(float(row["crossing_time"]), 2),
                fixed(float(row["pace"]), 2),
                number(float(row["stress_drop"])),
                number(float(row["stress_position"])),
            )
        )
    header = ("row", *(("label",) if known else ()), "solver", "end", "furthest tip (km)", "crossing (s)", "pace (1)")
    header += ("stress drop (MPa)", "r (1)")
    table = Table(title, header, tuple(cells), LISTING_NOTE, _source(result, group))
    return Section(title, f"trial-{group}", tables=(table,))


LISTING_NOTE = (
    "With dc = 0.4 m. Pace: mean speed of the front over the least that passes the barrier in time. r: position of the "
    f"initial shear stress between dynamic (0) and static (1) strength. {ABSENT}: never crossed."
)


def _images(groups: Groups) -> dict[str, Image]:
    """The figures, each under the group that holds its numbers."""
    near = int(groups["endings"]["rows"].sel(verdict="disagrees", ending="near"))
    return {
        "agreement": image(
            agreement_by_block(groups["agreement"]),
            "trial-agreement",
            "Agreement of solver and labels",
            "Left, the whole axis; right, its upper end. Lines are exact 95 % intervals, grey ticks what "
            "exchanged labels would reach.",
            "Dots with intervals: share of equal labels in each block of rows, for printed and repaired labels and for "
            "two choices of dc.",
        ),
        "simulations": image(
            pace_of_fronts(groups["simulations"], groups["disagreements"]),
            "trial-pace",
            "Where solver and labels disagree",
            f"One point per row, coloured by its repaired label; right, the grey band of the left panel. {near} of "
            f"{groups['disagreements'].sizes['simulation']} disagreements lie in it, among fronts that come just in "
            "time or just too late.",
            "Scatter of front speed against stress drop; the ringed disagreements lie at the threshold.",
            dense=True,
        ),
        "dc_evidence": image(
            dc_in_the_labels(groups["dc_evidence"], groups["dc_slopes"]),
            "trial-dc",
            "Which dc the labels were computed with",
            "Left: rows on which the solver's answers with the two dc differ, by the one that the label sides with. "
            "Right: slopes with 95 % intervals; that of the labels is to be compared with the other two.",
            "Bars of the rows that side with either dc, and intervals of three slopes.",
        ),
    }


TABLES: dict[str, Callable[[xr.Dataset], Table]] = {
    "agreement": _agreement_table,
    "disputed": _disputed_table,
    "dc_evidence": _dc_table,
    "dc_slopes": _slopes_table,
    "endings": _endings_table,
}


@styled
def agreement_by_block(agreement: xr.Dataset) -> Figure:
    """Share of equal labels in each block of rows, with 95 % intervals.

    Parameters
    ----------
    agreement : xarray.Dataset
        See `data.rupture.trial.agreement.agreement`.

    Returns
    -------
    matplotlib.figure.Figure
        All of the axis on the left, its upper end on the right.
    """
    blocks = agreement["block"].values.tolist()
    figure = Figure(figsize=(WIDTH, 3.6))
    whole, close = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1.15))
    for place, dc in enumerate(DC_COLOURS):
        y = np.arange(len(blocks)) + 0.26 * (place - 0.5)
        # where labels are in order, those printed hide behind the repaired ones, which are the same
        for labelling, (marker, size) in LABELLING_MARKERS.items():
            share, lower, upper = (
                100 * agreement[name].sel(labelling=labelling, dc=dc).values for name in ("share", "lower", "upper")
            )
            for axes in (whole, close):
                axes.hlines(y, lower, upper, color=DC_COLOURS[dc], linewidth=1.2)
                axes.plot(share, y, marker, color=DC_COLOURS[dc], markersize=size)
    chance = 100 * agreement["chance"].sel(labelling="printed", dc=COMMON).values
    whole.plot(chance, np.arange(len(blocks)), "|", color=GREY, markersize=22, markeredgewidth=1.4)
    whole.set_yticks(np.arange(len(blocks)), blocks)
    whole.set_ylim(len(blocks) - 0.5, -0.5)
    whole.set_xlim(40, 101)
    whole.set_xticks(range(40, 101, 20))
    close.set_xlim(100 * CLOSE_UP, 100.2)
    for axes in (whole, close):
        axes.axvline(100 * GOAL, color="#222222", linewidth=0.9, linestyle="--")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("equal labels (%)")
    figure.legend(handles=_agreement_handles(), loc="outside upper left", ncols=3)
    return figure


def _agreement_handles() -> list[Line2D]:
    names = {"repaired": "repaired or clean labels", "printed": "labels as printed"}
    return [
        *(Line2D([], [], color=colour, label=DC_LONG[dc]) for dc, colour in DC_COLOURS.items()),
        Line2D([], [], color="#222222", linestyle="--", linewidth=0.9, label=f"goal, {100 * GOAL:.0f} %"),
        *(
            Line2D([], [], color="#222222", linestyle="", marker=marker, label=names[labelling])
            for labelling, (marker, _) in LABELLING_MARKERS.items()
        ),
        Line2D([], [], color=GREY, linestyle="", marker="|", markersize=11, label="by chance"),
    ]


@styled
def pace_of_fronts(simulations: xr.Dataset, disagreements: xr.Dataset) -> Figure:
    """How fast each rupture front came, against the stress drop that drives it, coloured by repaired label.

    Parameters
    ----------
    simulations, disagreements : xarray.Dataset
        See `data.rupture.trial.rows.join` and `data.rupture.trial.agreement.disagreements`.

    Returns
    -------
    matplotlib.figure.Figure
        One point per row of known label, with the disagreeing ones ringed; right, those near the threshold.
    """
    rows = simulations.sel(labelling="repaired", dc=COMMON)
    figure = Figure(figsize=(WIDTH, 4.0))
    whole, close = figure.subplots(1, 2)
    whole.axhspan(1 / NEAR, NEAR, color="#e9e9e9", zorder=0)
    for axes, size in ((whole, 2.0), (close, 3.6)):
        axes.axhline(1, color="#222222", linewidth=0.9)
        for part, marks in ((rows, {"marker": "s", "alpha": 0.8, "markersize": size}), (disagreements, RINGED)):
            for label, colour in CLASS_COLOURS.items():
                of_class = part.isel(simulation=np.flatnonzero(part["label"] == label))
                axes.plot(of_class["stress_drop"], of_class["pace"], linestyle="", color=colour, **marks)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("stress drop sxy \N{MINUS SIGN} mu_d |syy| (MPa)")
    close.xaxis.set_minor_formatter("{x:g}")
    close.set_xlim(1.2, 6)
    close.set_ylim(1 / NEAR, NEAR)
    whole.set_ylabel("mean speed of the front over\nthe least that passes in time (1)")
    ring = Line2D([], [], linestyle="", color="none", **RINGED, label="the solver says otherwise")
    handles = [*class_handles(), ring]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
    return figure


@styled
def dc_in_the_labels(dc_evidence: xr.Dataset, dc_slopes: xr.Dataset) -> Figure:
    """Which dc the labels side with, and how outcomes depend on the published one.

    Parameters
    ----------
    dc_evidence, dc_slopes : xarray.Dataset
        See `data.rupture.trial.slip_distance`.

    Returns
    -------
    matplotlib.figure.Figure
        Left, the rows on which the two answers differ; right, slopes of ln dc with 95 % intervals.
    """
    figure = Figure(figsize=(WIDTH, 3.0))
    sides, slopes = figure.subplots(1, 2)
    known = dc_evidence.isel(block=np.flatnonzero(dc_evidence["differing"] > 0)).drop_sel(block="all")
    y, start = np.arange(known.sizes["block"]), np.zeros(known.sizes["block"])
    for dc, name in ((COMMON, "with_common"), (PUBLISHED, "with_published")):
        count, label = known[name].values, f"side with {DC_LONG[dc]}"
        sides.barh(y, count, left=start, height=0.6, color=DC_COLOURS[dc], label=label)
        start += count
    sides.set_yticks(y, known["block"].values.tolist())
    sides.invert_yaxis()
    sides.set_xlabel("rows whose two answers differ")
    sides.grid(visible=False, axis="y")

    of_dc = dc_slopes.sel(input="ln slip_distance")
    y = np.arange(of_dc.sizes["outcome"])
    colours = ["#222222", DC_COLOURS[COMMON], DC_COLOURS[PUBLISHED]]
    slopes.hlines(y, of_dc["lower"].values, of_dc["upper"].values, color=colours, linewidth=1.6)
    slopes.scatter(of_dc["slope"].values, y, color=colours, zorder=3)
    slopes.axvline(0, color="#222222", linewidth=0.8)
    slopes.set_yticks(y, ["published labels", "solver, dc = 0.4 m", "solver, dc as published"])
    slopes.set_ylim(len(y) - 0.5, -0.5)
    slopes.set_xlabel("slope of the log odds with ln dc (1)")
    slopes.grid(visible=False, axis="y")
    figure.legend(loc="outside upper left", ncols=2)
    return figure


VIEW = View(across=View(show, verdict=verdict))
