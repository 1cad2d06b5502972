"""Columns: planted defects are named, clean columns are not."""

import json

import numpy as np
import pytest

from data.audit import Finding, audit, read_table
from data.audit.columns import audit_schema, constant_columns, far_out_values, leakage


def kinds(findings):
    return [finding.kind for finding in findings]


@pytest.mark.parametrize(("value", "kind"), [(np.nan, "missing_values"), (np.inf, "infinite_values")])
def test_missing_and_infinite_values_are_findings(plain, build, value, kind):
    features, label = plain()
    features[[7, 9], 2] = value
    (finding,) = audit_schema(read_table(build(features, label)))
    assert (finding.kind, finding.severity) == (kind, "error")
    assert finding.details["rows"] == [7, 9]
    assert finding.details["columns"] == ["x2"]


def test_audit_copes_with_everything_at_once(plain, build):
    features, label = plain()
    features[3, 0], features[5, 1], features[:, 2] = np.nan, -np.inf, 1.0
    features[8, 3] = 1e30
    findings = audit(build(features, label, names=["a", "b", "c", "d"]))
    assert {"missing_values", "infinite_values", "constant_column", "out_of_range", "unusable_scale"} <= set(
        kinds(findings)
    )
    assert "misaligned_labels" not in kinds(findings)
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    json.dumps([finding.to_dict() for finding in findings], allow_nan=False)


@pytest.mark.parametrize("factor", [1e-300, 1e-70, 1e70, 1e160, 1e300])
def test_a_column_that_cannot_be_computed_with_is_a_finding_and_the_others_are_audited(plain, build, factor):
    features, label = plain()
    features[:, 0] *= factor
    features[7, 2] = np.nan
    found = audit(build(features, label))
    (finding,) = (finding for finding in found if finding.kind == "unusable_scale")
    assert finding.severity == "error"
    assert finding.details["columns"] == ["x0"]
    assert "missing_values" in kinds(found)


def test_of_many_rows_some_checks_see_the_first_alone(plain, build, monkeypatch):
    monkeypatch.setattr("data.audit.MOST_ROWS", 100)
    features, label = plain()
    features[150, 1] = np.nan
    found = {finding.kind: finding for finding in audit(build(features, label))}
    assert found["sampled"].details == {"rows_used": 100, "columns_used": features.shape[1]}
    assert found["missing_values"].details["rows"] == [150]


def test_one_class_and_invalid_labels(plain, build):
    features, label = plain(rows=100)
    assert kinds(audit(build(features, np.ones_like(label)))) == ["one_class"]
    findings = audit(build(features, np.where(label == 1, 2, 0)))
    assert kinds(findings) == ["invalid_labels"]
    assert findings[0].details["values"] == [2.0]
    one_part = np.where(label == 1, "train", "test")
    assert kinds(audit_schema(read_table(build(features, label, split=one_part)))) == ["one_class", "one_class"]


def test_labels_that_are_no_numbers(plain, build):
    features, label = plain(rows=100)
    findings = audit(build(features, np.where(label == 1, "yes", "0")))
    assert kinds(findings) == ["invalid_labels"]
    assert findings[0].details["count"] == label.sum()


def test_split_without_test_rows(plain, build):
    features, label = plain(rows=100)
    assert kinds(audit(build(features, label, split=np.full(100, "train")))) == ["invalid_split"]


def test_an_empty_catalogue_is_a_finding(build):
    assert kinds(audit(build(np.empty((0, 2)), np.empty(0)))) == ["empty"]


def test_repeated_names(plain, build):
    assert kinds(audit_schema(read_table(build(*plain(), names=["a", "b", "a", "c"])))) == ["repeated_names"]


def test_constant_columns(plain, build):
    features, label = plain()
    features[:, 0] = 3.0
    features[np.arange(600) % 5 != 4, 1] = 2.0
    features[:, 2] = np.where(np.arange(600) == 5, 1.0, 0.0)
    features = np.column_stack([features, features[:, 3]])
    findings = constant_columns(read_table(build(features, label)))
    assert kinds(findings) == ["constant_column", "constant_column", "near_constant_column", "equal_columns"]
    assert [finding.details["columns"] for finding in findings] == [["x0"], ["x1"], ["x2"], ["x3", "x4"]]


def test_a_column_written_with_too_few_digits_is_near_constant(build, plain):
    features, label = plain()
    features[:, 0] = 1e9 + 1e-3 * features[:, 0]
    assert kinds(constant_columns(read_table(build(features, label)))) == ["near_constant_column"]


@pytest.mark.parametrize("sentinel", [-999.0, 1e20])
def test_codes_for_missing_values_are_far_out(plain, build, sentinel):
    features, label = plain()
    features[[4, 40], 1] = sentinel
    (finding,) = far_out_values(read_table(build(features, label)))
    assert finding.details["rows"] == [4, 40]


def test_long_tails_are_not_far_out(build):
    random = np.random.default_rng(0)
    tails = np.column_stack([np.exp(2 * random.normal(size=2000)), random.standard_cauchy(2000)])
    assert far_out_values(read_table(build(tails, random.integers(0, 2, 2000)))) == []


@pytest.mark.parametrize(
    "leak",
    [
        lambda label, random: label,
        lambda label, random: 5.0 - 3.0 * label,
        lambda label, random: np.array([7, 2])[label] + 2 * random.integers(0, 2, len(label)),
        lambda label, random: label + 0.01 * random.normal(size=len(label)),
        lambda label, random: np.where(random.random(len(label)) < 0.003, 1 - label, label),
    ],
    ids=["equal", "affine", "code", "nearly equal", "almost always equal"],
)
def test_a_column_made_of_the_label_is_an_error(plain, build, leak):
    features, label = plain()
    features[:, 3] = leak(label, np.random.default_rng(1))
    (finding,) = leakage(read_table(build(features, label)))
    assert (finding.severity, finding.details["columns"]) == ("error", ["x3"])


def test_a_leak_with_errors_of_its_own_is_a_warning(plain, build):
    features, label = plain()
    wrong = np.random.default_rng(2).random(len(label)) < 0.05
    for leak in (label ^ wrong, (label ^ wrong) + 0.05 * np.random.default_rng(3).normal(size=len(label))):
        features[:, 3] = leak
        (finding,) = leakage(read_table(build(features, label)))
        assert (finding.severity, finding.details["columns"]) == ("warning", ["x3"])
        assert finding.details["wrong_rows"] == wrong.sum()


@pytest.mark.parametrize("word", ["difference", "sum"])
def test_two_columns_that_give_the_label_together_are_an_error(plain, build, word):
    features, label = plain()
    features[:, 3] = 0.3 * label + (features[:, 2] if word == "difference" else -features[:, 2])
    (finding,) = leakage(read_table(build(features, label)))
    assert (finding.severity, finding.details["columns"]) == ("error", ["x2", "x3"])
    assert word in finding.message


def test_two_columns_whose_difference_decides_without_a_gap_are_no_leak(plain, build):
    features, _ = plain()
    assert leakage(read_table(build(features, features[:, 0] > features[:, 1]))) == []
    coarse = np.random.default_rng(0).integers(0, 4, size=(300, 2)).astype(float)
    assert leakage(read_table(build(coarse, coarse[:, 0] > coarse[:, 1]))) == []


def test_a_feature_that_decides_the_label_is_a_warning(plain, build):
    features, _ = plain()
    (finding,) = leakage(read_table(build(features, features[:, 1] > 0.2)))
    assert (finding.severity, finding.details["columns"]) == ("warning", ["x1"])


def test_an_informative_feature_is_no_leak(rupture, build):
    features, label = rupture()
    drop = np.log(features[:, 3] + features[:, 5] * features[:, 4])
    assert leakage(read_table(build(drop[:, None], label))) == []


def test_finding_refuses_an_unknown_severity():
    with pytest.raises(ValueError, match="severity must be one of"):
        Finding("kind", "fatal", "", "")


def test_to_dict_is_flat_and_plain():
    finding = Finding("misaligned_labels", "error", "m", "s", {"first_row": np.int64(3), "range": (np.float64(1), 2)})
    assert finding.to_dict() == {
        "kind": "misaligned_labels",
        "severity": "error",
        "first_row": 3,
        "range": [1.0, 2],
        "message": "m",
        "suggestion": "s",
    }
