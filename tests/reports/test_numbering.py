"""Numbers of figures and tables, and references to them."""

import pytest

from reports.content import Image, Section, Table
from reports.numbering import linked, numbered


def table(title, header=("a", "b")):
    return Table(title, header, (("1", "2"),))


def image(name):
    return Image(name, name, "data:,", "", "", 10, 10)


@pytest.fixture
def page():
    inner = Section("Inner", "inner", tables=(table("Third"),), images=(image("roc"),))
    first = Section("One", "one", tables=(table("First"), table("List", ("", ""))), details=(inner,))
    return numbered([first, Section("Two", "two", tables=(table("Second one"),), images=(image("plane"),))])


def test_they_are_counted_in_the_order_of_the_page_and_lists_are_not(page):
    (first, second), _ = page
    assert [one.number for one in first.tables] == [1, 0]
    assert first.details[0].tables[0].number == 2
    assert second.tables[0].number == 3
    assert [first.details[0].images[0].number, second.images[0].number] == [1, 2]


def test_a_reference_is_a_link_to_the_number(page):
    _, places = page
    said = linked("Look there[[table:second-one, figure:roc]].", places=places)
    assert said == 'Look there (<a href="#table-3">Table 3</a>, <a href="#figure-roc">Figure 1</a>).'


def test_what_the_page_does_not_have_is_left_out(page):
    _, places = page
    assert linked("Look there[[figure:nothing]].", places=places) == "Look there."
    assert linked("Here [[figure:nothing, figure:roc]].", places=places).endswith("Figure 1</a>).")


def test_hostile_text_stays_text(page):
    _, places = page
    assert linked("<b>[[x]]</b>", places=places) == "&lt;b&gt;[[x]]&lt;/b&gt;"
    assert "<" not in linked("[[figure:<script>]]", places=places)
