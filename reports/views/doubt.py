"""Where the reference is unsure, for the head of the page: how many rows, its errors among them, and their place."""

from collections.abc import Iterator

from bayesnet.contract import Result
from bayesnet.parts.alone import STRESS_DROP
from bayesnet.parts.doubt import UNSURE
from reports.view import View, find, reference_of
from reports.words import count, fixed, name_of, percent


def verdict(result: Result) -> Iterator[str]:
    """Of how many rows the reference is unsure, how many of its errors they hold, and where they lie."""
    fit = {"method": reference_of(result)}
    rows, unsure, errors, among = (
        find(result, "doubt", name, fit) for name in ("rows", "unsure", "errors", "errors_unsure")
    )
    if not unsure > 0:  # also where it is not stored
        return
    low, high = (
        find(result, "doubt", "range", fit | {"quantity": STRESS_DROP, "bound": bound}) for bound in ("lower", "upper")
    )
    within = find(result, "doubt", "share_within", fit | {"quantity": STRESS_DROP})
    sds = [find(result, "doubt", name, fit) for name in ("sd_unsure", "sd_sure")]
    said = (
        f"{name_of(reference_of(result))} is unsure (a score from {UNSURE[0]} to {UNSURE[1]}) of {count(unsure)} of "
        f"{count(rows)} test rows; {count(among)} of its {count(errors)} errors are among them"
    )
    if all(sd == sd for sd in sds):
        said += f", and its predictive sd is {fixed(sds[0], 3)} there, {fixed(sds[1], 3)} elsewhere"
    if low == low:
        said += (
            f". Most of them (80 %) have a stress drop of {fixed(low, 1)} to {fixed(high, 1)} MPa, where only "
            f"{percent(within, 0)} of all rows lie"
        )
    yield f"{said}[[figure:plane, figure:sd_against_score]]."


VIEW = View(verdict=verdict)
