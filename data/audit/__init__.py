"""The audit of any tabular catalogue: what may be wrong with its columns, rows, split, labels and physics.

>>> from data.audit import audit
>>> for finding in audit(catalogue):  # doctest: +SKIP
...     print(finding.severity, finding.kind, finding.message)
"""

import xarray as xr

from data.audit.alignment import Alignment, align
from data.audit.columns import audit_schema, constant_columns, far_out_values, leakage, unusable_scales
from data.audit.dependence import dependence
from data.audit.exchange import exchanged_stretches
from data.audit.finding import Finding, by_severity
from data.audit.misalignment import audit_alignment
from data.audit.parts import balance, drift, duplicates
from data.audit.physics import audit_physics, log_stress_drop
from data.audit.repeats import repeated_labels
from data.audit.table import Table, read_table

__all__ = ["Alignment", "Finding", "Table", "align", "audit", "log_stress_drop", "read_table"]

MOST_ROWS, MOST_COLUMNS = 10_000, 64  # that models are fitted to and neighbours looked for in: a minute or two


def audit(catalogue: xr.Dataset, *, alpha: float = 0.01, seed: int = 0) -> list[Finding]:
    """Everything that looks wrong in a catalogue, with evidence and a suggested mend.

    Written for any table with labels 0 and 1; where columns are named as those of a rupture the physics is used too,
    for findings of its own and as an input of the model that judges the labels.

    Parameters
    ----------
    catalogue : xarray.Dataset
        As made by `data.make_catalogue`; it need not pass `data.check_catalogue`.
    alpha : float
        Chance of a finding in a clean catalogue of independent rows, for each of six tests: drift, label alignment,
        repeated labels, exchanged columns, near-copies and order. Of rows that depend on each other the first three
        count for fewer: see `data.audit.dependence`, and `data.audit.power` for what was measured.
    seed : int
        Seed of the folds; the same seed gives the same findings.

    Returns
    -------
    list of Finding
        Errors first, then warnings, then information; empty where nothing was found.
    """
    table = read_table(catalogue)
    if len(table) == 0 or not table.names:
        message = f"the catalogue has {len(table)} rows and {len(table.names)} features"
        return [Finding("empty", "error", message, "check the file that it was read from")]
    told = [*_bounded(table), *audit_schema(table), *unusable_scales(table)]
    unusable = [finding for finding in told if finding.kind == "unusable_scale"]
    whole, table = table, table.without({name for finding in unusable for name in finding.details["columns"]})
    if not table.names:
        return by_severity(told)
    physics, mended = audit_physics(table)
    some = slice(MOST_ROWS)  # consecutive ones, since order matters to several of these checks
    few, few_mended = (one.rows(some).without(set(one.names[MOST_COLUMNS:])) for one in (table, mended))
    findings = [
        *told,
        *physics,
        *audit_alignment(few_mended, physical=log_stress_drop(few_mended), alpha=alpha, seed=seed),
        *leakage(table),
        *exchanged_stretches(few, alpha=alpha),
        *duplicates(table),
        *dependence(few, alpha=alpha),
        *constant_columns(whole),
        *repeated_labels(few, alpha=alpha / 10),  # its chain of labels is an approximation
        *far_out_values(whole),
        *balance(table),
        *drift(few, alpha=alpha),
    ]
    return by_severity(findings)


def _bounded(table: Table) -> list[Finding]:
    """Says where only some of the rows or columns were looked at."""
    rows, columns = len(table), len(table.names)
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS:
        return []
    used = f"the first {min(rows, MOST_ROWS)} of {rows} rows and {min(columns, MOST_COLUMNS)} of {columns} columns"
    return [
        Finding(
            "sampled",
            "info",
            f"labels, order, near-copies, exchanged columns and drift are judged on {used}, all else on everything",
            "audit later rows, or other columns, as files of their own",
            {"rows_used": min(rows, MOST_ROWS), "columns_used": min(columns, MOST_COLUMNS)},
        )
    ]
