from reports.views.joint_log_score import VIEW
from reports.words import fixed
from tests.reports.views.helpers import with_part
from tests.reports.views.scored import scored


def test_a_column_for_each_size_of_batch(make_fit):
    result = scored(make_fit)
    (table,) = VIEW.show(result).tables
    stored = result.part("joint_log_score").sel({"method": "nuts"})
    assert table.header[1:3] == ("1 row", "2 rows")
    assert table.header[-1] == "standard error, 20 rows"
    assert table.rows[0][1:-1] == tuple(fixed(float(value), 4) for value in stored["joint_log_score"])
    assert VIEW.show(with_part(result, "joint_log_score", None)) is None
