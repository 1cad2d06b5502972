"""How often the audit cries wolf, and which misaligned blocks it finds, measured on a catalogue known to be clean."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from data.audit import audit
from data.audit.finding import Finding

LENGTHS = (10, 20, 40, 80, 160, 320)
SHIFTS = (1, 5, 25, 75, 150)
KINDS = ("misaligned_labels", "lost_labels")
MEASURED = Path(__file__).parents[1] / "audit_power.csv"  # with its settings and the false alarms in the json beside it


def read_power() -> xr.Dataset:
    """What was measured on the repaired published catalogue.

    Returns
    -------
    xarray.Dataset
        Over `physics` ("with" or "without" columns named as those of a rupture), `length` and `shift` (rows): `found`,
        `shift_found`, `first_error`, `last_error`, `outside` and `repeats`, see `audit_power`; and over `physics`
        `false_alarms`, the clean catalogues with any finding. Attributes: `rows` of a catalogue, `alpha`, and
        `clean`, the clean catalogues that were audited.
    """
    settings = json.loads(MEASURED.with_suffix(".json").read_text(encoding="utf-8"))
    alarms = settings["false_alarms"]
    counts = alarms["catalogues_with_any_finding"]
    power = pd.read_csv(MEASURED).set_index(["physics", "length", "shift"]).to_xarray()
    power.coords["physics"] = power["physics"].values.astype(str)
    power["false_alarms"] = "physics", [counts[physics] for physics in power["physics"].values.tolist()]
    return power.assign_attrs(rows=alarms["rows"], alpha=alarms["alpha"], clean=alarms["repeats"])


def false_alarms(
    catalogue: xr.Dataset, *, repeats: int = 200, rows: int | None = None, alpha: float = 0.01, seed: int = 0
) -> pd.DataFrame:
    """What the audit finds in resampled clean catalogues.

    Parameters
    ----------
    catalogue : xarray.Dataset
        Known to be clean.
    repeats : int
        Catalogues drawn.
    rows : int, optional
        Rows of each, drawn without replacement and in random order; by default 80 % of those there are.
    alpha, seed
        As for `data.audit.audit`, the seed also for the draws.

    Returns
    -------
    pandas.DataFrame
        One row a catalogue: number of `error`, `warning` and `info` findings, and the `kinds` found (joined by spaces).
    """
    draws = resampled(catalogue, repeats=repeats, rows=rows, seed=seed)
    found = [audit(draw, alpha=alpha, seed=seed) for draw in draws]
    return pd.DataFrame(
        {
            **{
                severity: [sum(finding.severity == severity for finding in findings) for findings in found]
                for severity in ("error", "warning", "info")
            },
            "kinds": [" ".join(finding.kind for finding in findings) for findings in found],
        },
        index=pd.RangeIndex(repeats, name="repeat"),
    )


def audit_power(
    catalogue: xr.Dataset,
    *,
    lengths: Sequence[int] = LENGTHS,
    shifts: Sequence[int] = SHIFTS,
    repeats: int = 20,
    rows: int | None = None,
    alpha: float = 0.01,
    seed: int = 0,
) -> pd.DataFrame:
    """Which planted blocks of displaced labels the audit finds.

    Each repeat draws a clean catalogue and prints, in a block at a random place, the labels of the rows `shift` further
    up. Of the rows in the block the last `shift` have then lost their labels.

    Parameters
    ----------
    catalogue : xarray.Dataset
        Known to be clean.
    lengths, shifts : sequence of int
        Rows of the block, and by how many rows its labels stand too low.
    repeats : int
        Catalogues for each length and shift.
    rows, alpha, seed
        As for `false_alarms`.

    Returns
    -------
    pandas.DataFrame
        One row for each length and shift (index): `repeats`; `found`, the share of catalogues in which findings cover
        the planted rows with a Jaccard index of at least one half; `shift_found`, the share in which the shift is right
        as well (NaN where shift >= length, since then no label of the block can be moved back); `first_error` and
        `last_error`, the median distance of the ends in rows where found; `outside`, the mean number of rows reported
        more than `shift` rows from the block.
    """
    table = []
    for length in lengths:
        for shift in shifts:
            draws = resampled(catalogue, repeats=repeats, rows=rows, seed=seed)
            random = np.random.default_rng([seed, length, shift])
            outcomes = [trial(draw, length, shift, random, alpha=alpha, seed=seed) for draw in draws]
            table.append({"length": length, "shift": shift, "repeats": repeats, **_summary(outcomes, length > shift)})
    return pd.DataFrame(table).set_index(["length", "shift"])


def resampled(catalogue: xr.Dataset, *, repeats: int, rows: int | None, seed: int) -> Iterator[xr.Dataset]:
    """Catalogues of rows drawn without replacement, in random order, numbered anew; the split goes with the rows."""
    size = catalogue.sizes["simulation"]
    rows = int(0.8 * size) if rows is None else rows
    for child in np.random.SeedSequence(seed).spawn(repeats):
        chosen = np.random.default_rng(child).permutation(size)[:rows]
        yield catalogue.isel(simulation=chosen).assign_coords(simulation=np.arange(rows))


def displaced(catalogue: xr.Dataset, *, first: int, length: int, shift: int) -> xr.Dataset:
    """The catalogue with the labels of rows `first - shift`, ... printed at the `length` rows from `first` on."""
    planted = catalogue.copy(deep=True)
    block = np.arange(first, first + length)
    planted["label"].values[block] = catalogue["label"].values[block - shift]
    return planted


def trial(
    catalogue: xr.Dataset, length: int, shift: int, random: np.random.Generator, *, alpha: float, seed: int
) -> dict[str, float]:
    """What the audit finds of one block planted at a random place: see `audit_power`."""
    first = int(random.integers(shift, catalogue.sizes["simulation"] - length + 1))
    planted = displaced(catalogue, first=first, length=length, shift=shift)
    findings = [finding for finding in audit(planted, alpha=alpha, seed=seed) if finding.kind in KINDS]
    reported = _reported(findings)
    truth = set(range(first, first + length))
    hit = bool(reported) and len(reported & truth) / len(reported | truth) >= 0.5
    return {
        "found": hit,
        "shift_found": hit and any(finding.details.get("shift") == shift for finding in findings),
        "first_error": abs(min(reported) - first) if hit else np.nan,
        "last_error": abs(max(reported) - first - length + 1) if hit else np.nan,
        "outside": sum(row < first - shift or row >= first + length + shift for row in reported),
    }


def _reported(findings: list[Finding]) -> set[int]:
    ranges = [range(finding.details["first_row"], finding.details["last_row"] + 1) for finding in findings]
    return {row for rows in ranges for row in rows}


def _summary(outcomes: list[dict[str, float]], shift_can_be_found: bool) -> dict[str, float]:
    table = pd.DataFrame(outcomes).astype(float)
    return {
        "found": table["found"].mean(),
        "shift_found": table["shift_found"].mean() if shift_can_be_found else np.nan,
        "first_error": table["first_error"].median(),
        "last_error": table["last_error"].median(),
        "outside": table["outside"].mean(),
    }
