"""How large, how certain and how well sampled the weights of each kind are, before and after matching."""

from itertools import product

import xarray as xr

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import Column, View, csv, find, fits_table
from reports.views.scores import bayesian
from reports.words import ABSENT, MINUS, count, name_of, number

KINDS = {
    "w0": "w0, inputs to hidden units",
    "b0": "b0, biases of hidden units",
    "w1": "w1, hidden units to score",
    "b1": "b1, bias of the score",
}
ALIGNMENTS = {"none": "as drawn", "matched": "matched", "balanced": "balanced"}
SUMMARIES = {"sd": "sd", "sd_ratio": "sd ratio", "contraction_beyond_matching": "contraction"}
TEXT = "Weights are of inputs with sd 1. A mean over draws of raw weights says nothing: see the note below."
SYMMETRY = (
    "Hidden units can change places (and, with ReLU, trade scale) without changing any prediction, so weights are "
    "compared once units are matched. Balanced: each unit's scale is shared evenly between its two layers."
)
NOTE = (
    f"{SYMMETRY} sd: mean over the weights of a kind; contraction, 1 {MINUS} (sd / sd of prior draws matched to the "
    "same units)²: their median. sd ratio: median of sd / sd of the reference over the weights of which both have lost "
    "half of the prior's variance; others are as wide as their prior in one of the two. "
    f"{ABSENT} marks what does not exist."
)

MATCHED = {"alignment": "matched"}
COLUMNS = (
    Column("", "weight_summary", "largest_rhat", {"alignment": "none"}, key="weights_rhat_max"),
    Column("", "weight_summary", "largest_rhat", MATCHED, key="weights_rhat_max_matched"),
    Column("", "weight_summary", "sd", MATCHED | {"parameter": "w0"}, key="w0_sd_matched"),
    Column("", "weight_summary", "sd_ratio", MATCHED | {"parameter": "w0"}, key="w0_sd_ratio_matched"),
)


def _four(value: float) -> str:
    return number(value, 4)


CONVERGENCE = tuple(
    Column(f"{name} {words} {arrow}", "weight_summary", variable, {"alignment": form}, show)
    for (name, arrow, variable, show), (form, words) in product(
        (("R-hat max", "↓", "largest_rhat", _four), ("ESS min", "↑", "smallest_ess", count)), ALIGNMENTS.items()
    )
)


def show(result: Result) -> Section | None:
    """The weights by kind, and the convergence of single weights."""
    part = result.part("weight_summary")
    if part is None:
        return None
    return Section(
        "Weights in numbers",
        "weight-summary",
        paragraphs=(TEXT,),
        tables=(*_by_kind(result, part), *_convergence(result)),
    )


def _by_kind(result: Result, part: xr.Dataset) -> tuple[Table, ...]:
    cells, forms = [], [form for form in ALIGNMENTS if form in part["alignment"].values]
    for method, kind in product(bayesian(result), KINDS):
        found = [
            find(result, "weight_summary", name, {"method": method, "alignment": form, "parameter": kind})
            for name, form in product(SUMMARIES, forms)
        ]
        cells.append((name_of(method), kind, *(number(value, 2) for value in found)))
    headings = (f"{name} {ALIGNMENTS[form]}" for name, form in product(SUMMARIES.values(), forms))
    source = csv(result, "weight_summary", "alignment", "parameter")
    return (Table("Weights by kind", ("method", "kind", *headings), tuple(cells), NOTE, source),) if cells else ()


def _convergence(result: Result, note: str = "") -> tuple[Table, ...]:
    note = f"The worst of all weights. {note}".strip()
    source = csv(result, "weight_summary", "alignment")
    return fits_table(result, "Convergence of single weights", CONVERGENCE, note=note, source=source)


def show_runs(result: Result) -> Section | None:
    """The convergence of single weights in several runs."""
    tables = _convergence(result, SYMMETRY)
    return Section("Weights in numbers", "weight-summary", tables=tables) if tables else None


VIEW = View(show, COLUMNS, folded=True, across=View(show_runs, COLUMNS))
