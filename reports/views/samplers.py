"""Whether samplers of the same posterior agree: a check at the head of the page, and a table."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import FAIL, PASS, Check, View, csv, find, reference_of
from reports.words import name_of, number

NOTE = (
    "Largest of the differences of posterior means and sds between the two samplers, over everything that convergence "
    "is judged by, in Monte Carlo standard errors of the difference. Of twenty pairs of samplers of one posterior, "
    "chance takes one beyond the limit."
)


def _pairs(result: Result) -> list[tuple[str, float, float]]:
    """Each sampler beside the reference, its largest difference and the limit."""
    part = result.part("samplers")
    if part is None:
        return []
    methods = [str(method) for method in part["method"].values]
    return [
        (one, *(find(result, "samplers", name, {"method": one}) for name in ("largest", "limit"))) for one in methods
    ]


def check(result: Result) -> Iterator[Check]:
    """A check for each sampler beside the reference."""
    for method, largest, limit in _pairs(result):
        pair = f"{name_of(method)} and {name_of(reference_of(result))}"
        said = f"{pair} differ by at most {number(largest, 2)} Monte Carlo standard errors (limit: {number(limit, 2)})"
        if largest <= limit:
            yield Check("Samplers agree", PASS, f"{said}.")
        else:
            yield Check("Samplers agree", FAIL, f"{said}: one of them has not found the posterior, or neither has.")


def show(result: Result) -> Section | None:
    """A row for each sampler beside the reference."""
    rows = tuple((name_of(method), number(largest, 2), number(limit, 2)) for method, largest, limit in _pairs(result))
    if not rows:
        return None
    title = f"Samplers compared with {name_of(reference_of(result))}"
    header = ("method", "largest difference (standard errors) ↓", "limit")
    table = Table(title, header, rows, NOTE, csv(result, "samplers", "method"))
    return Section("Do the samplers agree?", "samplers", tables=(table,))


VIEW = View(show, checks=check, folded=True)
