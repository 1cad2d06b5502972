"""Columns one by one: missing and far-out values, columns that tell nothing, columns that tell too much."""

from itertools import combinations

import numpy as np

from data.audit.finding import Finding
from data.audit.table import LISTED, Table
from data.catalogue import TRAIN, check_scale
from data.errors import InputError

NEAR_CONSTANT = 0.99  # share of one value from which a column tells hardly anything
FEWEST_A_CLASS = 10  # rows of a class below which a threshold separates classes by chance too easily
LEAKED = 0.02  # wrong rows, as a share of the smaller class, up to which a column alone gives the label
NOISY = 0.1, 0.25  # the same of a code, or beside a gap: wrong rows as a share of all rows, and of the smaller class
GAP = 0.1  # share of a column's range between the classes from which it was made of the label
MOST_PAIRED = 64  # columns of which all pairs are looked at
CODES = 20  # different values up to which a column may be a code of the label


def audit_schema(table: Table) -> list[Finding]:
    """Names, missing values and labels that no classifier can be trained on.

    Returns
    -------
    list of Finding
        `repeated_names`, `missing_values`, `infinite_values`, `invalid_split`, `invalid_labels`, `one_class` (errors).
    """
    findings = []
    repeated = sorted({name for name in table.names if table.names.count(name) > 1})
    if repeated:
        findings.append(
            Finding(
                "repeated_names",
                "error",
                f"feature names must differ, {repeated} stand more than once",
                "rename all but one",
                {"columns": repeated},
            )
        )
    for kind, word, wrong in (
        ("missing_values", "missing", np.isnan(table.features)),
        ("infinite_values", "infinite", np.isinf(table.features)),
    ):
        findings += [
            Finding(
                kind,
                "error",
                f"{mask.sum()} of {len(table)} values of {name!r} are {word}, first at row {table.number[mask][0]}",
                "drop the rows, or fill the values from their source",
                {"columns": [name], "count": int(mask.sum()), "rows": table.listed(mask)},
            )
            for name, mask in zip(table.names, wrong.T, strict=True)
            if mask.any()
        ]
    return findings + _split(table) + _labels(table)


def _split(table: Table) -> list[Finding]:
    found = set(table.split.tolist())
    if found == {"train", "test"}:
        return []
    message = f"the split must have 'train' and 'test' rows, it has {sorted(found)}"
    return [
        Finding("invalid_split", "error", message, "name the parts so, or split the rows", {"parts": sorted(found)})
    ]


def _labels(table: Table) -> list[Finding]:
    invalid = ~np.isin(table.label, (0, 1))
    if invalid.any():
        values = np.unique(table.label[invalid])[:LISTED].tolist()
        return [
            Finding(
                "invalid_labels",
                "error",
                f"{invalid.sum()} labels are neither 0 nor 1 but {values}, first at row {table.number[invalid][0]}; "
                "leakage and label alignment are not judged",
                "map the classes to 0 and 1, drop rows without a label",
                {"count": int(invalid.sum()), "values": values, "rows": table.listed(invalid)},
            )
        ]
    findings = []
    for part, chosen in (
        ("", np.full(len(table), True)),
        *((f" {p}", table.split == p) for p in np.unique(table.split)),
    ):
        if len(np.unique(table.label[chosen])) == 1:
            only = int(table.label[chosen][0])
            findings.append(
                Finding(
                    "one_class",
                    "error",
                    f"all {chosen.sum()}{part} labels are {only}",
                    "add rows of the other class, or split otherwise",
                    {"part": part.strip() or "all", "label": only},
                )
            )
            if not part:
                break
    return findings


def unusable_scales(table: Table) -> list[Finding]:
    """Columns whose values cannot be computed with: too large, too small, too close together, or of several scales.

    Returns
    -------
    list of Finding
        `unusable_scale` (error), one for each column, which the other checks then leave out.
    """
    findings = []
    for name, column in zip(table.names, table.features.T, strict=True):
        finite = np.isfinite(column)
        train = (table.split == TRAIN)[finite]
        if len(np.unique(column[finite][train])) < 2:
            continue  # which `constant_columns` tells
        try:
            check_scale(column[finite], train, table.number[finite], f"column {name!r}")
        except InputError as error:
            message, advice = str(error).rsplit("; ", 1)
            findings.append(Finding("unusable_scale", "error", message, advice, {"columns": [name]}))
    return findings


def constant_columns(table: Table) -> list[Finding]:
    """Columns that do not vary, or hardly.

    Returns
    -------
    list of Finding
        `constant_column` (warning; error over the training rows alone, where no model learns it),
        `near_constant_column` (warning: one value at 99 % of rows, or a spread below the precision of the numbers),
        `equal_columns` (warning).
    """
    findings = []
    train = table.split == "train"
    for index, name in enumerate(table.names):
        column = table.features[:, index]
        for where, chosen in (("", np.full(len(table), True)), (" over the training rows", train)):
            finding = _constancy(name, column[chosen & np.isfinite(column)], where)
            if finding:
                findings.append(finding)
                break
        for earlier in range(index):
            if len(table) > 1 and np.array_equal(column, table.features[:, earlier], equal_nan=True):
                findings.append(
                    Finding(
                        "equal_columns",
                        "warning",
                        f"columns {table.names[earlier]!r} and {name!r} are equal in all {len(table)} rows",
                        f"leave out {name!r}, or look up its values at their source",
                        {"columns": [table.names[earlier], name]},
                    )
                )
                break
    return findings


def _constancy(name: str, values: np.ndarray, where: str) -> Finding | None:
    if len(values) == 0:
        return None
    found, count = np.unique(values, return_counts=True)
    share = count.max() / len(values)
    if len(found) == 1:
        return Finding(
            "constant_column",
            "error" if where else "warning",
            f"column {name!r} is {found[0]:g} in all rows{where}",
            f"leave out {name!r}",
            {"columns": [name], "value": float(found[0])},
        )
    spread = float(np.ptp(values) / abs(values).max())
    if share < NEAR_CONSTANT and spread > 1e-9:
        return None
    return Finding(
        "near_constant_column",
        "warning",
        f"column {name!r} is {found[np.argmax(count)]:g} in {share:.1%} of rows{where}, "
        f"its relative range {spread:.2g}",
        f"check whether {name!r} was written with enough digits, or leave it out",
        {"columns": [name], "share": round(float(share), 5)},
    )


def far_out_values(table: Table) -> list[Finding]:
    """Values far from all others, such as -999 for missing or a slipped decimal point.

    A value counts where it lies beyond the central 90 % by more than 10 times their range, and either stands there more
    than once or is beyond by more than 3 times on a logarithmic scale (arcsinh of the value over the median size):
    long tails do neither.

    Returns
    -------
    list of Finding
        `out_of_range` (warning), one a column.
    """
    findings = []
    for index, name in enumerate(table.names):
        column = table.features[:, index]
        finite = np.isfinite(column)
        if not finite.any():
            continue
        size = np.median(abs(column[finite]))
        far = finite & _beyond(column, finite, 10)
        far &= _repeated(column) | _beyond(np.arcsinh(column / (size if size > 0 else 1.0)), finite, 3)
        if far.any():
            low, high = np.quantile(column[finite], (0.05, 0.95))
            findings.append(
                Finding(
                    "out_of_range",
                    "warning",
                    f"{far.sum()} values of {name!r} lie far from all others, {column[far][0]:g} at row "
                    f"{table.number[far][0]} for one: 90 % lie between {low:g} and {high:g}",
                    "check them against their source; a code for missing values must not reach a model",
                    {"columns": [name], "count": int(far.sum()), "rows": table.listed(far)},
                )
            )
    return findings


def _beyond(values: np.ndarray, finite: np.ndarray, times: float) -> np.ndarray:
    low, high = np.quantile(values[finite], (0.05, 0.95))
    with np.errstate(invalid="ignore"):
        beyond = np.maximum(low - values, values - high) > times * (high - low)
    return beyond & (high > low)


def _repeated(values: np.ndarray) -> np.ndarray:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return count[place] > 1


def leakage(table: Table) -> list[Finding]:
    """Columns that alone, or by the difference or sum of two, give the label.

    Either a code (at most CODES different values, each with its own label), or a threshold that separates the classes,
    with wrong rows up to LEAKED of the smaller class. A quantity known before the outcome may come close, but then
    values near the threshold are as dense as elsewhere; where there is a gap between the classes the column was made
    from the label. Of two columns only such a gap counts. A code, or a gap, with more wrong rows, up to NOISY, may be a
    leak with errors of its own.

    Returns
    -------
    list of Finding
        `leakage`: error for a code or a gap, warning for a threshold without a gap, or a code or a gap that is often
        wrong.
    """
    if not table.has_binary_labels or min(table.label.sum(), (1 - table.label).sum()) < FEWEST_A_CLASS:
        return []
    label = table.label.astype(np.int64)
    smaller = min(label.sum(), len(label) - label.sum())
    noisy = min(NOISY[0] * len(label), NOISY[1] * smaller)
    findings, innocent = [], []
    for index in np.flatnonzero(table.varying):
        values, count = _by_value(table.features[:, index], label)
        by_code = int(count.min(axis=1).sum()) if len(values) <= CODES else len(label)
        wrong, gap = _best_threshold(values, count)
        made_of_label = by_code <= wrong or gap > GAP
        fewest = min(by_code, wrong)
        if fewest <= LEAKED * smaller or (made_of_label and fewest <= noisy):
            sure = made_of_label and fewest <= LEAKED * smaller
            findings.append(_leak([table.names[index]], "", fewest, len(table), gap, sure, by_code <= wrong))
        else:
            innocent.append(index)
    return findings + (_pair_leaks(table, innocent, label, LEAKED * smaller) if len(innocent) <= MOST_PAIRED else [])


def _pair_leaks(table: Table, columns: list[int], label: np.ndarray, most_wrong: float) -> list[Finding]:
    """Pairs of columns whose difference or sum has a gap between the classes, far wider than any other in it."""
    findings = []
    for i, j in combinations(columns, 2):
        for word, sign in (("difference", -1.0), ("sum", 1.0)):
            combined = table.features[:, i] + sign * table.features[:, j]
            if not np.isfinite(combined).all() or np.ptp(combined) == 0:
                continue
            values, count = _by_value(combined, label)
            wrong, gap = _best_threshold(values, count)
            if wrong > most_wrong or gap <= GAP:
                continue
            others = np.sort(np.diff(values))[-2:-1] / np.ptp(values)
            if not (others > gap / 3).any():
                names = [table.names[i], table.names[j]]
                findings.append(_leak(names, word, wrong, len(table), gap, True, False))
    return findings


def _by_value(column: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different values of a column, and the number of rows of each with either label, `(value, label)`."""
    values, code = np.unique(column, return_inverse=True)
    count = np.zeros((len(values), 2), dtype=np.int64)
    np.add.at(count, (code, label), 1)
    return values, count


def _best_threshold(values: np.ndarray, count: np.ndarray) -> tuple[int, float]:
    """Fewest wrong rows of one threshold, and the gap there as a share of the range of the values."""
    finite = np.isfinite(values)
    values, count = values[finite], count[finite]
    if len(values) < 2:
        return int(count.sum()), 0.0
    below = np.cumsum(count, axis=0)[:-1]  # (threshold, label)
    above = count.sum(axis=0) - below
    wrong = np.minimum(below[:, 0] + above[:, 1], below[:, 1] + above[:, 0])
    best = int(np.argmin(wrong))
    return int(wrong[best]), float((values[best + 1] - values[best]) / (values[-1] - values[0]))


def _leak(names: list[str], word: str, wrong: int, rows: int, gap: float, sure: bool, is_code: bool) -> Finding:
    how = "each of its values goes with one label" if is_code else f"one threshold, in a gap of {gap:.1%} of its range"
    what = f"the {word} of columns {names[0]!r} and {names[1]!r}" if word else f"column {names[0]!r}"
    return Finding(
        "leakage",
        "error" if sure else "warning",
        f"{what} alone gives the label of {rows - wrong} of {rows} rows: {how}",
        f"leave out {' or '.join(map(repr, names))} unless it is known before the outcome",
        {"columns": names, "wrong_rows": wrong, "gap": round(gap, 4)},
    )
