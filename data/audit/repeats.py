"""Label runs that stand twice in a catalogue, as a block pasted twice leaves them."""

import numpy as np

from data.audit.chain import chain_probability
from data.audit.dependence import is_ordered, near_copies
from data.audit.finding import Finding
from data.audit.scores import design, log_likelihood
from data.audit.table import Table

FEWEST_ROWS = 50  # fewer labels carry too little information to repeat remarkably
MOST_RUNS = 10  # runs that are listed


def repeated_labels(table: Table, *, alpha: float = 0.01) -> list[Finding]:
    """Label runs that stand again further down, although the features differ.

    A run counts when its information content, the sum of -log P(label | labels before it), exceeds
    log(n^2 / (2 alpha)): by Ville's inequality the chance that any run, of any length, from any start and at any
    distance does so is at most alpha. P is that of `chain_probability`, so that sorted or interleaved classes, which
    repeat everywhere, carry little information.

    Parameters
    ----------
    table : Table
    alpha : float
        Chance of any run in a catalogue whose labels follow such a chain.

    Returns
    -------
    list of Finding
        `repeated_labels` (warning; info where the rows are in an order, and labels repeat as the design does), those
        with the most information first. Near-copies share the information of one row.
    """
    if len(table) < FEWEST_ROWS or not table.has_binary_labels or not table.varying.any():
        return []
    label = table.label.astype(np.int64)
    inputs = design(table)
    row = near_copies(inputs)
    information = -log_likelihood(label, chain_probability(label)) / np.bincount(row)[row]
    firsts = np.sort(np.unique(row, return_index=True)[1])
    severity = "info" if is_ordered(inputs[firsts]) else "warning"
    threshold = np.log(len(label) ** 2 / (2 * alpha))
    runs = []
    for distance in range(1, len(label)):
        copied = (label[distance:] == label[:-distance]) & (row[distance:] != row[:-distance])
        change = np.diff(copied.astype(np.int8), prepend=0, append=0)
        starts, stops = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
        total = np.concatenate([[0.0], np.cumsum(information[distance:])])
        gain = total[stops] - total[starts]
        for run in np.flatnonzero(gain > threshold):
            runs.append((float(gain[run]), int(starts[run]) + distance, int(stops[run]) + distance, distance))
    return [_describe(table, *run, threshold, severity) for run in _disjoint(runs)]


def _disjoint(runs: list[tuple[float, int, int, int]]) -> list[tuple[float, int, int, int]]:
    """The runs (gain, start, stop, distance) with the largest gains that share no row of their second place."""
    kept: list[tuple[float, int, int, int]] = []
    for run in sorted(runs, reverse=True):
        if len(kept) < MOST_RUNS and all(run[2] <= other[1] or run[1] >= other[2] for other in kept):
            kept.append(run)
    return kept


def _describe(
    table: Table, gain: float, start: int, stop: int, distance: int, threshold: float, severity: str
) -> Finding:
    first, last = int(table.number[start]), int(table.number[stop - 1])
    original_first, original_last = int(table.number[start - distance]), int(table.number[stop - 1 - distance])
    return Finding(
        "repeated_labels",
        severity,
        f"the labels of rows {original_first}-{original_last} stand again at rows {first}-{last}, {distance} rows "
        f"below, although the features differ: {gain:.0f} nats of coincidence, where {threshold:.1f} would be "
        "remarkable anywhere in a catalogue of this size",
        "look for a block of labels that was pasted twice",
        {
            "first_row": first,
            "last_row": last,
            "original_first_row": original_first,
            "original_last_row": original_last,
            "distance": distance,
            "rows": stop - start,
        },
    )
