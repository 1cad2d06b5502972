"""Rows and parts of the split: rows that occur twice, training rows that reach the test, balance, drift."""

import numpy as np
from scipy import stats

from data.audit.dependence import near_copies
from data.audit.finding import Finding
from data.audit.scores import design
from data.audit.table import Table

RARE = 0.1  # share of the smaller class below which accuracy says little
SMALL_DRIFT = 0.1  # Kolmogorov-Smirnov distance, or difference of shares, up to which a significant drift is minor


def duplicates(table: Table) -> list[Finding]:
    """Rows with equal features, within a part of the split and across it.

    Where all columns are coarse, equal rows are no surprise; the number expected if columns were independent decides.

    Returns
    -------
    list of Finding
        `duplicate_rows` (warning) and `split_overlap` (error), both info where columns are coarse;
        `contradictory_labels` (warning) for equal features with different labels.
    """
    if len(table) < 2 or not len(table.names):
        return []
    group = np.unique(table.features, axis=0, return_inverse=True)[1].reshape(-1)
    coarse = _expected_pairs(table.features) > 0.01
    findings = []
    parts = np.unique(table.split)
    held = np.array(
        [np.bincount(group[table.split == part], minlength=group.max() + 1) for part in parts]
    )  # (part, group)
    shared = (held > 0).sum(axis=0) > 1
    for part, count in zip(parts, held, strict=True):
        again = (table.split == part) & (count > 1)[group]
        if again.any():
            extra = int((count - 1)[count > 1].sum())
            findings.append(_duplicate_rows(table, again, str(part), extra, coarse))
    if shared.any():
        findings.append(_split_overlap(table, shared[group], coarse))
    return findings + _contradictions(table, group, coarse)


def _expected_pairs(features: np.ndarray) -> float:
    """Expected number of pairs of equal rows if columns were independent."""
    pairs = len(features) * (len(features) - 1) / 2
    counts = [np.unique(column, return_counts=True)[1] for column in features.T]
    return pairs * float(np.prod([np.sum(count * (count - 1) / 2) / pairs for count in counts]))


def _duplicate_rows(table: Table, again: np.ndarray, part: str, extra: int, coarse: bool) -> Finding:
    return Finding(
        "duplicate_rows",
        "info" if coarse else "warning",
        f"{extra} {part} rows repeat the features of another {part} row" + _coarse_note(coarse),
        "keep one of each, or give rows weights; folds and standard errors count copies as evidence",
        {"part": part, "count": extra, "rows": table.listed(again)},
    )


def _split_overlap(table: Table, shared: np.ndarray, coarse: bool) -> Finding:
    count = {str(part): int((shared & (table.split == part)).sum()) for part in np.unique(table.split)}
    rows_a_part = " and ".join(f"{number} {part} rows" for part, number in count.items() if number)
    return Finding(
        "split_overlap",
        "info" if coarse else "error",
        f"{rows_a_part} have equal features" + _coarse_note(coarse),
        "leave these rows out of the training rows; scores on rows that were trained on are too good",
        {**{f"{part}_rows": number for part, number in count.items()}, "rows": table.listed(shared)},
    )


def _coarse_note(coarse: bool) -> str:
    return "; columns are so coarse that some coincidences are expected" if coarse else ""


def _contradictions(table: Table, group: np.ndarray, coarse: bool) -> list[Finding]:
    if coarse or not table.has_binary_labels:
        return []
    ones = np.bincount(group, weights=table.label)
    contradictory = ((ones > 0) & (ones < np.bincount(group)))[group]
    if not contradictory.any():
        return []
    return [
        Finding(
            "contradictory_labels",
            "warning",
            f"{contradictory.sum()} rows have the features of another row but a different label",
            "look up which label is right, or which feature is missing",
            {"count": int(contradictory.sum()), "rows": table.listed(contradictory)},
        )
    ]


def balance(table: Table) -> list[Finding]:
    """Whether one class is rare.

    Returns
    -------
    list of Finding
        `class_imbalance` (warning) where the smaller class has less than 10 % of the rows.
    """
    if not table.has_binary_labels:
        return []
    share = float(min(table.label.mean(), 1 - table.label.mean()))
    if share >= RARE:
        return []
    rare = int(table.label.mean() < 0.5)
    return [
        Finding(
            "class_imbalance",
            "warning",
            f"label {rare} has {share:.1%} of the rows: always predicting the other is right at "
            f"{1 - share:.1%} of them",
            "judge by log score, AUC and balanced accuracy rather than by accuracy",
            {"label": rare, "share": round(share, 5)},
        )
    ]


def drift(table: Table, *, alpha: float = 0.01) -> list[Finding]:
    """Whether training and test rows come from different distributions.

    Two-sample Kolmogorov-Smirnov tests of the features and Fisher's exact test of the labels, with Holm's (1979)
    correction, so that any finding in a catalogue split at random has a chance of at most alpha. Of near-copies in one
    part one row is taken: they are no evidence of their own.

    Returns
    -------
    list of Finding
        `drift`, one a column: warning, or info where the distance is below SMALL_DRIFT.
    """
    train, test = (_without_copies(table, table.split == part) for part in ("train", "test"))
    tests = []
    for name, column in zip(table.names, table.features.T, strict=True):
        parts = [column[part & np.isfinite(column)] for part in (train, test)]
        if min(map(len, parts)) > 1:
            result = stats.ks_2samp(*parts, method="asymp")
            tests.append((float(result.pvalue), name, float(result.statistic)))
    if table.has_binary_labels and min(train.sum(), test.sum()) > 1:
        counts = [[int((table.label[part] == value).sum()) for value in (0, 1)] for part in (train, test)]
        shares = [table.label[part].mean() for part in (train, test)]
        tests.append((float(stats.fisher_exact(counts).pvalue), "label", float(abs(shares[0] - shares[1]))))
    findings = []
    for rank, (p_value, name, distance) in enumerate(sorted(tests)):
        corrected = p_value * (len(tests) - rank)
        if corrected >= alpha:
            break
        findings.append(_drift(name, distance, corrected))
    return findings


def _without_copies(table: Table, chosen: np.ndarray) -> np.ndarray:
    """The chosen rows without near-copies of earlier ones, as a mask of shape (n_rows,)."""
    if not chosen.any() or not table.varying.any():
        return chosen
    rows = np.flatnonzero(chosen)
    firsts = np.unique(near_copies(design(table)[rows]), return_index=True)[1]
    return np.isin(np.arange(len(table)), rows[firsts])


def _drift(name: str, distance: float, p_value: float) -> Finding:
    measure = (
        "share of label 1 differs by" if name == "label" else "distributions differ by a Kolmogorov-Smirnov distance of"
    )
    return Finding(
        "drift",
        "warning" if distance >= SMALL_DRIFT else "info",
        f"between training and test rows the {measure} {distance:.3f} in {name!r} "
        f"(p = {p_value:.2g} after Holm's correction)",
        "split at random, or report test scores as scores under another distribution",
        {"columns": [name], "distance": round(distance, 4), "p_value": p_value},
    )
