"""The published labels on trial: what this project's solver says about every row, in words, tables and figures."""

from dataclasses import replace

import xarray as xr

from bayesnet.contract import Result
from data.rupture.trial.answers import COMMON
from reports.content import Image, Section
from reports.html import image
from reports.view import View, csv
from reports.views.trial.figures import agreement_by_block, dc_in_the_labels, pace_of_fronts
from reports.views.trial.tables import TABLES, row_table
from reports.views.trial.words import (
    HOW,
    Groups,
    agreement_words,
    dc_words,
    disagreement_words,
    repair_words,
    restored_words,
    unmet,
)

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


def show(result: Result) -> Section | None:
    """Agreement block by block, the repair, dc, where solver and labels disagree, and the restored labels."""
    groups = groups_of(result)
    if not groups:
        return None
    return Section(
        "The labels on trial",
        "trial",
        paragraphs=(HOW, disagreement_words(groups)),
        notices=unmet(groups["agreement"]),
        tables=tuple(replace(table(groups[name]), source=_source(result, name)) for name, table in TABLES.items()),
        images=tuple(replace(one, source=_source(result, name)) for name, one in _images(groups).items()),
        details=(
            _folded(result, "Rows where solver and labels disagree", "disagreements", groups["disagreements"]),
            _folded(result, "Rows whose labels are restored", "restored", groups["restored"].sel(dc=COMMON)),
        ),
    )


def verdict(result: Result) -> tuple[str, ...]:
    """What the trial says of agreement, the repair, dc and the restored labels."""
    groups = groups_of(result)
    words = (agreement_words, repair_words, dc_words, restored_words)
    return tuple(said(groups) for said in words) if groups else ()


def groups_of(result: Result) -> Groups:
    """The groups of `data.rupture.trial.provenance.provenance_trial`; empty where there was no trial."""
    trial = result.parts.children.get("trial")
    return {} if trial is None else {name: group.to_dataset() for name, group in trial.children.items()}


def _folded(result: Result, title: str, name: str, rows: xr.Dataset) -> Section:
    """A table of single rows, closed until a reader opens it."""
    table = replace(row_table(title, rows), source=_source(result, name))
    return Section(title, f"trial-{name}", tables=(table,))


def _source(result: Result, name: str) -> str:
    """The CSV file of a group as a link."""
    return csv(result, f"trial-{name}", *DIMS[name])


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


VIEW = View(across=View(show, verdict=verdict))
