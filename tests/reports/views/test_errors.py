import numpy as np
import pytest

from reports.summary import summarise
from reports.views.errors import VIEW, selective
from reports.words import ABSENT, number
from tests.reports.views.helpers import by_colour, subset, with_part
from tests.reports.views.scored import scored, scored_runs

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def test_curves_are_those_stored(make_fit):
    result = scored(make_fit)
    errors = result.part("errors")
    figure = selective(errors)
    (curve,) = by_colour(figure.axes[0], "nuts")
    stored = errors["selective_accuracy"].sel({"method": "nuts", "measure": "total"})
    assert np.array_equal(curve.get_ydata(), 100 * stored)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        *("by total entropy", "by sd of the score", "by epistemic entropy"),
    ]
    assert figure.axes[0].get_xlabel() == "rows kept (%)"
    assert len(selective(subset(result, "mlp").part("errors")).axes) == 1
    assert VIEW.show(with_part(result, "errors", None)) is None


def test_a_point_estimate_finds_errors_by_its_entropy_only(make_fit):
    result = scored(make_fit)
    (table,) = VIEW.show(result).tables
    auc = float(result.part("errors")["error_auc"].sel({"method": "mlp", "measure": "total"}))
    assert ("MLP", ABSENT, number(auc), ABSENT) in table.rows
    assert summarise(result)["error_auc"]["mlp"] == auc
    assert VIEW.show(subset(result, "mlp")).tables[0].header == ("method", "by total entropy")


def test_several_runs_have_a_row_for_each_fit(make_fit):
    runs = scored_runs(first=scored(make_fit, "mlp"), second=scored(make_fit, "mlp", "nuts"))
    (table,) = VIEW.across.show(runs).tables
    assert [row[:2] for row in table.rows] == [("first", "MLP"), ("second", "MLP"), ("second", "NUTS")]
