"""Travel times of rays that turn at depth, computed and in closed form."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import FAIL, PASS, Check, View, csv
from reports.words import fixed, number

ERROR = 1e-4  # s, that a computed time may be off: a fiftieth of the noise of an arrival
NOTE = "For v = 2 + z / 2 (km/s): T(X) = (2 / k) asinh(k X / 2 v0) with k = 0.5 per s and v0 = 2 km/s."


def show(result: Result) -> Section | None:
    """Times by offset."""
    part = result.part("turning")
    if part is None:
        return None
    rows = tuple(
        (f"{float(offset):g}", *(fixed(float(part[name].sel(offset=offset)), 4) for name in ("computed", "known")))
        for offset in part["offset"].values
    )
    table = Table(
        "Turning rays", ("offset (km)", "computed (s)", "closed form (s)"), rows, NOTE, csv(result, "turning", "offset")
    )
    said = "A nonlinear forward as a check: rays that dive and come up again where the velocity grows with depth."
    return Section("Turning rays", "turning", (said,), tables=(table,))


def checks(result: Result) -> Iterator[Check]:
    """Whether every time is that of the closed form."""
    part = result.part("turning")
    if part is not None:
        error = float(abs(part["computed"] - part["known"]).max())
        said = f"Computed travel times of turning rays differ from the closed form by at most {number(error, 2)} s."
        yield Check("Turning rays", PASS if error <= ERROR else FAIL, said)


VIEW = View(show, checks=checks, folded=True)
