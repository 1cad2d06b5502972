"""Which claims of the paper stand on the rows of this run, for the head of the page."""

import math
from collections.abc import Iterator

import xarray as xr

from bayesnet.contract import Result
from reports.content import Table
from reports.view import View, csv, reference_of
from reports.words import ABSENT, fixed, interval, listed, name_of

STANDS, REFUTED, OPEN = "stands", "refuted", "not decided"
NOTE = (
    "Ours: the margin that decides the claim, above zero where it holds, with its 95 % interval over test rows, draws, "
    "shuffles and starts. Rankings of inputs: smallest difference between the drops of F1 of an input said to matter "
    "more and of one said to matter less. Certainty: difference of mean predictive sds. Right more often: difference "
    "of accuracies. The paper's rows are its own; `bayesnet run paper` does its analysis again."
)


def verdict(result: Result) -> Iterator[str | Table]:
    """How many claims stand, and each of them with the interval that decides it."""
    part = result.part("paper")
    if part is None:
        return
    marks = {str(claim): mark(part.sel(claim=claim)) for claim in part["claim"].values}
    told = [
        f"{kind}: {listed([f'“{claim}”' for claim, one in marks.items() if one == kind])}"
        for kind in (STANDS, REFUTED, OPEN)
        if kind in marks.values()
    ]
    yield (
        "The claims of Ahamed & Daub (2021), tested on these rows with "
        f"{name_of(reference_of(result))}: {'; '.join(told)}[[table:claims-of-the-paper]]."
    )
    header = ("claim", "printed", "ours", "verdict")
    rows = tuple((claim, *_numbers(part.sel(claim=claim)), state) for claim, state in marks.items())
    yield Table("Claims of the paper", header, rows, NOTE, csv(result, "paper", "claim"))


def mark(claim: xr.Dataset) -> str:
    """What the interval says of a margin that is claimed to lie above zero."""
    lower, upper = claim["interval"].sel(bound=["lower", "upper"]).values
    return STANDS if lower > 0 else REFUTED if upper < 0 else OPEN


def _numbers(claim: xr.Dataset) -> tuple[str, str]:
    printed = float(claim["printed"])
    shown = ABSENT if math.isnan(printed) else fixed(printed, 3)
    return shown, interval(float(claim["value"]), *claim["interval"].values)


VIEW = View(verdict=verdict)
