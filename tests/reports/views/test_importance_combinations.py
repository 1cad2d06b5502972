"""What is lost when a physical combination is shuffled."""

from reports.views.importance_combinations import VIEW
from tests.reports.views.helpers import with_part


def test_combinations_are_items_of_tables_and_figures(result):
    names = ["stress drop", "mu_d |syy|"]
    part = result.part("importance").isel(feature=slice(2)).drop_vars("units", errors="ignore")
    part = part.rename(feature="group").assign_coords(group=names)
    section = VIEW.show(with_part(result, "importance_combinations", part))
    (table,), (drawn,) = section.tables, section.images
    assert [row[0] for row in table.rows] == names
    assert drawn.name == "importance-combinations"
    assert "stress drop" in section.paragraphs[0]


def test_without_combinations_nothing_is_shown(result):
    assert VIEW.show(with_part(result, "importance_combinations", None)) is None
