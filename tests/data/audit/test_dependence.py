"""Rows that depend on each other are told, count for fewer than they are, and raise no alarm."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from data.audit import audit, read_table
from data.audit.dependence import (
    FAR,
    autocorrelation,
    copies_by_chance,
    dependence,
    evidence_weights,
    fold_groups,
    is_ordered,
    near_copies,
)
from data.audit.dependent import TABLES, alarms, clean_table
from data.audit.parts import drift
from data.audit.repeats import repeated_labels


def kinds(findings):
    return [(finding.kind, finding.severity) for finding in findings]


@pytest.fixture
def copied(plain):
    """100 rows five times each, nearly equal, in random order; their labels, and the group of each."""
    features, label = plain(rows=100)
    random = np.random.default_rng(1)
    order = random.permutation(np.repeat(np.arange(100), 5))
    return features[order] + 1e-3 * random.normal(size=(500, 4)), label[order], order


def test_near_copies_are_the_groups_that_were_planted(copied):
    features, _, group = copied
    found = near_copies(features)
    assert all(len(set(found[group == one])) == 1 for one in range(100))
    assert len(set(found)) == 100
    assert len(set(near_copies(np.random.default_rng(0).normal(size=(500, 4))))) >= 499
    equal = np.repeat(np.arange(5.0), 40)[:, None]  # more copies than neighbours are looked at
    assert len(set(near_copies(equal))) == 5


@pytest.mark.parametrize("dimensions", [1, 2])
def test_copies_by_chance_are_as_many_as_there_are(dimensions):
    points = np.random.default_rng(0).random((4000, dimensions))
    gap = FAR**-dimensions
    assert copies_by_chance(points) == pytest.approx(gap / (1 - gap), rel=0.25)


def test_an_order_is_seen_and_a_random_one_is_not():
    random = np.random.default_rng(0)
    drifting = np.cumsum(random.normal(size=(300, 2)), axis=0)
    assert is_ordered(drifting)
    assert is_ordered(np.column_stack([random.normal(size=300), np.arange(300) % 7]))
    assert sum(is_ordered(random.normal(size=(300, 3))) for _ in range(100)) <= 4
    assert autocorrelation(np.resize([1.0, -1.0], 100), 2) == pytest.approx([-0.99, 0.98])


def test_copies_and_neighbours_share_a_fold(copied):
    features, _, group = copied
    together = fold_groups(features, near_copies(features))
    assert all(len(set(together[group == one])) == 1 for one in range(100))
    drifting = np.cumsum(np.random.default_rng(0).normal(size=(300, 2)), axis=0)
    assert len(set(fold_groups(drifting, np.arange(300)))) == 20
    assert (np.diff(fold_groups(drifting, np.arange(300))) >= 0).all()


def test_copies_count_as_one_row_where_their_residuals_agree():
    random = np.random.default_rng(0)
    group, rows = np.repeat(np.arange(200), 5), np.arange(1000)
    agreeing, free = np.repeat(random.normal(size=200), 5), random.normal(size=1000)
    assert np.allclose(evidence_weights(group, rows, agreeing), 1 / 5)
    assert np.allclose(evidence_weights(group, rows, free), 1, atol=0.15)
    assert np.allclose(evidence_weights(np.arange(1000), rows, free), 1, atol=0.15)
    assert evidence_weights(np.arange(1000), rows, agreeing).max() < 0.3  # by their order alone
    assert np.allclose(evidence_weights(np.arange(1000), rows[:500], free[:500])[500:], 1, atol=0.2)


@pytest.mark.parametrize("change", [lambda x, r: x + 1e-4 * r.normal(size=x.shape), lambda x, r: np.round(x, 3)])
def test_near_copies_over_the_split_are_a_warning(plain, build, change):
    features, label = plain(rows=400)
    split = np.repeat(["train", "test"], 200)
    features[200:230], label[200:230] = change(features[:30], np.random.default_rng(0)), label[:30]
    (finding,) = dependence(read_table(build(features, label, split=split)))
    assert (finding.kind, finding.severity) == ("near_copies", "warning")
    assert finding.details["over_split"] == finding.details["count"] == 60
    within = np.where(np.arange(400) < 230, "train", "test")
    assert kinds(dependence(read_table(build(features, label, split=within)))) == [("near_copies", "info")]


def test_independent_rows_depend_on_nothing(plain, build):
    said = [kinds(dependence(read_table(build(*plain(seed=seed))))) for seed in range(20)]
    assert sum(map(bool, said)) <= 1


@pytest.mark.parametrize("name", TABLES)
def test_clean_tables_of_dependent_rows_raise_no_error(name):
    findings = audit(clean_table(name, 5, rows=300))
    assert not [finding.kind for finding in findings if finding.severity == "error"]
    said = {finding.kind for finding in findings}
    assert name == "cyclic design" or ("near_copies" in said) == ("groups" in name)
    assert ("ordered_rows" in said) == (name in ("autocorrelated inputs, sticky label", "cyclic design"))


@pytest.mark.heavy
def test_the_measurement_names_every_table(monkeypatch):
    monkeypatch.setattr("data.audit.dependent.TABLES", {name: TABLES[name] for name in list(TABLES)[:1]})
    table = alarms(repeats=1, power_repeats=1, rows=200, length=80)
    assert table.index.tolist() == ["independent rows"]
    assert table.loc["independent rows", ["clean", "errors", "found"]].tolist() == [1, 0, 1]


@pytest.mark.slow
def test_handwritten_digits_in_the_order_of_their_file_raise_no_error(build):
    """Writers one after the other, each with the same digits in the same order."""
    features, digit = load_digits(return_X_y=True)
    findings = audit(build(features, digit >= 5))
    assert not [finding.kind for finding in findings if finding.severity == "error"]
    assert ("ordered_rows", "info") in kinds(findings)
    assert ("repeated_labels", "info") in kinds(findings)


def test_labels_that_an_ordered_design_repeats_are_information(build):
    """The same 50 cases again and again."""
    random = np.random.default_rng(0)
    cases, label = random.normal(size=(50, 3)), random.integers(0, 2, 50)
    features = np.tile(cases, (8, 1)) + 0.3 * random.normal(size=(400, 3))
    findings = repeated_labels(read_table(build(features, np.tile(label, 8))))
    assert {finding.severity for finding in findings} == {"info"}


def test_copies_are_no_evidence_of_drift(build):
    """Groups of five on either side of the split: a third of such tables would seem to drift if each row counted."""
    random, alarmed = np.random.default_rng(0), 0
    for _ in range(20):
        features = np.repeat(random.normal(size=(60, 2)), 5, axis=0) + 1e-4 * random.normal(size=(300, 2))
        split = np.repeat(np.where(random.random(60) < 0.5, "train", "test"), 5)
        alarmed += bool(drift(read_table(build(features, np.repeat(random.integers(0, 2, 60), 5), split=split))))
    assert alarmed <= 2
