"""Physics: exchanged columns, wrong units and impossible values are named; clean rupture catalogues are not."""

import numpy as np
import pytest

from data.audit import read_table
from data.audit.physics import audit_physics, log_stress_drop, relative_stress

NAMES = ["height", "width", "sxx", "sxy", "syy", "mu_d", "friction_drop", "dc"]


def physics(catalogue):
    return audit_physics(read_table(catalogue))


def test_a_clean_catalogue_passes_unchanged(rupture, rupture_catalogue):
    features, label = rupture()
    findings, mended = physics(rupture_catalogue(features, label))
    assert findings == []
    np.testing.assert_array_equal(mended.features, features)


def test_other_catalogues_are_left_alone(plain, build):
    assert physics(build(*plain()))[0] == []


@pytest.mark.parametrize(
    "pair", [("mu_d", "friction_drop"), ("sxx", "syy"), ("sxy", "syy"), ("sxy", "mu_d"), ("dc", "sxx")]
)
def test_exchanged_columns_are_found_and_mended(rupture, rupture_catalogue, pair):
    features, label = rupture()
    one, other = (NAMES.index(name) for name in pair)
    wrong = features.copy()
    wrong[:, [one, other]] = wrong[:, [other, one]]
    findings, mended = physics(rupture_catalogue(wrong, label))
    found = [finding for finding in findings if finding.kind == "exchanged_columns"]
    assert len(found) == 1
    assert set(found[0].details["columns"]) == set(pair)
    assert (found[0].details["first_row"], found[0].details["last_row"]) == (0, 799)
    np.testing.assert_array_equal(mended.features, features)


def test_columns_exchanged_in_one_file_only(rupture, rupture_catalogue):
    features, label = rupture()
    wrong = features.copy()
    wrong[300:500, 5:7] = wrong[300:500, 6:4:-1]
    (finding,), mended = physics(rupture_catalogue(wrong, label))
    assert finding.kind == "exchanged_columns"
    assert 300 <= finding.details["first_row"] < 310  # an exchanged row can obey the physics by chance
    assert 490 < finding.details["last_row"] <= 499
    assert np.abs(mended.features - features).any(axis=1).sum() < 20


@pytest.mark.parametrize(
    ("columns", "factor"),
    [(["sxx", "sxy", "syy"], 1e6), (["sxy"], 1e3), (["height", "width"], 1e3), (["height"], 1e3), (["dc"], 1e3)],
)
def test_units_are_found_and_mended(rupture, rupture_catalogue, columns, factor):
    features, label = rupture()
    wrong = features * np.where(np.isin(NAMES, columns), factor, 1.0)
    findings, mended = physics(rupture_catalogue(wrong, label))
    assert {finding.kind for finding in findings} == {"units"}
    assert sorted(name for finding in findings for name in finding.details["columns"]) == sorted(columns)
    assert {finding.details["factor"] for finding in findings} == {1 / factor}
    np.testing.assert_allclose(mended.features, features)


def test_declared_units_are_no_finding(rupture, build):
    features, label = rupture()
    in_pascal = features * np.array([1e3, 1e3, 1e6, 1e6, 1e6, 1, 1, 1e3])
    units = ["m", "m", "Pa", "Pa", "Pa", "1", "1", "mm"]
    assert physics(build(in_pascal, label, NAMES, units))[0] == []


def test_compression_counted_positive(rupture, rupture_catalogue):
    features, label = rupture()
    (finding,), mended = physics(rupture_catalogue(features * np.where(np.isin(NAMES, ["sxx", "syy"]), -1, 1), label))
    assert finding.kind == "sign_convention"
    np.testing.assert_array_equal(mended.features, features)


def test_impossible_and_doubtful_rows(rupture, rupture_catalogue):
    features, label = rupture()
    features[3, 4] *= -1  # tension
    features[4, 3] *= 3  # stress above static strength
    findings = {finding.kind: finding for finding in physics(rupture_catalogue(features, label))[0]}
    assert findings["out_of_range"].severity == "error"
    assert findings["out_of_range"].details["rows"] == [3]
    assert findings["stress_outside_strength"].severity == "warning"
    assert findings["stress_outside_strength"].details["rows"] == [4]


def test_relative_stress_and_stress_drop_by_hand(rupture_catalogue):
    row = np.array([[0.1, 1.5, -90.0, 35.0, -100.0, 0.3, 0.5, 0.4]])
    table = read_table(rupture_catalogue(row, np.array([1])))
    np.testing.assert_allclose(relative_stress(table), 0.1)
    np.testing.assert_allclose(log_stress_drop(table), np.log(5.0))
