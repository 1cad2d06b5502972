import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from reports.style import colour_of
from reports.view import view_named
from reports.views.scores import bayesian, ranked, scores, show, show_runs
from tests.reports.views.scored import scored


@pytest.fixture
def result(make_fit):
    return scored(make_fit)


def test_dots_and_lines_are_the_values_and_intervals_stored(result):
    part = result.part("scores")
    axes = scores(part).axes[0]
    for method in ("mlp", "advi", "nuts"):
        one = part.sel({"method": method, "metric": "accuracy"})
        (dot,) = [line for line in axes.get_lines() if to_hex(line.get_color()) == colour_of(method).lower()]
        assert dot.get_xdata() == [float(one["value"])]
        ends = [
            tuple(segment[:, 0])
            for lines in axes.collections
            if to_hex(lines.get_color()[0]) == colour_of(method).lower()
            for segment in lines.get_segments()
        ]
        assert ends == [tuple(one["rows_interval"].values)]


def test_a_table_of_metrics_by_methods_and_one_of_single_draws(result):
    section = show(result)
    (table,) = section.tables
    assert table.header == ("metric", "NUTS", "MLP", "ADVI")
    assert len(table.rows) == result.part("scores").sizes["metric"]
    (single,) = section.details[1].tables
    assert all(row[2] == "\N{EN DASH}" for row in single.rows)  # the MLP has no draws


def test_methods_with_a_spread_and_their_order(result):
    assert bayesian(result) == ["nuts", "advi"]
    value = result.part("scores")["value"].sel(metric="log_score").to_series()
    assert ranked(result, ["mlp", "advi", "nuts"]) == value.sort_values(ascending=False).index.tolist()


def test_a_metric_that_another_problem_does_not_have_is_left_out(result):
    columns = {column.key for column in view_named("scores").columns}
    assert {"accuracy", "log_score", "crps", "rmse"} <= columns
    part = result.part("scores").sel(metric=["log_score", "predictive_sd"])
    parts = result.parts.copy()
    parts["scores"] = part
    shown = show(replace(result, parts=parts))
    assert [row[0] for row in shown.tables[0].rows] == ["log score (nats) ↑", "predictive sd"]


def test_several_runs_have_a_row_for_each_fit(runs_result):
    (table,) = show_runs(runs_result).tables
    assert len(table.rows) == 6
    assert {row[0] for row in table.rows} == set(runs_result.study["runs"])
    assert not any(math.isnan(value) for value in np.ravel(runs_result.part("scores")["value"].sel(metric="accuracy")))
