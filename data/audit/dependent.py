"""Clean tables whose rows depend on each other, and what the audit says of them: its alarms there are false."""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit

from data.audit import audit
from data.audit.power import MEASURED, trial
from data.catalogue import make_catalogue

ROWS = 500
GROUP = 5  # near-copies in a group
JITTER = 1e-3  # sds by which near-copies differ
MEMORY = 0.95  # autocorrelation of neighbouring rows
STICKY = 0.9  # chance that a label is that of the row before
PERIODS = (10, 50)  # rows after which the inputs of a cyclic design come again
TEST = 0.2  # share of rows

Rows = tuple[np.ndarray, np.ndarray]  # features (row, feature), label (row,)


def independent(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """Four normal inputs of which two tell the label."""
    features = random.normal(size=(rows, 4))
    return features, random.random(rows) < expit(3 * (features[:, 0] + features[:, 1] - 0.5))


def groups(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """Each row five times in a row, nearly equal, with one label."""
    return _copied(random, *independent(random, rows // GROUP))


def groups_without_signal(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """As `groups`, with labels that have nothing to do with the inputs."""
    features, label = independent(random, rows // GROUP)
    return _copied(random, features, random.permutation(label))


def scattered_groups(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """As `groups`, in random order."""
    features, label = groups(random, rows)
    order = random.permutation(len(label))
    return features[order], label[order]


def _copied(random: np.random.Generator, features: np.ndarray, label: np.ndarray) -> Rows:
    copies = np.repeat(features, GROUP, axis=0)
    return copies + JITTER * random.normal(size=copies.shape), np.repeat(label, GROUP)


def autocorrelated(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """Inputs that drift from row to row, and a label that mostly stays what it was."""
    features = np.empty((rows, 4))
    label = np.empty(rows, dtype=bool)
    noise = random.normal(size=(rows, 4))
    features[0] = noise[0]
    for row in range(rows):
        if row:
            features[row] = MEMORY * features[row - 1] + np.sqrt(1 - MEMORY**2) * noise[row]
        stays = row and random.random() < STICKY
        label[row] = label[row - 1] if stays else random.random() < expit(2 * features[row, :2].sum())
    return features, label


def cyclic(random: np.random.Generator, rows: int = ROWS) -> Rows:
    """A design that runs through the same inputs again and again, with noise."""
    place = np.arange(rows)[:, None] / PERIODS[0]
    slow = np.sin(2 * np.pi * np.arange(rows) / PERIODS[1])[:, None]
    features = np.hstack([place % 1, place // 1 % PERIODS[0] / PERIODS[0], slow])
    features = features + 0.01 * random.normal(size=features.shape)
    return features, random.random(rows) < expit(10 * (features[:, 0] + features[:, 1] - 0.9))


TABLES: dict[str, Callable[[np.random.Generator, int], Rows]] = {
    "independent rows": independent,
    "groups of five near-copies": groups,
    "such groups, labels at random": groups_without_signal,
    "such groups, scattered": scattered_groups,
    "autocorrelated inputs, sticky label": autocorrelated,
    "cyclic design": cyclic,
}


def read_alarms() -> pd.DataFrame:
    """What `alarms` gave when it was last measured; its settings stand in the file beside the power of the audit."""
    stored = json.loads(MEASURED.with_suffix(".json").read_text(encoding="utf-8"))["dependent"]["tables"]
    return pd.DataFrame.from_dict(stored, orient="index").rename_axis("table")


def clean_table(name: str, repeat: int, rows: int = ROWS) -> xr.Dataset:
    """A catalogue of one of TABLES, split at random; the same for the same `repeat`."""
    random = np.random.default_rng([repeat, len(name)])
    features, label = TABLES[name](random, rows)
    return make_catalogue(
        name=name,
        features=features,
        label=label,
        split=np.where(random.permutation(len(label)) < TEST * len(label), "test", "train"),
        feature_names=[f"x{column}" for column in range(features.shape[1])],
        units=["1"] * features.shape[1],
        source="data.audit.dependent",
    )


def alarms(
    *, repeats: int = 30, power_repeats: int = 10, rows: int = ROWS, length: int = 160, shift: int = 25
) -> pd.DataFrame:
    """False alarms in clean tables of every kind, and which planted blocks are found in them.

    Parameters
    ----------
    repeats, power_repeats : int
        Clean tables of each kind, and tables in which a block is planted.
    rows : int
        Of each table.
    length, shift : int
        Rows of that block, and by how many rows its labels stand too low: see `data.audit.power.audit_power`.

    Returns
    -------
    pandas.DataFrame
        One row for each of TABLES: `clean`, the tables audited, `errors`, those with any finding of severity error,
        and `found`, the share of planted blocks that are found.
    """
    found = []
    for name in TABLES:
        errors = sum(
            any(finding.severity == "error" for finding in audit(clean_table(name, repeat, rows)))
            for repeat in range(repeats)
        )
        random = np.random.default_rng(0)
        tables = (clean_table(name, repeat, rows) for repeat in range(power_repeats))
        hits = [trial(table, length, shift, random, alpha=0.01, seed=0)["found"] for table in tables]
        found.append({"table": name, "clean": repeats, "errors": errors, "found": float(np.mean(hits))})
    return pd.DataFrame(found).set_index("table")
