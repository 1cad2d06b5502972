"""What was to be reached, and what was."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import FAIL, WARN, Check, View, csv
from reports.views.solver.checks import criterion, measured

ABOUT = (
    "Targets are ratios of what was measured in this run, in turns, so that another machine or other load changes them "
    "little. A target that is missed is no error of the program."
)
AGREEMENT = "samplers"  # subject of the check that samplers agree: one that draws from elsewhere is fast at nothing


def show(result: Result) -> Section:
    """Every target with its value."""
    rows = tuple(
        (one.subject, one.name, criterion(one), measured(one), "met" if one.passed else "MISSED")
        for one in _targets(result)
    )
    header = ("of", "what", "target", "reached", "met?")
    table = Table("Targets", header, rows, "", csv(result, "targets", "check"))
    return Section("Targets", "targets", paragraphs=(ABOUT,), tables=(table,))


def verdict(result: Result) -> Iterator[str]:
    """How many targets are met."""
    met = [bool(one.passed) for one in _targets(result)]
    yield f"{sum(met)} of {len(met)} targets are met[[table:targets]]."


def checks(result: Result) -> Iterator[Check]:
    """Targets that are missed, and samplers that disagree."""
    for one in _targets(result):
        if not one.passed:
            name = f"{one.subject}, {one.name}"
            state = FAIL if one.subject == AGREEMENT else WARN
            yield Check(name, state, f"{name}: {measured(one)}, the target is {criterion(one)}.")


def _targets(result: Result) -> list[tuple]:
    """The targets as `data.checks.Check` describes them, each with whether it `passed`."""
    return list(result.part("targets").to_dataframe().itertuples())


VIEW = View(show, verdict=verdict, checks=checks)
