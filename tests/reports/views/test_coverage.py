"""Coverage of predictive intervals, told from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.views.coverage import VIEW, coverage, coverage_by_run
from reports.words import ABSENT
from tests.reports.views.helpers import by_colour, written

LEVELS = [0.5, 0.8, 0.95]


def part(**shares: list[float]) -> xr.Dataset:
    values = np.array(list(shares.values()))
    ends = np.clip(np.stack([values - 0.1, values + 0.05], axis=-1), 0, 1)
    pit = np.tile(np.linspace(0.05, 0.95, 10), (len(shares), 1))
    pit[~np.isfinite(values[:, 0])] = np.nan
    variables = {
        "coverage": (("method", "level"), values),
        "coverage_interval": (("method", "level", "bound"), ends),
        "pit": (("method", "row"), pit),
    }
    coords = {"method": list(shares), "level": LEVELS, "bound": ["lower", "upper"], "row": np.arange(10)}
    return xr.Dataset(variables, coords)


def made(groups: dict[str, xr.Dataset], runs: tuple[str, ...] = ()) -> Result:
    methods = ["advi", "nuts"]
    cost = xr.Dataset({"seconds": ("method", np.ones(2))}, {"method": methods})
    if runs:
        groups = {
            name: xr.concat([one] * len(runs), dim=xr.Variable("run", list(runs))) for name, one in groups.items()
        }
        cost = cost.expand_dims(run=list(runs))
    tree = xr.DataTree.from_dict(groups | {"cost": cost})
    tree.attrs["reference"] = "nuts"
    study = {"name": "made", "sections": {"Predictions": ["coverage"]}, "runs": {run: {} for run in runs}}
    return Result(study, tree)


ONE = part(advi=[0.4, 0.7, 0.85], nuts=[0.5, 0.8, 0.95])


def test_table_and_summary_hold_the_shares():
    (table,) = VIEW.show(made({"coverage": ONE})).tables
    assert table.header == ("predictive interval", "NUTS", "ADVI")
    assert table.rows[2] == ("95 %", "95.0 [85.0, 100.0]", "85.0 [75.0, 90.0]")
    assert summarise(made({"coverage": ONE}))["coverage_95"][["advi", "nuts"]].tolist() == [0.85, 0.95]


def test_sentence_names_every_method():
    (said,) = VIEW.verdict(made({"coverage": ONE}))
    assert "85.0 [75.0, 90.0] % of the test rows with ADVI and 95.0 [85.0, 100.0] % with NUTS" in said


def test_figure_shows_sorted_probabilities_and_shares():
    left, right, *_ = coverage(ONE).axes
    (curve,) = by_colour(left, "advi")
    assert curve.get_xdata() == pytest.approx([0, *np.linspace(0.05, 0.95, 10), 1])
    (dots,) = by_colour(right, "nuts")
    assert dots.get_ydata() == pytest.approx([0.5, 0.8, 0.95])


def test_a_method_without_it_is_left_out():
    missing = part(advi=[np.nan] * 3, nuts=[0.5, 0.8, 0.95])
    (table,) = VIEW.show(made({"coverage": missing})).tables
    assert table.rows[0][2] == ABSENT
    assert "ADVI" not in written(coverage(missing))
    (said,) = VIEW.verdict(made({"coverage": missing}))
    assert "ADVI" not in said


def test_nothing_without_the_part():
    assert VIEW.show(made({})) is None
    assert not list(VIEW.verdict(made({})))
    assert VIEW.across.show(made({}, runs=("a", "b"))) is None


def test_several_runs_stand_side_by_side():
    result = made({"coverage": ONE}, runs=("a", "b"))
    (table,) = VIEW.across.show(result).tables
    assert [row[:2] for row in table.rows] == [("a", "ADVI"), ("a", "NUTS"), ("b", "ADVI"), ("b", "NUTS")]
    assert table.rows[3][4] == "95.0 [85.0, 100.0]"
    assert len([axes for axes in coverage_by_run(result.part("coverage")).axes if axes.get_xlabel()]) == 3
