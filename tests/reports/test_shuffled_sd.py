"""The predictive sd when inputs and groups of them are shuffled."""

import numpy as np
import pytest
import xarray as xr

from reports.shuffled_sd import levels, sd_when_shuffled, shuffled_sd
from reports.words import fixed
from tests.reports.views.helpers import by_colour, subset

SUBSETS = ["propagation", "arrest", "TP", "TN"]


def part(dim: str, names: list[str], changes: list[float], columns: list[str] = ()) -> xr.Dataset:
    shape = (1, len(names), len(SUBSETS))
    change = np.broadcast_to(np.array(changes)[None, :, None], shape)
    found = xr.Dataset(
        {
            "sd_baseline": (("method", "subset"), np.full((1, len(SUBSETS)), 0.1)),
            "sd_change_mean": (("method", dim, "subset"), change),
            "sd_change_sd": (("method", dim, "subset"), np.full(shape, 0.01)),
        },
        {"method": ["nuts"], dim: names, "subset": SUBSETS},
    )
    return found.assign_coords(columns=(dim, columns)) if columns else found


INPUTS = part("feature", ["sxx", "sxy", "dc"], [0.06, -0.05, 0.0])
GROUPS = part("group", ["stress", "dc"], [-0.04, 0.0], ["sxx, sxy", "dc"])


def test_levels_are_the_unshuffled_sd_plus_the_change_and_groups_of_one_are_left_out():
    found = levels(INPUTS, GROUPS).sel({"method": "nuts", "subset": "arrest"})
    assert found["item"].values.tolist() == ["sxx", "sxy", "dc", "stress"]
    assert found["level"].values == pytest.approx([0.16, 0.05, 0.1, 0.06])
    assert found["group"].values.tolist() == [False, False, False, True]
    assert levels(INPUTS, None).sizes["item"] == 3


def test_the_figure_shows_levels_beside_the_unshuffled_sd():
    found = levels(INPUTS, GROUPS)
    panels = sd_when_shuffled(found).axes
    assert [axes.get_title(loc="left") for axes in panels] == ["propagation rows", "arrest rows"]
    dots, before = by_colour(panels[0], "nuts")
    assert dots.get_xdata() == pytest.approx([0.16, 0.05, 0.1, 0.06])
    assert before.get_xdata()[0] == pytest.approx(0.1)


def test_caption_and_tables_give_the_levels(result):
    one = subset(result, "mlp", "nuts")
    ((drawn,), tables) = shuffled_sd(one, INPUTS, GROUPS)
    assert "shuffling sxx moves it to 0.160 (+0.060)" in drawn.caption
    (table,) = tables[0].tables
    assert table.header == ("shuffled", "NUTS, propagation", "NUTS, arrest")
    assert table.rows[0] == ("nothing", fixed(0.1, 3), fixed(0.1, 3))
    assert table.rows[-1][0] == "stress"
    assert [section.tables[0].header[1] for section in tables] == ["NUTS, propagation", "NUTS, TP"]
