"""How panels of a figure are stacked."""

import pytest

from reports.marks import panels
from reports.pieces import pieces_of
from reports.style import styled, to_svg


@styled
def drawn(count, columns, **options):
    figure, axes = panels(count, columns=columns, height=2, **options)
    for place, panel in enumerate(axes):
        panel.plot([0, 1], [place, 1])
        panel.set_yticks([0, 1], ["a long label", "b"])
        panel.set_xlabel("x")
    return figure


def pieces(*args, **options):
    figure = drawn(*args, **options)
    to_svg(figure, "x")  # which lays it out, at another resolution
    return pieces_of(figure)


def test_a_single_column_needs_no_stack():
    assert pieces(1, 1) == ()
    assert pieces(3, 1) == ()


def test_every_panel_is_a_piece_of_the_figure():
    found = pieces(3, 2)
    assert len(found) == 3
    for (piece,) in found:
        left, top, width, height = piece
        assert 0 <= left < left + width <= 1.0001
        assert 0 <= top < top + height <= 1.0001
    (first,), (second,), (third,) = found
    assert first[0] + first[2] <= second[0] + 0.02  # beside each other, but for the margins
    assert third[1] > first[1]


def test_a_panel_without_labels_of_its_own_takes_its_neighbours():
    (first,), (labels, second) = pieces(2, 2, sharey=True)
    assert labels[0] == pytest.approx(first[0])
    assert labels[2] > 0.1  # as wide as the label is
    assert labels[0] + labels[2] < second[0]
    assert labels[1] == pytest.approx(second[1])


def test_columns_whose_lowest_panel_has_the_labels_stay_whole():
    found = pieces(4, 2, sharex=True, sharey=True)
    assert len(found) == 2
    assert found[0][0][3] > 0.8


def test_legends_and_common_labels_are_pieces_too():
    figure = drawn(2, 2)
    figure.legend(handles=[figure.axes[0].get_lines()[0]], labels=["one"], loc="outside upper left")
    figure.supxlabel("a common label, which is long enough to be told from others", fontsize="medium")
    to_svg(figure, "x")
    legend, _, _, common = pieces_of(figure)
    assert legend[0][1] < 0.2
    assert common[0][1] > 0.8
    assert common[0][2] > 0.45  # 60 letters, whatever the resolution that they were last drawn at
