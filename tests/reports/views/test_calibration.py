import numpy as np
import pytest

from reports.summary import summarise
from reports.views.calibration import VIEW, reliability
from reports.words import number
from tests.reports.views.helpers import by_colour, subset, with_part
from tests.reports.views.scored import scored, scored_runs


@pytest.mark.heavy
def test_curves_are_those_stored(make_fit):
    values = scored(make_fit).part("calibration")
    for axes, method in zip(reliability(values).axes, ("mlp", "advi", "nuts"), strict=True):
        curve, one = by_colour(axes, method)[0], values.sel({"method": method})
        assert np.array_equal(curve.get_xdata(), one["score"])
        assert np.array_equal(curve.get_ydata(), one["reliability"])


@pytest.mark.heavy
def test_an_error_stands_between_those_of_calibrated_scores(make_fit):
    result = scored(make_fit)
    values = result.part("calibration").sel({"method": "mlp"})
    (table,) = VIEW.show(result).tables
    ends = values["ece_calibrated"].values
    assert ("MLP", number(float(values["ece"])), *map(number, ends)) in [row[:4] for row in table.rows]
    assert float(summarise(result)["ece"]["mlp"]) == float(values["ece"])
    assert len(VIEW.show(subset(result, "mlp")).images) == 1
    assert VIEW.show(with_part(result, "calibration", None)) is None


def test_of_several_runs_the_error_alone_is_shown(make_fit):
    runs = scored_runs(first=scored(make_fit), second=scored(make_fit, "mlp"))
    (table,) = VIEW.across.show(runs).tables
    assert table.header[2] == "ECE"
    assert "miscalibration" not in table.header
    assert [row[:2] for row in table.rows] == [("first", m) for m in ("MLP", "ADVI", "NUTS")] + [("second", "MLP")]
