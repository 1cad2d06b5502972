"""Where the dots of a figure stand, and what they tell."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.context import along
from bayesnet.contract import Result
from bayesnet.parts.uncertainty import predictive_uncertainty
from reports import hover
from reports.hover import dot_for_each, dots_of, row_texts, rows_shown
from reports.marks import panels
from reports.style import styled
from reports.views import uncertainty
from tests.reports.made import made_result


def test_dots_stand_where_they_are_drawn():
    figure, (axes,) = styled(panels)(1, columns=1, height=2)
    axes.set(xlim=(0, 10), ylim=(-1, 1))
    figure.draw_without_rendering()
    found = dots_of([axes], [np.array([0.0, 5.0])], [np.array([1.0, -1.0])], ["one", "two"])
    assert found.places == (((0.0, 0.0), (0.5, 1.0)),)  # upper left corner; middle of the lower edge
    left, top, right, bottom = found.panels[0]
    box = axes.get_position()
    assert (left, right) == pytest.approx((box.x0, box.x1), abs=1e-3)
    assert (top, bottom) == pytest.approx((1 - box.y1, 1 - box.y0), abs=1e-3)
    assert found.texts == ("one", "two")


def scored() -> Result:
    """Results with scores and nothing else."""
    result = made_result(["mlp", "nuts"], compared=False)
    values = along("method", {name: predictive_uncertainty(fit) for name, fit in result.fits.items()})
    result.parts["uncertainty"] = xr.DataTree(values)
    result.parts["cost"] = xr.DataTree(xr.Dataset({"seconds": ("method", [1.0, 1.0])}, {"method": ["mlp", "nuts"]}))
    result.parts.attrs["reference"] = "nuts"
    return result


def test_of_many_rows_some_have_a_dot_and_the_figure_says_so(monkeypatch, undrawn):
    result = scored()
    values = result.part("uncertainty")
    assert rows_shown(values).identical(values)
    assert dot_for_each(values) == "one dot for each row"
    monkeypatch.setattr(hover, "MOST", 5)
    shown = rows_shown(values)
    assert shown.sizes["simulation"] == 5
    assert "5 of the 40 rows" in dot_for_each(values)
    every = dict(zip(values["simulation"].values.tolist(), row_texts(result, values), strict=True))
    assert row_texts(result, shown) == [every[row] for row in shown["simulation"].values.tolist()]
    (drawn,) = uncertainty.show(result).images
    assert "5 of the 40 rows" in drawn.caption
    assert [len(panel) for panel in drawn.dots.places] == [5]


def test_a_row_tells_its_number_class_scores_and_inputs():
    result = scored()
    values = result.part("uncertainty")
    texts = row_texts(result, values)
    first = values.isel(simulation=0)
    assert len(texts) == values.sizes["simulation"]
    head, scores, inputs = texts[0].split("\n")
    label = int(first["label"].sel({"method": "nuts"}))
    assert head == f"Row {int(first['simulation'])}, {'propagation' if label else 'arrest'}"
    assert scores.startswith(f"scores: NUTS {float(first['score'].sel({'method': 'nuts'})):.2f}, MLP ")
    assert inputs.count("(MPa)") == 3
