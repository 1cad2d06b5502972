"""Inputs and conventions: what is learned from what, in which units and signs, and what the numbers rest on."""

from pathlib import Path

import xarray as xr

from bayesnet.contract import Result
from reports.content import Image, Section, Table
from reports.html import data_uri
from reports.style import CLASS_NAMES
from reports.view import View
from reports.words import ABSENT, count

SKETCH = Path(__file__).parents[1] / "fault.svg"
# input -> what it is, and its sign
MEANINGS = {
    "height": ("height of the barrier, a bump of the fault: a Gaussian of this height", "0 is a planar fault"),
    "width": ("width of the barrier: two standard deviations of the Gaussian", "positive"),
    "sxx": ("initial normal stress along the fault", "negative in compression"),
    "syy": ("initial normal stress across the fault, which clamps it", "negative in compression"),
    "sxy": ("initial shear stress, which drives the rupture", "positive where the upper side moves right"),
    "mu_d": ("dynamic friction coefficient, of sliding", "positive"),
    "friction_drop": ("static minus dynamic friction coefficient", "positive"),
    "dc": ("slip over which friction falls from static to dynamic", "positive"),
}


def show(result: Result) -> Section | None:
    """A sketch of the fault, every input with unit, sign and group, and what score and intervals mean."""
    part = result.part("inputs")
    if part is None:
        return None
    known = set(MEANINGS) == set(part["feature"].values.tolist())
    return Section(
        "Inputs and conventions",
        "inputs",
        paragraphs=(_score(), _repeats(result, part)),
        tables=(_table(part, known),),
        images=(_sketch(),) if known else (),
    )


def _score() -> str:
    return (
        f"Score: the probability of {CLASS_NAMES[1]} that a network gives to a simulation, of a posterior its mean "
        f"over draws. Above 0.5 the simulation is called {CLASS_NAMES[1]}, else {CLASS_NAMES[0]}. Predictive sd: the "
        "sd of the score over draws."
    )


def _repeats(result: Result, part: xr.Dataset) -> str:
    importance = result.part("importance")
    shuffles = "" if importance is None else f" Importance: means over {importance.sizes['repeat']} shuffles."
    tested = result.parts.attrs["n_test"]
    few = _few(float(part.get("shuffled_rows", tested)), tested)
    return (
        f"Intervals over test rows: {count(float(part['resamples']))} bootstrap samples of the {count(tested)} rows, "
        f"the same for every method.{shuffles}{few} Inputs are standardised by the mean and sd of the training rows."
    )


def _few(rows: float, tested: int) -> str:
    """What is computed for some of the test rows only, where there are many."""
    if rows >= tested:
        return ""
    return (
        f" Of so many rows, importance, partial dependence, R-hat, ESS and k-hat of predictions are of {count(rows)} "
        "that are drawn at random, the same for every method."
    )


def _table(part: xr.Dataset, known: bool) -> Table:
    names = [str(name) for name in part["feature"].values]
    meanings = [MEANINGS[name] if known else (ABSENT, ABSENT) for name in names]
    units, groups = part["units"].values.tolist(), part["group"].values.tolist()
    rows = [
        (name, unit or ABSENT, group, *meaning)
        for name, unit, group, meaning in zip(names, units, groups, meanings, strict=True)
    ]
    header = ("input", "unit", "group", "what it is", "sign")
    if not known:  # of another catalogue only names, units and groups are known
        header, rows = header[:3], [row[:3] for row in rows]
    note = "Inputs of a group are shuffled together where importance is by group. A unit of 1: without dimension."
    return Table("Inputs", header, tuple(rows), note)


def _sketch() -> Image:
    address = data_uri("image/svg+xml", SKETCH.read_bytes())
    caption = (
        "Not to scale. A rupture starts on the planar part of the fault and meets a barrier. Blue: initial stresses, "
        "as they act; arrows of compression point inwards."
    )
    alt = "A fault with a bump; stresses along and across it, shear stress, and where the rupture starts."
    return Image("fault", "The fault and its inputs", address, caption, alt, 480, 290)


VIEW = View(show)
