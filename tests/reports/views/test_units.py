"""What hidden units do, and how surely they are matched."""

import numpy as np

from reports.summary import summarise
from reports.views.units import VIEW, units
from reports.words import ABSENT, number, percent
from tests.reports.views.helpers import by_colour, subset, with_part


def test_table_and_summary_hold_what_is_stored(result):
    stored, (table,) = result.part("units"), VIEW.show(result).tables
    rows = {row[0]: row[1:] for row in table.rows}
    unused = {method: float(stored["unused"].sel({"method": method})) for method in ("mlp", "nuts")}
    assert rows["MLP"] == (ABSENT, number(unused["mlp"]))  # a point estimate has no draws to be ambiguous
    assert rows["NUTS"] == (percent(float(stored["ambiguous"].sel({"method": "nuts"}))), number(unused["nuts"]))
    assert summarise(result).loc["nuts", "unused_units"] == unused["nuts"]


def test_the_figure_shows_reach_and_ambiguity(result):
    stored = result.part("units")
    reach, ambiguous = units(stored).axes
    (dots,) = by_colour(reach, "mlp")
    assert np.array_equal(dots.get_ydata(), stored["reach"].sel({"method": "mlp"}))
    assert not by_colour(ambiguous, "mlp")
    (dots,) = by_colour(ambiguous, "nuts")
    assert np.array_equal(dots.get_ydata(), 100 * stored["ambiguous_unit"].sel({"method": "nuts"}))


def test_a_point_estimate_alone_has_no_ambiguity(result):
    section = VIEW.show(subset(result, "mlp"))
    assert section.tables[0].header == ("method", "unused units, mean number")
    assert "ambiguous:" not in section.images[0].caption
    assert VIEW.show(with_part(result, "units", None)) is None


def test_unused_units_of_several_runs(runs_result):
    (table,) = VIEW.across.show(runs_result).tables
    stored = runs_result.part("units")["unused"]
    run, method = str(stored["run"].values[-1]), str(stored["method"].values[-1])
    assert table.rows[-1][2] == number(float(stored.sel({"run": run, "method": method})))
    assert VIEW.across.show(with_part(runs_result, "units", None)) is None
