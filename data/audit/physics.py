"""Physics that any rupture catalogue must obey; it finds exchanged columns and wrong units.

The fault is compressed (normal stresses are negative), friction falls from mu_s = mu_d + friction_drop to mu_d, and the
initial shear stress lies between dynamic and static strength, or no rupture could start and stop:

    0 < r < 1,    r = (|sxy| / |syy| - mu_d) / friction_drop

(linear slip weakening: Ida 1972; Andrews 1976; r is 1 / (1 + S) of the strength excess S of Das & Aki 1977).
"""

from itertools import combinations

import numpy as np

from data.audit.finding import Finding
from data.audit.table import Table

NEEDED = ("syy", "sxy", "mu_d", "friction_drop")
# Columns with the unit they are read in, the sizes that their medians can have in it, and the factors by which a
# writer's other unit can be off.
EXPECTED = (
    (("sxx", "syy", "sxy"), "MPa", (0.5, 2000.0), (1e-3, 1e-6, 1e3, 1e6)),
    (("width",), "km", (1e-3, 50.0), (1e-3, 1e-5, 1e3)),
    (("height",), "km", (0.0, np.inf), (1e-3, 1e-5)),  # at most TALLEST times the width
    (("dc",), "m", (1e-7, 20.0), (1e-3, 1e-6, 1e3)),
    (("mu_d", "friction_drop"), "1", (1e-3, 2.0), (1e-2,)),
)
DECLARED = {  # factors from a declared unit to the one expected
    ("Pa", "MPa"): 1e-6,
    ("kPa", "MPa"): 1e-3,
    ("GPa", "MPa"): 1e3,
    ("m", "km"): 1e-3,
    ("mm", "m"): 1e-3,
    ("cm", "m"): 1e-2,
    ("%", "1"): 1e-2,
}
TALLEST = 10.0  # height over width of a barrier, beyond which one of them has another unit
FEWEST = 10  # inadmissible rows below which nothing is said about exchanged columns
MENDED = 0.99  # share of rows that a mend must make admissible


def is_rupture(table: Table) -> bool:
    """Whether the catalogue has the columns that the physics needs."""
    return set(NEEDED) <= set(table.names) and len(set(table.names)) == len(table.names)


def audit_physics(table: Table) -> tuple[list[Finding], Table]:
    """What contradicts the physics, and the table after the mends that it proposes.

    Returns
    -------
    list of Finding
        `units`, `exchanged_columns`, `sign_convention` (errors), `out_of_range` and `stress_outside_strength` (warning,
        error above 5 % of rows). Empty for a catalogue of something else.
    Table
        Units scaled and columns exchanged as suggested, so that the rest of the audit can use them.
    """
    if not is_rupture(table):
        return [], table
    table = _in_expected_units(table)
    findings = []
    # Columns first, since a stress in the column of a friction has the wrong size for it; again last, since columns
    # can be recognised only when stresses have the same unit.
    for mend in (_exchanged, _units, _sign_convention, _exchanged):
        found, table = mend(table)
        findings += found
    return findings + _inadmissible(table), table


def log_stress_drop(table: Table) -> np.ndarray | None:
    """log(|sxy| - mu_d |syy|) of each row, which decides a rupture more than any other quantity.

    Returns
    -------
    ndarray of shape (n_rows,) or None
        None where a stress drop is not positive in more than 1 % of rows; NaN in the others of them.
    """
    if not is_rupture(table):
        return None
    drop = abs(table.column("sxy")) - table.column("mu_d") * abs(table.column("syy"))
    positive = drop > 0
    if positive.mean() < MENDED:
        return None
    return np.where(positive, np.log(np.where(positive, drop, 1.0)), np.nan)


def rules(table: Table) -> dict[str, np.ndarray]:
    """Masks of shape (n_rows,): the rows that break each physical rule, missing values excepted."""
    holds = {
        "sxx": ("normal stress sxx must be compressive (negative)", lambda v: v < 0),
        "syy": ("normal stress syy must be compressive (negative)", lambda v: v < 0),
        "mu_d": ("dynamic friction mu_d must lie between 0 and 2", lambda v: (v >= 0) & (v < 2)),
        "friction_drop": ("friction_drop must lie between 0 and 2", lambda v: (v > 0) & (v < 2)),
        "dc": ("critical slip distance dc must be positive", lambda v: v > 0),
        "width": ("barrier width must be positive", lambda v: v > 0),
        "height": ("barrier height must not be negative", lambda v: v >= 0),
    }
    broken = {}
    for name, (rule, holds_for) in holds.items():
        if name in table.names:
            values = table.column(name)
            broken[rule] = np.isfinite(values) & ~holds_for(values)
    return broken


def relative_stress(table: Table) -> np.ndarray:
    """r = (|sxy| / |syy| - mu_d) / friction_drop of shape (n_rows,); NaN or infinite where it is not defined."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = abs(table.column("sxy")) / abs(table.column("syy"))
        return (ratio - table.column("mu_d")) / table.column("friction_drop")


def _admissible(table: Table) -> np.ndarray:
    """Rows that obey every rule, of shape (n_rows,)."""
    r = relative_stress(table)
    return ~np.any(list(rules(table).values()), axis=0) & ~((r <= 0) | (r >= 1))


def _in_expected_units(table: Table) -> Table:
    """Values in the expected units where the catalogue declares others."""
    features = table.features.copy()
    for names, unit, _, _ in EXPECTED:
        for name in set(names) & set(table.names):
            index = table.names.index(name)
            features[:, index] *= DECLARED.get((table.units[index], unit), 1.0)
    return table.with_features(features)


def _units(table: Table) -> tuple[list[Finding], Table]:
    """Columns whose sizes belong to another unit, and the table in the expected one."""
    findings = []
    for names, unit, (low, high), factors in EXPECTED:
        if names == ("height",) and "width" in table.names:
            high = TALLEST * _size(table, "width")
        wrong: dict[float, list[str]] = {}  # columns by the factor that mends them
        for name in [name for name in names if name in table.names]:
            size = _size(table, name)
            fitting = [factor for factor in factors if low <= size * factor <= high]
            if not low <= size <= high and fitting:
                wrong.setdefault(fitting[0], []).append(name)
        for factor, columns in wrong.items():
            findings.append(_unit_finding(table, columns, unit, factor, low, high))
            scale = np.where(np.isin(table.names, columns), factor, 1.0)
            table = table.with_features(table.features * scale)
    return findings, table


def _size(table: Table, name: str) -> float:
    """Median size of the finite values of a column."""
    values = abs(table.column(name))
    return float(np.median(values[np.isfinite(values)])) if np.isfinite(values).any() else float("nan")


def _unit_finding(table: Table, columns: list[str], unit: str, factor: float, low: float, high: float) -> Finding:
    sizes = ", ".join(f"{_size(table, name):.3g} for {name!r}" for name in columns)
    return Finding(
        "units",
        "error",
        f"median sizes in {unit} are {sizes}, outside {low:g} to {high:g}; times {factor:g} they are within",
        f"multiply by {factor:g}, or declare the unit that the values have",
        {"columns": columns, "unit": unit, "factor": factor},
    )


def _sign_convention(table: Table) -> tuple[list[Finding], Table]:
    """Normal stresses that are positive throughout: compression was counted positive."""
    normal = [name for name in ("sxx", "syy") if name in table.names]
    positive = all((table.column(name) > 0).mean() >= MENDED for name in normal)
    if not positive or (table.column("sxy") < 0).mean() >= MENDED:  # else shear and normal stress may be exchanged
        return [], table
    finding = Finding(
        "sign_convention",
        "error",
        f"normal stresses {normal} are positive in at least {MENDED:.0%} of rows, as if compression were positive",
        f"change the sign of {normal}",
        {"columns": normal},
    )
    return [finding], table.with_features(table.features * np.where(np.isin(table.names, normal), -1.0, 1.0))


def _exchanged(table: Table) -> tuple[list[Finding], Table]:
    """A pair of columns whose exchange makes rows admissible, all rows or one stretch of them."""
    admissible = _admissible(table)
    wrong = np.flatnonzero(~admissible)
    if len(wrong) < FEWEST:
        return [], table
    known = [index for index, name in enumerate(table.names) if name in {n for names, *_ in EXPECTED for n in names}]
    stretches = [slice(0, len(table)), slice(int(wrong[0]), int(wrong[-1]) + 1)]
    best = (0.0, slice(0), (0, 0), table)
    for stretch in stretches:
        for pair in combinations(known, 2):
            features = table.features.copy()
            features[stretch, pair] = features[stretch, pair[::-1]]
            candidate = table.with_features(features)
            share = float(_admissible(candidate)[stretch].mean())
            if share > best[0]:
                best = (share, stretch, pair, candidate)
    share, stretch, pair, candidate = best
    if share < MENDED:
        return [], table
    columns = [table.names[index] for index in pair]
    first, last = int(table.number[stretch.start]), int(table.number[stretch.stop - 1])
    before = float(admissible[stretch].mean())
    finding = Finding(
        "exchanged_columns",
        "error",
        f"columns {columns[0]!r} and {columns[1]!r} carry each other's values in rows {first}-{last}: as named, "
        f"{before:.1%} of them obey the physics (compressive normal stress, shear stress between dynamic and static "
        f"strength), exchanged {share:.1%}",
        f"exchange {columns[0]!r} and {columns[1]!r} in rows {first}-{last}",
        {"columns": columns, "first_row": first, "last_row": last, "admissible": before, "admissible_mended": share},
    )
    return [finding], candidate


def _inadmissible(table: Table) -> list[Finding]:
    """Rows that still break a rule."""
    findings = [
        Finding(
            "out_of_range",
            "error",
            f"{rule}: {broken.sum()} of {len(table)} rows break this, first row {table.number[broken][0]}",
            "correct the rows, or drop them: no rupture simulation can have run with them",
            {"rule": rule, "count": int(broken.sum()), "rows": table.listed(broken)},
        )
        for rule, broken in rules(table).items()
        if broken.any()
    ]
    r = relative_stress(table)
    outside = (r <= 0) | (r >= 1)
    if outside.any():
        findings.append(
            Finding(
                "stress_outside_strength",
                "error" if outside.mean() > 0.05 else "warning",
                f"in {outside.sum()} of {len(table)} rows the initial shear stress does not lie between dynamic "
                f"and static strength, r = (|sxy|/|syy| - mu_d)/friction_drop reaches from "
                f"{np.nanmin(r):.3g} to {np.nanmax(r):.3g}",
                "check units and meaning of sxy, syy, mu_d and friction_drop",
                {"count": int(outside.sum()), "rows": table.listed(outside)},
            )
        )
    return findings
