import numpy as np
import pytest
import xarray as xr

from reports.views.uncertainty_groups import VIEW, sd_by_run, uncertainty_by_group
from reports.words import interval, number
from tests.reports.views.helpers import subset, with_part
from tests.reports.views.scored import scored, scored_runs

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def test_dots_are_the_stored_means(make_fit):
    result = scored(make_fit)
    groups = result.part("uncertainty_groups")
    total, sd = uncertainty_by_group(groups).axes
    assert [tick.get_text() for tick in total.get_yticklabels()] == [
        *("arrest", "propagation"),
        *("TP", "TN", "FP", "FN"),
    ]
    (dots,) = [line for line in sd.get_lines() if line.get_label() == "NUTS"]
    one = groups.sel({"method": "nuts", "measure": "sd"})
    assert np.array_equal(dots.get_xdata(), [*one["by_class"], *one["by_cell"]])
    assert len(uncertainty_by_group(subset(result, "mlp").part("uncertainty_groups")).axes) == 1
    assert VIEW.show(with_part(result, "uncertainty_groups", None)) is None


def test_the_claim_is_told_by_its_intervals(make_fit):
    result = scored(make_fit)
    (table,) = VIEW.show(result).tables
    assert [row[0] for row in table.rows] == ["ADVI", "NUTS"]  # a point estimate has no sd
    one = result.part("uncertainty_groups").sel({"method": "nuts"})
    for place, among in enumerate(("all", "equal score"), 1):
        gap = one.sel(among=among)
        assert table.rows[1][place] == interval(float(gap["gap"]), *map(float, gap["gap_interval"]))
    said = []
    for ends in ((0.01, 0.02), (-0.01, 0.02), (-0.02, -0.01)):
        groups = result.part("uncertainty_groups").copy(deep=True)
        groups["gap_interval"] = groups["gap_interval"] * 0 + xr.DataArray(list(ends), dims="bound")
        (paragraph,) = VIEW.show(with_part(result, "uncertainty_groups", groups)).paragraphs
        said.append([words in paragraph for words in ("is larger than", "not shown to be", "is smaller than")])
    assert np.array_equal(said, np.eye(3, dtype=bool))
    point = VIEW.show(subset(result, "mlp"))
    assert not point.tables
    assert not point.paragraphs


def test_a_row_for_each_fit_that_has_an_sd(make_fit):
    runs = scored_runs(first=scored(make_fit), second=scored(make_fit, "mlp", "nuts", spread=2.0))
    shown = VIEW.across.show(runs)
    (table,) = shown.tables
    assert [row[:2] for row in table.rows] == [("first", "ADVI"), ("first", "NUTS"), ("second", "NUTS")]
    groups = runs.part("uncertainty_groups")
    sd = groups["by_class"].sel({"measure": "sd", "label": 1, "method": "nuts"})
    assert table.rows[2][2] == number(float(sd.sel(run="second")))
    (dots,) = [line for line in sd_by_run(groups).axes[0].get_lines() if line.get_label() == "NUTS"]
    assert np.array_equal(dots.get_xdata(), sd)
    points = VIEW.across.show(scored_runs(first=scored(make_fit, "mlp"), second=scored(make_fit, "mlp")))
    assert not points.tables
    assert not points.images
