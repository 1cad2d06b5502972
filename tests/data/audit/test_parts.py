"""Rows and split: planted copies, overlap, imbalance and drift are found, coincidences are not."""

import numpy as np
import pytest

from data.audit import read_table
from data.audit.parts import balance, drift, duplicates


def by_kind(findings):
    return {finding.kind: finding for finding in findings}


def test_copies_within_a_part(plain, build):
    features, label = plain()
    features[10], label[10] = features[0], label[0]
    (finding,) = duplicates(read_table(build(features, label)))
    assert (finding.kind, finding.severity) == ("duplicate_rows", "warning")
    assert finding.details["rows"] == [0, 10]
    assert finding.details["count"] == 1


def test_test_rows_that_were_trained_on(plain, build):
    features, label = plain()
    features[4], label[4] = features[0], 1 - label[0]
    found = by_kind(duplicates(read_table(build(features, label))))
    assert set(found) == {"split_overlap", "contradictory_labels"}
    assert found["split_overlap"].severity == "error"
    assert found["split_overlap"].details["rows"] == [0, 4]
    assert (found["split_overlap"].details["train_rows"], found["split_overlap"].details["test_rows"]) == (1, 1)


def test_coincidences_of_coarse_columns_are_information_only(build):
    random = np.random.default_rng(0)
    findings = duplicates(read_table(build(random.integers(0, 3, (300, 3)), random.integers(0, 2, 300))))
    assert {finding.severity for finding in findings} == {"info"}


def test_imbalance(plain, build):
    features, _ = plain()
    (finding,) = balance(read_table(build(features, np.arange(600) % 20 == 0)))
    assert (finding.details["label"], finding.details["share"]) == (1, 0.05)
    assert balance(read_table(build(features, np.arange(600) % 3 == 0))) == []


def test_drift_of_features_and_labels(plain, build):
    features, label = plain()
    test = np.arange(600) % 5 == 4
    features[test, 2] += 1.0
    (finding,) = drift(read_table(build(features, label)))
    assert (finding.severity, finding.details["columns"]) == ("warning", ["x2"])
    label = np.where(test, 1, np.arange(600) % 2)
    assert "label" in [
        name for finding in drift(read_table(build(features, label))) for name in finding.details["columns"]
    ]


@pytest.mark.heavy
def test_drift_keeps_its_false_alarm_rate_over_many_columns(build):
    random = np.random.default_rng(0)
    alarms = sum(
        bool(drift(read_table(build(random.normal(size=(200, 20)), random.integers(0, 2, 200))), alpha=0.05))
        for _ in range(60)
    )
    assert alarms <= 9  # the 99.8 % quantile of Binomial(60, 0.05)
