"""Which checks of the rupture solver are passed."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import FAIL, PASS, Check, View, csv
from reports.words import MINUS, number

QUICK = (
    "Grids are coarser and rows fewer than the study's own: a check may fail for that alone, and one that passes says "
    "less."
)


def show(result: Result) -> Section:
    """Every check with its value and its criterion."""
    cells = tuple(
        (check.subject, check.name, measured(check), f"{_state(check)}: {criterion(check)}")
        for check in _checks(result)
    )
    header = ("what was tried", "and measured", "value", "criterion")
    note = "Values without a unit are relative, or orders of convergence."
    return Section("Checks", "checks", tables=(Table("Checks", header, cells, note, csv(result, "checks", "check")),))


def verdict(result: Result) -> Iterator[str]:
    """How many checks are passed."""
    passed = [bool(check.passed) for check in _checks(result)]
    yield f"{f'All {len(passed)}' if all(passed) else f'{sum(passed)} of {len(passed)}'} checks are passed."


def checks(result: Result) -> Iterator[Check]:
    """The checks that are not passed, why a quick study may fail one, and how many are passed."""
    if result.study.get("quick"):
        yield Check("Size of the grids", FAIL, QUICK)
    passed = [check for check in _checks(result) if check.passed]
    for check in _checks(result):
        if not check.passed:
            name = f"{check.subject}, {check.name}"
            said = f"NOT passed: {name}: {measured(check)}, but {criterion(check)} is required."
            yield Check(name, FAIL, said)
    if passed:
        yield Check("Solver", PASS, f"{len(passed)} checks of the solver are passed[[table:checks]].")


def _checks(result: Result) -> list[tuple]:
    """The checks as `data.rupture.verification.checks.Check` describes them, each with whether it `passed`."""
    return list(result.part("checks").to_dataframe().itertuples())


def _state(check: tuple) -> str:
    return "passed" if check.passed else "NOT passed"


def measured(check: tuple) -> str:
    """The value of a check with its unit."""
    return f"{number(check.value)} {check.unit}".strip()


def criterion(check: tuple) -> str:
    """The limit of a check with its unit, and on which side of it the value must lie."""
    limit = f"{check.limit:g}".replace("-0", "-").replace("-", MINUS)
    return f"{'≤' if check.at_most else '≥'} {limit} {check.unit}".strip()


VIEW = View(show, verdict=verdict, checks=checks)
