"""Views of a page of tomography, from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from bayesnet.parts.turning import turning
from bayesnet.problems.tomography.profile import ZONES
from reports.summary import summarise
from reports.view import FAIL, PASS, WARN, view_named
from reports.views.arrivals import residuals
from reports.views.zones import sds
from tests.reports.views.helpers import by_colour, checked, with_part

METHODS = ["advi", "exact"]


def zones() -> xr.Dataset:
    pair = ("method", "zone")
    return xr.Dataset(
        {
            "sd": (pair, [[0.005, 0.004], [0.006, 0.017]]),
            "prior_ratio": (pair, [[0.17, 0.13], [0.18, 0.55]]),
            "covered": (pair, [[0.9, 0.4], [0.95, 1.0]]),
            "prior_correlation": ("method", [0.87, 0.87]),
            "process_correlation": 0.14,
            "lag": 2.0,
        },
        {"method": METHODS, "zone": list(ZONES)},
    )


def replicates(covered: float = 0.95) -> xr.Dataset:
    pair = ("posterior", "zone")
    return xr.Dataset(
        {
            "covered": (pair, [[0.95, covered], [0.91, 0.47]]),
            "covered_se": (pair, [[0.005, 0.009], [0.007, 0.021]]),
            "sd_ratio": (pair, [[0.18, 0.56], [0.17, 0.16]]),
            "mean_field_ratio": ("zone", [0.93, 0.29]),
            "truths": 200,
        },
        {"posterior": ["exact", "mean_field"], "zone": list(ZONES)},
    )


def arrivals() -> xr.Dataset:
    rng = np.random.default_rng(0)
    return xr.Dataset(
        {
            "residual": (("method", "depth"), 0.005 * rng.normal(size=(2, 6))),
            "expected_sd": (("method", "depth"), np.full((2, 6), 0.006)),
            "fitted_residual": (("method", "fitted_depth"), 0.005 * rng.normal(size=(2, 3))),
            "noise": 0.005,
        },
        {"method": METHODS, "depth": np.linspace(1, 9, 6), "fitted_depth": [1.0, 2.0, 8.0]},
    )


def made(runs: tuple[str, ...] = ()) -> Result:
    parts = {"zones": zones(), "replicates": replicates(), "arrivals": arrivals(), "turning": turning()}
    parts["cost"] = xr.Dataset({"seconds": ("method", [1.0, 2.0])}, {"method": METHODS})
    if runs:
        parts = {name: part.expand_dims(run=list(runs)) for name, part in parts.items()}
    tree = xr.DataTree.from_dict(parts)
    tree.attrs = {"reference": "exact", "baseline": runs[0] if runs else ""}
    sections = {"Velocity": list(parts)}
    return Result({"name": "tomography", "sections": sections, "runs": {run: {} for run in runs}}, tree)


@pytest.fixture(scope="module")
def result():
    return made()


def test_every_zone_has_its_sds_in_the_table_and_in_the_summary(result):
    (table,) = view_named("zones").show(result).tables
    assert table.rows[0][0] == "Exact"
    assert table.rows[0][1:5] == ("0.0060", "0.0170", "0.18", "0.55")
    assert table.rows[1][-1] == "0.87"
    assert summarise(result).loc["exact", "sd_in_the_gap"] == 0.017
    (said,) = view_named("zones").verdict(result)
    assert "0.18 near receivers and 0.55 in the gap with Exact" in said


def test_coverage_over_truths_stands_by_posterior_and_zone(result):
    (table,) = view_named("replicates").show(result).tables
    assert [row[2] for row in table.rows] == ["95.0 % ± 0.5", "95.0 % ± 0.9", "91.0 % ± 0.7", "47.0 % ± 2.1"]
    assert table.rows[3][-1] == "0.29"
    (said,) = view_named("replicates").verdict(result)
    assert "47 % of it in the gap" in said


def test_intervals_that_do_not_keep_their_promise_are_to_be_known_of(result):
    view = view_named("replicates")
    assert checked(view, result, PASS)
    assert checked(view, with_part(result, "replicates", replicates(0.9)), WARN)


def test_turning_rays_are_a_check(result):
    view = view_named("turning")
    (table,) = view.show(result).tables
    assert [row[2] for row in table.rows] == ["2.3606", "6.5889", "10.1283"]
    assert checked(view, result, PASS)
    wrong = turning()
    assert checked(view, with_part(result, "turning", wrong.assign(computed=wrong["computed"] + 0.01)), FAIL)


def test_residuals_are_drawn_in_ms_for_each_method(result):
    assert view_named("arrivals").show(result).images
    figure = residuals(arrivals())
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["ADVI", "Exact"]
    drawn = [line.get_ydata() for line in by_colour(figure.axes[0], "advi")]
    np.testing.assert_allclose(drawn[0], 1000 * arrivals()["residual"].values[0])


def test_pages_without_these_parts_say_nothing():
    empty = Result({"name": "other", "sections": {}}, xr.DataTree())
    for name in ("zones", "replicates", "arrivals", "turning"):
        view = view_named(name)
        assert view.show(empty) is None
        assert not [*view.verdict(empty), *view.checks(empty)]
        assert view.across is None or view.across.show(empty) is None


def test_several_runs_stand_side_by_side():
    runs = made(("gp", "bnn"))
    section = view_named("zones").across.show(runs)
    assert [row[:2] for row in section.tables[0].rows] == [
        (run, method) for run in ("gp", "bnn") for method in ("ADVI", "Exact")
    ]
    panels = sds(runs.part("zones")).axes
    assert [axes.get_xlabel() for axes in panels] == [f"sd {zone} (s/km)" for zone in ZONES]
    (table,) = view_named("replicates").across.show(runs).tables
    assert len(table.rows) == 8
