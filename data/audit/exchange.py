"""Finds two columns that are exchanged in a stretch of rows, from their distributions alone."""

from itertools import combinations

import numpy as np

from data.audit.dependence import is_ordered
from data.audit.finding import Finding
from data.audit.physics import is_rupture
from data.audit.table import Table

CELLS = 8  # intervals of either column in which its values are counted
FEWEST_ROWS = 100  # below this cells hold too few rows
MOST_COLUMNS = 40  # all pairs of more columns take too long


def exchanged_stretches(table: Table, *, alpha: float = 0.01) -> list[Finding]:
    """Stretches of rows in which two columns stand in each other's place.

    The evidence of a row is log f(x_j, x_i) - log f(x_i, x_j), f being the joint density of columns i and j by cells.
    Where nothing is exchanged and rows are independent, the exponential of its running sum is a martingale with mean 1,
    so any stretch of any pair gains more than log(n pairs / alpha) with a chance of at most alpha (Ville 1939). Columns
    of one distribution, such as two coordinates, cannot be told apart. Where rows are in an order, by what an exchange
    leaves as it is, nothing is said. Ruptures have physics to tell exchanged columns by: see `data.audit.physics`.

    Returns
    -------
    list of Finding
        `exchanged_stretch` (error), one for each pair.
    """
    columns = np.flatnonzero(table.varying)
    values = table.features[:, columns]
    few = len(table) < FEWEST_ROWS or not 2 <= len(columns) <= MOST_COLUMNS
    if few or is_rupture(table) or not np.isfinite(values).all():
        return []
    pairs = list(combinations(range(len(columns)), 2))
    cost = float(np.log(len(table) * len(pairs) / alpha))
    findings = []
    for i, j in pairs:
        first, last, gain = _best_stretch(_evidence(values[:, i], values[:, j]))
        if gain > cost and not _in_order(values, i, j):
            names = [table.names[columns[i]], table.names[columns[j]]]
            findings.append(_exchanged(table, names, first, last, gain, cost))
    return findings


def _evidence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Log ratio of the densities of each row with its two values exchanged and as they stand, of shape (n_rows,)."""
    edges = np.quantile(np.concatenate([one, other]), np.linspace(0, 1, CELLS + 1)[1:-1])
    a, b = np.searchsorted(edges, one), np.searchsorted(edges, other)
    count = np.full((CELLS, CELLS), 0.5)
    np.add.at(count, (a, b), 1)
    return np.log(count[b, a] / count[a, b])


def _in_order(values: np.ndarray, i: int, j: int) -> bool:
    """Whether the rows are in an order by the other columns, or by the sum and the distance of these two."""
    one, other = values[:, i], values[:, j]
    return is_ordered(np.column_stack([np.delete(values, [i, j], axis=1), one + other, np.abs(one - other)]))


def _best_stretch(gain: np.ndarray) -> tuple[int, int, float]:
    """First row, last row and sum of the stretch of largest sum."""
    total = np.concatenate([[0.0], np.cumsum(gain)])
    rise = total - np.minimum.accumulate(total)
    stop = int(np.argmax(rise))
    start = int(np.argmin(total[: stop + 1]))
    return start, stop - 1, float(rise[stop])


def _exchanged(table: Table, names: list[str], first: int, last: int, gain: float, cost: float) -> Finding:
    rows = [int(table.number[first]), int(table.number[last])]
    return Finding(
        "exchanged_stretch",
        "error",
        f"in rows {rows[0]}-{rows[1]} {names[0]!r} and {names[1]!r} are each distributed as the other is elsewhere: "
        f"exchanged, they are likelier by {gain:.0f} nats, where {cost:.1f} would be remarkable",
        f"exchange {names[0]!r} and {names[1]!r} in rows {rows[0]}-{rows[1]}",
        {"columns": names, "first_row": rows[0], "last_row": rows[1]},
    )
