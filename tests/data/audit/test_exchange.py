"""Columns exchanged in a stretch of rows."""

import numpy as np
import pytest

from data.audit import read_table
from data.audit.exchange import exchanged_stretches


@pytest.fixture
def columns():
    """A normal column, one of another mean, and one that hangs on the first."""
    random = np.random.default_rng(0)
    first, second = random.normal(size=600), random.normal(1.5, 0.7, size=600)
    return np.column_stack([first, second, first + 0.5 * random.normal(size=600)])


def test_a_stretch_of_exchanged_values_is_found_where_it_is(columns, build):
    columns[200:260, [0, 1]] = columns[200:260, [1, 0]]
    finding = exchanged_stretches(read_table(build(columns, np.arange(600) % 2)))[0]
    assert (finding.kind, finding.severity) == ("exchanged_stretch", "error")
    assert finding.details["columns"] == ["x0", "x1"]
    assert abs(finding.details["first_row"] - 200) <= 5
    assert abs(finding.details["last_row"] - 259) <= 5


def test_sound_columns_are_left_alone(build):
    label, alarmed = np.arange(300) % 2, 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        first = random.normal(size=300)
        table = np.column_stack([first, random.exponential(size=300), first + random.normal(size=300)])
        alarmed += bool(exchanged_stretches(read_table(build(table, label))))
    assert alarmed <= 2  # the 99 % quantile of Binomial(40, 0.01)


def test_of_rows_in_an_order_nothing_is_said(columns, build):
    ordered = columns[np.argsort(columns[:, 0])]
    assert exchanged_stretches(read_table(build(ordered, np.arange(600) % 2))) == []
