"""The published rupture catalogue: both known defects are found, the repaired one is clean."""

import os
from pathlib import Path

import numpy as np
import pytest

from data import make_catalogue
from data.audit import audit

FOLDER = os.environ.get("BAYESNET_DATA_DIR")
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="BAYESNET_DATA_DIR does not name the folder of the published files"
)
AS_RELEASED = ["height", "width", "sxx", "sxy", "syy", "friction_drop", "mu_d", "dc"]
BY_PHYSICS = ["height", "width", "sxx", "sxy", "syy", "mu_d", "friction_drop", "dc"]
UNITS = ["km", "km", "MPa", "MPa", "MPa", "1", "1", "m"]


@pytest.fixture(scope="module")
def values():
    return np.vstack([np.loadtxt(Path(FOLDER) / f"rupturemodel_{part}.txt") for part in ("train", "validate", "test")])


def catalogue(values, names, label, keep):
    split = np.where(np.arange(2000) < 1600, "train", "test")
    return make_catalogue(
        name="ahamed2019",
        features=values[keep, :8],
        label=label[keep],
        split=split[keep],
        feature_names=names,
        units=UNITS,
        simulation=keep,
    )


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(AS_RELEASED, id="as released"),
        pytest.param(list("abcdefgh"), id="without the physics", marks=pytest.mark.heavy),
    ],
)
def test_the_defects_are_found_exactly(values, names):
    findings = {
        finding.kind: finding.to_dict() for finding in audit(catalogue(values, names, values[:, 8], np.arange(2000)))
    }
    moved, lost = findings["misaligned_labels"], findings["lost_labels"]
    assert (moved["first_row"], moved["last_row"], moved["shift"], moved["labels_changed"]) == (100, 424, 75, 160)
    assert (lost["first_row"], lost["last_row"]) == (425, 499)
    repeated = findings["repeated_labels"]
    assert (repeated["original_first_row"], repeated["first_row"], repeated["distance"]) == (25, 100, 75)
    exchanged = {"exchanged_columns"} if names is AS_RELEASED else set()
    assert set(findings) == {"misaligned_labels", "lost_labels", "repeated_labels"} | exchanged
    if exchanged:
        assert findings["exchanged_columns"]["columns"] == ["friction_drop", "mu_d"]


@pytest.mark.heavy
def test_the_repaired_catalogue_is_clean(values):
    label = values[:, 8].copy()
    label[100:425] = values[175:500, 8]
    keep = np.concatenate([np.arange(425), np.arange(500, 2000)])
    assert audit(catalogue(values, BY_PHYSICS, label, keep)) == []
