"""Rows that are not independent: near-copies of each other, and rows whose order carries information.

Chances in this audit are those of independent rows. Where rows depend on each other, evidence is counted once for all
copies, and folds keep together what belongs together.
"""

import numpy as np
from scipy import sparse, stats
from scipy.stats import rankdata
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from data.audit.finding import Finding
from data.audit.table import Table

NEIGHBOURS = 20  # rows that are looked at around each row
FAR = 10.0  # ratio of the distance to the next row over that to the farthest copy, from which rows are near-copies
FEWEST_ROWS = 50  # below this neither copies nor an order can be told from chance
FEW = 0.02  # share of rows up to which near-copies are no finding: in two or three dimensions chance makes some
LAGS = 50  # rows over which an order is looked for
CLEAR = 3.0  # standard errors from which an autocorrelation of residuals counts
BLOCKS = 20  # of consecutive rows: those of an ordered table share a fold


def near_copies(inputs: np.ndarray) -> np.ndarray:
    """Groups of rows that lie much closer to each other than to any other row, equal rows included.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_inputs)
        Without missing values.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Equal for rows of one group; a row that has no copy is a group of its own.
    """
    n_rows = len(inputs)
    if n_rows <= NEIGHBOURS:
        return np.unique(inputs, axis=0, return_inverse=True)[1].reshape(-1)
    distance, near = _neighbours(inputs)
    copies = _copies(distance)
    row = np.repeat(np.arange(n_rows), copies)
    other = near[np.arange(NEIGHBOURS) < copies[:, None]]
    links = sparse.coo_array((np.ones(len(row)), (row, other)), shape=(n_rows, n_rows))
    equal = np.unique(inputs, axis=0, return_inverse=True)[1].reshape(-1)  # also where there are more than NEIGHBOURS
    same = sparse.coo_array((np.ones(n_rows), (np.arange(n_rows), equal)), shape=(n_rows, equal.max() + 1)).tocsr()
    return sparse.csgraph.connected_components(links + same @ same.T, directed=False)[1]


def _neighbours(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances to the nearest other rows in units of the inputs' sds, and their positions, `(row, NEIGHBOURS)`."""
    return NearestNeighbors(n_neighbors=NEIGHBOURS).fit(StandardScaler().fit_transform(inputs)).kneighbors()


def _copies(distance: np.ndarray) -> np.ndarray:
    """Number of near-copies of each row, `(row,)`: the nearest rows up to a gap by the factor FAR, 0 without a gap."""
    tiny = 1e-7  # sds; equal rows are copies of each other whatever follows
    ratio = (distance[:, 1:] + tiny) / (distance[:, :-1] + tiny)  # (row, NEIGHBOURS - 1)
    return np.where(ratio.max(axis=1) >= FAR, ratio.argmax(axis=1) + 1, 0)


def copies_by_chance(inputs: np.ndarray) -> float:
    """Share of rows that have near-copies by chance, where rows scatter evenly over a neighbourhood.

    Among evenly scattered points of d dimensions the ratio of the distances to the (k+1)-th and to the k-th neighbour
    exceeds R with probability R^(-d k). d is the estimate of Levina & Bickel (2005, NIPS 17) from the outer neighbours.
    """
    outer = _neighbours(inputs)[0][:, NEIGHBOURS // 2 :]
    outer = outer[outer[:, 0] > 0]
    if not len(outer):
        return 1.0
    steps = 1 / np.arange(NEIGHBOURS // 2 + 1, NEIGHBOURS)  # expected d log(distance) from one neighbour to the next
    expected = np.cumsum(steps[::-1])[::-1].mean()
    growth = np.log(outer[:, -1:] / outer[:, :-1]).mean()
    once = FAR ** (-expected / growth) if growth > 0 else 0.0
    return float(once / (1 - once))


def is_ordered(inputs: np.ndarray, *, alpha: float = 0.01) -> bool:
    """Whether neighbouring rows are alike beyond chance: an input whose ranks correlate with those of rows before it.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_inputs)
    alpha : float
        Chance where rows are in random order, over all inputs and lags (Bonferroni).
    """
    n_rows, n_inputs = inputs.shape
    lags = min(LAGS, n_rows // 5)
    if n_rows < FEWEST_ROWS or lags < 1:
        return False
    ranks = rankdata(inputs, axis=0) - (n_rows + 1) / 2
    found = [autocorrelation(column, lags) for column in ranks.T if column.any()]
    limit = stats.norm.isf(alpha / (2 * lags * n_inputs)) / np.sqrt(n_rows)
    return bool(found) and float(np.abs(found).max()) > limit


def autocorrelation(values: np.ndarray, lags: int) -> np.ndarray:
    """Autocorrelation of a series about its mean at the lags 1, 2, ..., of shape (lags,); 0 where it is constant."""
    centred = values - values.mean()
    total = np.sum(centred**2)
    if total == 0:
        return np.zeros(lags)
    return np.array([np.sum(centred[lag:] * centred[:-lag]) for lag in range(1, lags + 1)]) / total


def fold_groups(inputs: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Groups of rows that have to share a fold, of shape (n_rows,): near-copies, or stretches of an ordered table.

    A model that was fitted to a copy of a row, or to the rows beside it, would know too much of its label.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_inputs)
    group : ndarray of int of shape (n_rows,)
        See `near_copies`.
    """
    firsts = np.sort(np.unique(group, return_index=True)[1])
    if not is_ordered(inputs[firsts]):
        return group
    blocks = np.arange(len(inputs)) * BLOCKS // len(inputs)
    first_of = np.empty(group.max() + 1, dtype=np.int64)
    first_of[group[firsts]] = firsts
    return blocks[first_of[group]]  # copies go with the first of them


def evidence_weights(group: np.ndarray, rows: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """How much of the evidence of each row is its own, of shape (n_rows,), at most 1.

    Parameters
    ----------
    group : ndarray of int of shape (n_rows,)
        Near-copies: see `near_copies`.
    rows : ndarray of int of shape (n_known,)
        Rows whose labels are believed, upwards: the design effect is taken from these alone.
    residual : ndarray of shape (n_known,)
        Their labels minus the probabilities of these, given the features and the labels before.

    Returns
    -------
    ndarray of shape (n_rows,)
        1 over the design effect (Kish 1965, Survey Sampling, section 5.4): of m copies whose residuals correlate by r
        each counts 1 / (1 + (m - 1) r), and all rows count 1 / (1 + 2 sum of the clear autocorrelations) where the
        residuals of rows that stand near each other correlate too.
    """
    known = group[rows]
    size, total = np.bincount(known), np.bincount(known, weights=residual)
    pairs = np.sum(size * (size - 1))
    within = np.sum(residual * (total[known] - residual)) / pairs / np.mean(residual**2) if pairs else 0.0
    alone = residual[np.sort(np.unique(known, return_index=True)[1])]  # the first of each group, in row order
    serial = autocorrelation(alone, min(LAGS, len(alone) // 5))
    clear = serial[serial > CLEAR / np.sqrt(len(alone))].sum()
    copies = np.bincount(group)[group]
    return 1 / (1 + (copies - 1) * np.clip(within, 0, 1)) / (1 + 2 * clear)


def dependence(table: Table, *, alpha: float = 0.01) -> list[Finding]:
    """Whether rows are near-copies of each other or in an order, so that they count for fewer than they are.

    Returns
    -------
    list of Finding
        `near_copies` (info; warning where they stand on both sides of the split) and `ordered_rows` (info).
    """
    columns = table.features[:, table.varying]
    if len(table) < FEWEST_ROWS or not columns.shape[1] or not np.isfinite(columns).all():
        return []
    equal = np.unique(columns, axis=0, return_inverse=True)[1].reshape(-1)
    firsts = np.sort(np.unique(equal, return_index=True)[1])  # equal rows are findings of their own
    findings = []
    if len(firsts) >= FEWEST_ROWS:
        findings += _near_copies(table, columns, firsts, alpha)
    group = near_copies(columns)
    alone = np.sort(np.unique(group, return_index=True)[1])
    if is_ordered(columns[alone], alpha=alpha):
        findings.append(
            Finding(
                "ordered_rows",
                "info",
                "the rows are in an order: the features of a row tell those of rows near it",
                "split and fold by stretches of rows, not at random; neighbours count for fewer rows than they are",
            )
        )
    return findings


def _near_copies(table: Table, columns: np.ndarray, rows: np.ndarray, alpha: float) -> list[Finding]:
    """Rows that are nearly, but not quite, equal: more of them than chance explains."""
    group, part = near_copies(columns[rows]), table.split[rows]
    size = np.bincount(group)[group]
    copied, groups = int(np.sum(size > 1)), int(np.sum(np.bincount(group) > 1))
    chance = min(copies_by_chance(columns[rows]), 1.0)
    if copied < FEW * len(rows) or stats.binom.sf(groups - 1, len(rows), chance) >= alpha:
        return []
    parts = np.array([len(np.unique(part[group == one])) for one in range(group.max() + 1)])
    over = np.zeros(len(table), dtype=bool)
    over[rows[parts[group] > 1]] = True
    listed = over if over.any() else np.isin(np.arange(len(table)), rows[size > 1])
    across = f"; {over.sum()} of them have a copy on the other side of the split" if over.any() else ""
    return [
        Finding(
            "near_copies",
            "warning" if over.any() else "info",
            f"{copied} rows are nearly equal to another row, in groups of up to {size.max()}{across}",
            "keep copies on one side of the split and of each fold, and count them as one row",
            {"count": copied, "groups": groups, "over_split": int(over.sum()), "rows": table.listed(listed)},
        )
    ]
