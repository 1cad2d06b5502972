from reports.views.confusion import VIEW
from tests.reports.views.helpers import subset, with_part
from tests.reports.views.scored import ROWS, scored


def test_cells_are_the_stored_counts(make_fit):
    result = scored(make_fit)
    (table,) = VIEW.show(result).tables
    cells = dict(zip(table.header, next(row for row in table.rows if row[0] == "MLP"), strict=True))
    stored = result.part("confusion")["confusion"].sel({"method": "mlp"})
    assert cells["arrest, called propagation (FP)"] == str(int(stored.sel(true=0, predicted=1)))
    assert cells["propagation, right (TP)"] == str(int(stored.sel(true=1, predicted=1)))
    assert [sum(map(int, row[1:])) for row in table.rows] == [ROWS] * 3
    assert VIEW.show(subset(result, "nuts")).tables[0].rows == table.rows[:1]
    assert VIEW.show(with_part(result, "confusion", None)) is None
