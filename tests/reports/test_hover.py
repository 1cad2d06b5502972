"""Where the dots of a figure stand, and what they tell."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.context import along
from bayesnet.parts.uncertainty import predictive_uncertainty
from reports import hover
from reports.hover import dots_of, row_texts
from reports.marks import panels
from reports.style import styled
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


def test_rows_that_are_too_many_to_be_pointed_at_have_no_dots(monkeypatch):
    result = made_result(["mlp", "nuts"], compared=False)
    values = along("method", {name: predictive_uncertainty(fit) for name, fit in result.fits.items()})
    monkeypatch.setattr(hover, "MOST", values.sizes["simulation"] - 1)
    assert hover.dots_of_rows([], [], [], result, values) is None


def test_a_row_tells_its_number_class_scores_and_inputs():
    result = made_result(["mlp", "nuts"], compared=False)
    values = along("method", {name: predictive_uncertainty(fit) for name, fit in result.fits.items()})
    result.parts["cost"] = xr.DataTree(xr.Dataset({"seconds": ("method", [1.0, 1.0])}, {"method": ["mlp", "nuts"]}))
    result.parts.attrs["reference"] = "nuts"
    texts = row_texts(result, values)
    first = values.isel(simulation=0)
    assert len(texts) == values.sizes["simulation"]
    head, scores, inputs = texts[0].split("\n")
    label = int(first["label"].sel({"method": "nuts"}))
    assert head == f"Row {int(first['simulation'])}, {'propagation' if label else 'arrest'}"
    assert scores.startswith(f"scores: NUTS {float(first['score'].sel({'method': 'nuts'})):.2f}, MLP ")
    assert inputs.count("(MPa)") == 3
