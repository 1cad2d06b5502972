"""Sensitivities of the score with their intervals."""

from reports.views.sensitivities import VIEW
from reports.words import interval
from tests.reports.views.helpers import subset, with_part


def test_the_table_holds_slopes_per_sd(result):
    (table,) = VIEW.show(result).details[0].tables
    first = result.part("sensitivities").sel({"method": "nuts", "per": "sd"}).isel(feature=0)
    assert table.rows[0][0] == str(first["feature"].item())
    assert table.rows[0][1] == interval(*(float(first[name]) for name in ("mean", "lower", "upper")))


def test_fewer_methods_and_parts(result):
    assert len(VIEW.show(subset(result, "mlp")).images) == 1
    assert VIEW.show(with_part(result, "sensitivities", None)) is None
