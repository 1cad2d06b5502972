"""What runs change: of scores made by hand."""

from functools import cache

import numpy as np
import pytest

from bayesnet.contract import Result
from reports.differences import difference
from reports.view import views_of
from reports.views.changes import VIEW, changes_by_run
from tests.reports.views.helpers import with_part
from tests.reports.views.scored import scored, scored_runs


@pytest.fixture
def runs(make_fit) -> Result:
    """A run, the same once more, and one with other draws and without ADVI."""
    return _runs(make_fit)


@cache
def _runs(make_fit) -> Result:
    first = scored(make_fit)
    return scored_runs(changed=True, first=first, again=first, wide=scored(make_fit, "mlp", "nuts", spread=6.0))


def test_a_run_is_the_same_as_itself_and_a_worse_one_is_named(runs):
    said = list(VIEW.across.verdict(runs))
    assert [sentence.split(":")[0] for sentence in said] == ["MLP", "ADVI", "NUTS"]
    assert all("the same in again" in sentence for sentence in said)
    assert "lower with wide (" in said[0]
    assert "wide" not in said[1]
    change = difference(runs, "changes", "log_score", {"run": "wide", "method": "mlp", "other": "first"})
    assert change.sign == -1
    assert str(change) in said[0]


def test_the_table_holds_the_change_of_every_fit_but_the_baselines(runs):
    (table,) = VIEW.across.show(runs).tables
    assert [row[:2] for row in table.rows] == [
        *(("again", method) for method in ("MLP", "ADVI", "NUTS")),
        *(("wide", method) for method in ("MLP", "NUTS")),
    ]
    cells = dict(zip(table.header, table.rows[3], strict=True))
    pair = {"run": "wide", "method": "mlp", "other": "first"}
    assert cells["log score (nats) ↑"] == difference(runs, "changes", "log_score", pair).marked
    assert cells["only the baseline right"] == str(int(runs.part("changes")["only_other_right"].sel(pair)))


def test_dots_are_the_stored_changes(runs):
    values = runs.part("changes")
    figure = changes_by_run(values, "first")
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["again", "wide"]
    (dots,) = [line for line in figure.axes[1].get_lines() if line.get_label() == "MLP"]
    expected = values["difference"].sel({"method": "mlp", "other": "first", "metric": "log_score"})
    assert np.array_equal(dots.get_xdata(), expected.sel(run=["again", "wide"]))


def test_runs_on_other_rows_have_no_changes(runs):
    apart = with_part(runs, "changes", None)
    assert VIEW.across.show(apart) is None
    assert not list(VIEW.across.verdict(apart))
    assert "changes" in views_of(apart)


def test_a_change_that_many_runs_would_show_by_chance_is_not_decided(runs):
    pair = {"run": "wide", "method": "mlp", "other": "first"}
    values = runs.part("changes").copy(deep=True)
    values["holm_p"].loc[pair | {"metric": "log_score"}] = 0.06
    assert difference(with_part(runs, "changes", values), "changes", "log_score", pair).sign == 0
