"""The verdict on the rupture solver: which checks are passed, in sentences and in one table."""

import numpy as np

from data.rupture.verification.checks import Check, fastest
from reports.content import Section, Table
from reports.solver.evidence import Evidence
from reports.words import fixed, number, percent

QUICK = (
    "Quick settings: coarser grids and fewer rows than the study's own; a check may fail for that alone, and one that "
    "passes says less."
)


def verdict(evidence: Evidence) -> Section:
    """What passed and what did not, in sentences and in one table."""
    return Section(
        "Verdict",
        "verdict",
        notices=((QUICK,) if evidence.study["quick"] else ()) + _failures(evidence.checks),
        paragraphs=(_passed(evidence.checks), _front_words(evidence), label_words(evidence), _speed_words(evidence)),
        tables=(_check_table(evidence),),
    )


def _failures(found: tuple[Check, ...]) -> tuple[str, ...]:
    return tuple(
        f"NOT passed: {check.subject}, {check.name}: {_measured(check)}, but {_criterion(check)} is asked for."
        for check in found
        if not check.passed
    )


def _passed(found: tuple[Check, ...]) -> str:
    good = sum(check.passed for check in found)
    return f"All {good} checks are passed." if good == len(found) else f"{good} of {len(found)} checks are passed."


def _front_words(evidence: Evidence) -> str:
    piece = evidence.pieces["tpv205"]
    finest = piece.isel(resolution=-1, station=-1)
    change = abs(float(finest["arrival"] - piece["arrival"].isel(resolution=-2, station=-1)))
    coarse, fine = (f"{value:g}" for value in piece["resolution"].values[-2:])
    return (
        f"On the planar benchmark TPV205 the front reaches x = {float(finest.station):g} km after "
        f"{fixed(float(finest['arrival']), 3)} s; refining the grid from {coarse} to {fine} m moved that by "
        f"{number(1e3 * change, 2)} ms. No front ran faster than "
        f"{number(max(float(piece['fastest'].max()), fastest(evidence.pieces)))} km/s; Rayleigh waves run at "
        f"{number(piece.attrs['rayleigh_speed'])} km/s."
    )


def label_words(evidence: Evidence) -> str:
    """How many labels a coarser grid keeps, and which way the others change."""
    piece = evidence.pieces["labels"]
    coarse, own = (f"{value:g}" for value in piece["resolution"].values[:2])
    changed = piece["differing_label"].isel(resolution=0)
    stopped, passed = int((changed == 0).sum()), int((changed == 1).sum())
    known = int(piece["coarse_label"].notnull().sum())
    share, lower, upper = (percent(float(value)) for value in piece["agreement"])
    words = (
        f"Of {known} rows of the embedded catalogue, {share} keep their label on a grid of {coarse} m instead of {own} "
        f"m (95 % interval {lower} to {upper})"
    )
    if not stopped + passed:
        return f"{words}."
    changed = f"{stopped + passed} that change, {stopped} arrest and {passed} break through"
    return f"{words}; of the {changed} on the coarser one."


def _speed_words(evidence: Evidence) -> str:
    piece = evidence.pieces["speed"]
    own = piece.isel(resolution=int(np.argmin(np.abs(piece["resolution"].values - 50))))
    return (
        f"At {float(own.resolution):g} m a node costs {number(float(own['solver']), 2)} ns a Runge-Kutta stage, "
        f"{number(float(own['ratio']), 2)} times a copy of the same arrays in the same run, and a simulated second "
        f"{number(float(own['second']), 2)} s of one core."
    )


def _check_table(evidence: Evidence) -> Table:
    cells = tuple(
        (
            check.subject,
            check.name,
            _measured(check),
            f"{'passed' if check.passed else 'NOT passed'}: {_criterion(check)}",
        )
        for check in evidence.checks
    )
    note = "Numbers without a unit are relative or orders."
    header = ("what was tried", "and measured", "number", "criterion")
    return Table("Checks", header, cells, note, evidence.csv("checks"))


def _measured(check: Check) -> str:
    return f"{number(check.value)} {check.unit}".strip()


def _criterion(check: Check) -> str:
    limit = f"{check.limit:g}".replace("-0", "-").replace("-", "\N{MINUS SIGN}")
    return f"{'≤' if check.at_most else '≥'} {limit} {check.unit}".strip()
