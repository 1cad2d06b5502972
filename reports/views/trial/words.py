"""What the trial of the published labels says, in sentences."""

from collections.abc import Mapping

import xarray as xr

from data.rupture.trial.answers import COMMON, PUBLISHED
from data.rupture.trial.rows import IN_ORDER, MOVED, NEAR
from data.rupture.trial.slip_distance import APART
from reports.words import fixed, interval, listed, number, percent

CLEAN = (IN_ORDER, "validate", "test")  # blocks of rows whose labels are in order

Groups = Mapping[str, xr.Dataset]


HOW = (
    "Every published row was simulated again by this project's own solver at a resolution of 50 m, once with dc = "
    "0.4 m and once with its published dc. What the paper leaves open about a simulation was chosen on the 600 "
    "validation rows alone; the test rows were compared once, with everything fixed."
)


def agreement_words(groups: Groups) -> str:
    """How often solver and labels agree where labels are in order, and whether that meets the goal."""
    agreement = groups["agreement"]
    told = [
        f"{percent_words(agreement.sel(block=block, labelling='repaired', dc=COMMON))} of {block} "
        f"({goal_words(meets(agreement, block, COMMON))})"
        for block in CLEAN
    ]
    goal = percent(agreement.attrs["goal"], 0)
    return (
        f"On rows whose labels are in order, solver and labels should agree in {goal}. With dc = 0.4 m they agree in "
        f"{listed(told)}."
    )


def repair_words(groups: Groups) -> str:
    """What the solver says of the labels of training rows 100-424, as printed and as repaired."""
    moved = groups["agreement"].sel(block=MOVED, dc=COMMON)
    printed, repaired = (moved.sel(labelling=name) for name in ("printed", "repaired"))
    disputed = groups["disputed"].sel(dc=COMMON)
    in_order = groups["agreement"].sel(block=IN_ORDER, labelling="repaired", dc=COMMON)
    return (
        f"On training rows 100-424 the solver agrees with {percent_words(printed)} of the labels as printed, where "
        f"exchanged labels would give {percent(float(printed['chance']))}, and with {percent_words(repaired)} of the "
        f"repaired ones ({goal_words(meets(groups['agreement'], MOVED, COMMON))}). The repair changes "
        f"{int(disputed['rows'])} labels; the solver sides with it in {int(disputed['with_repair'])} of them. "
        f"{count_words(repaired, 'near')} of these ruptures are near the threshold (see below), compared with "
        f"{count_words(in_order, 'near')} of the training rows in order."
    )


def dc_words(groups: Groups) -> str:
    """Whether the published simulations seem to have used the published dc."""
    apart = groups["dc_evidence"].sel(block=APART)
    slope = groups["dc_slopes"].sel(input="ln slip_distance")
    labels, used = (slope.sel(outcome=name) for name in ("labels", f"answers, dc {PUBLISHED}"))
    excludes = bool((labels["lower"] > used["upper"]) | (labels["upper"] < used["lower"]))
    return (
        f"The published dc {'seems not to have been used' if excludes else 'may have been used'} in the published "
        "simulations. In a logistic regression on the physics of a row the log odds of the labels change by "
        f"{slope_words(labels)} per unit of ln dc, those of the solver that did use the published dc by "
        f"{slope_words(used)}. And where the solver's two answers differ, {int(apart['with_common'])} of "
        f"{int(apart['differing'])} labels side "
        f"with dc = 0.4 m (p = {number(float(apart['p']), 2)}), validation rows left out: on these, and with dc = "
        "0.4 m, the solver's crossing point and time were chosen."
    )


def disagreement_words(groups: Groups) -> str:
    """Where solver and labels disagree: near the threshold, creeping or stalled."""
    endings = groups["endings"]
    wrong, right = (endings.sel(verdict=verdict) for verdict in ("disagrees", "agrees"))
    near, creeping, stalled = (int(wrong["rows"].sel(ending=ending)) for ending in ("near", "creeping", "stalled"))
    of_right = {ending: percent_words(right.sel(ending=ending)) for ending in ("near", "creeping")}
    return (
        f"Solver and labels disagree on {groups['disagreements'].sizes['simulation']} rows of known label. {near} of "
        "these ruptures are near the threshold: the mean speed of their front is within a factor "
        f"{NEAR:g} of the least that passes the barrier in time, as it is in {of_right['near']} of the rows on which "
        f"solver and labels agree. {creeping} were arrests that still crept when their time was up (of the others, "
        f"{of_right['creeping']} were), {stalled} had stalled."
    )


def restored_words(groups: Groups) -> str:
    """How many of the restored labels propagate, and how many may be wrong."""
    lost = groups["restored"]
    answer = lost["answer"].sel(dc=COMMON)
    return (
        f"The solver's labels for the {lost.sizes['simulation']} training rows whose own are lost: {int(answer.sum())} "
        f"propagate. {lost.attrs['near']} of these rows lie near the threshold; if the solver errs there as often as "
        f"where labels are known, {fixed(lost.attrs['expected_wrong'], 1)} of the restored labels are wrong."
    )


def unmet(agreement: xr.Dataset) -> tuple[str, ...]:
    """A notice where the goal is missed, else none."""
    missed = [block for block in CLEAN if not meets(agreement, block, COMMON)]
    goal = percent(agreement.attrs["goal"], 0)
    return (f"The goal of {goal} is not met on {listed(missed)}.",) if missed else ()


def meets(agreement: xr.Dataset, block: str, dc: str) -> bool:
    """Whether solver and repaired labels of a block agree as often as the goal asks."""
    return float(agreement["share"].sel(block=block, labelling="repaired", dc=dc)) >= agreement.attrs["goal"]


def goal_words(met: bool) -> str:
    """Whether a goal is met, in words."""
    return "goal met" if met else "goal not met"


def count_words(part: xr.Dataset, name: str) -> str:
    """A count and the rows that it is taken from."""
    return f"{int(part[name])} of {int(part['rows'])}"


def slope_words(part: xr.Dataset) -> str:
    """A slope with its interval."""
    return interval(*(float(part[name]) for name in ("slope", "lower", "upper")))


def share_words(part: xr.Dataset) -> str:
    """A share with its interval."""
    return interval(*(float(part[name]) for name in ("share", "lower", "upper")))


def percent_words(part: xr.Dataset) -> str:
    """A share with its interval, in percent."""
    share, lower, upper = (percent(float(part[name])) for name in ("share", "lower", "upper"))
    return f"{share} [{lower}, {upper}]"
