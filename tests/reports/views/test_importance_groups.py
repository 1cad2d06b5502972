"""What is lost when a group of inputs is shuffled."""

from reports.views.importance_groups import VIEW
from reports.words import interval
from tests.reports.views.helpers import with_part


def test_groups_are_items_of_tables_and_figures(result):
    section, stored = VIEW.show(result), result.part("importance_groups")
    (table,), (drawn,) = section.tables, section.images
    assert table.header[0] == "group"
    assert [row[0] for row in table.rows] == [str(group) for group in stored["group"].values]
    drop = stored.sel({"method": "nuts", "metric": "f1"}).isel(group=0)
    assert table.rows[0][1] == interval(*(float(drop[name]) for name in ("drop_mean", "drop_lower", "drop_upper")))
    assert drawn.name == "importance-groups"
    assert "correlated" in section.paragraphs[0]


def test_without_groups_nothing_is_shown(result):
    assert VIEW.show(with_part(result, "importance_groups", None)) is None
