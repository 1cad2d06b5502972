"""Whether the solver of Darcy's equation is right: checks at the head of the page, and a table."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import FAIL, PASS, Check, View, csv
from reports.words import ABSENT, fixed, number

ORDER, OFF = 2.0, 0.1  # of the finite volumes, and by how much the measured one may differ
EXACT = 1e-10  # relative error of flow that finite volumes know exactly
GRADIENT = 1e-6  # relative error of a gradient beside finite differences
NOTE = (
    "Manufactured solution: what is added is worked out from heads that are chosen, 1 - x + sin(pi x) cos(pi y) in "
    "ground of log permeability sin(2 pi x + y). Error: root mean square over cells; order: power of the width of the "
    "cells by which it fell from the row above."
)


def show(result: Result) -> Section | None:
    """Errors by the number of cells."""
    part = result.part("flow")
    if part is None:
        return None
    rows = tuple(
        (str(cells), number(float(error), 3), fixed(float(order), 3) if order == order else ABSENT)
        for cells, error, order in zip(*(part[name].values for name in ("cells", "error", "order")), strict=True)
    )
    table = Table(
        "Error of the heads", ("cells along a side", "error", "order"), rows, NOTE, csv(result, "flow", "cells")
    )
    return Section("Solver of the flow", "flow", tables=(table,))


def checks(result: Result) -> Iterator[Check]:
    """Whether order, flow and gradient are right."""
    part = result.part("flow")
    if part is None:
        return
    order = float(part["order"][-1])
    said = (
        f"Errors of manufactured heads fall with the power {fixed(order, 2)} of the width of the cells (expected: 2)."
    )
    yield Check("Order of the flow solver", PASS if abs(order - ORDER) <= OFF else FAIL, said)
    error = max(float(part[name]) for name in ("series", "side_by_side"))
    said = f"Flow across layers and along them differs from the closed form by {number(error, 2)} of it at most."
    yield Check("Flow through layers", PASS if error <= EXACT else FAIL, said)
    error = float(part["gradient"])
    said = f"The gradient by the adjoint differs from finite differences by {number(error, 2)} of it."
    yield Check("Gradient through the flow solver", PASS if error <= GRADIENT else FAIL, said)


VIEW = View(show, checks=checks, folded=True)
