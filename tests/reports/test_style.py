import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex

from bayesnet.methods import METHODS
from reports.marks import method_legend, panels
from reports.style import (
    CLASS_COLOURS,
    COLOURS,
    MARKERS,
    colour_of,
    marker_of,
    shorten,
    style,
    styled,
    to_png,
    to_svg,
    with_unit,
)
from reports.views.scores import scores


@pytest.fixture
def values() -> xr.Dataset:
    """The part `scores` of two methods."""
    both = ("method", "metric")
    return xr.Dataset(
        {"value": (both, [[0.9, 0.5], [0.8, 0.4]]), "rows_interval": ((*both, "bound"), np.full((2, 2, 2), 0.5))},
        {
            "method": ["mlp", "nuts"],
            "metric": ["accuracy", "<script>$x_1 & y$"],
            "label": ("metric", ["accuracy", "<script>$x_1 & y$"]),
            "better": ("metric", [1, 1]),
            "bound": ["lower", "upper"],
        },
    )


def test_the_same_figure_gives_the_same_file(values):
    assert to_svg(scores(values), "one") == to_svg(scores(values), "one")
    assert to_png(scores(values)) == to_png(scores(values))


def test_svg_stands_in_a_page(values):
    text = to_svg(scores(values), "scores")
    root = ElementTree.fromstring(text)
    assert "width" not in root.attrib
    assert "viewBox" in root.attrib
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("scores-") for one in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', text)) <= set(ids)
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}  # the namespace
    assert "<style" not in text
    assert "<metadata" not in text
    assert ">accuracy" in text  # text stays text


def test_hostile_names_are_escaped_and_not_read_as_mathematics(values):
    text = to_svg(scores(values), "scores")
    assert "<script" not in text
    assert "$x_1 &amp; y$" in text


def test_settings_of_the_reader_neither_change_a_figure_nor_are_changed(values):
    before = dict(matplotlib.rcParams)
    plain = to_svg(scores(values), "scores")
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "text.parse_math": True}):
        assert to_svg(scores(values), "scores") == plain
    with style():
        assert matplotlib.rcParams["svg.fonttype"] == "none"


def test_every_method_has_a_colour_and_a_marker_of_its_own():
    assert len({*map(colour_of, METHODS)}) == len({*map(marker_of, METHODS)}) == len(METHODS)
    assert len(set(COLOURS)) == len(COLOURS)
    assert len(set(MARKERS)) == len(MARKERS)
    assert not {*CLASS_COLOURS.values()} & {*map(colour_of, METHODS)}
    assert colour_of("my_own_method") == colour_of("my_own_method")


def test_a_method_looks_the_same_everywhere(values):
    @styled
    def legend():
        figure, _ = panels(1, columns=1, height=2)
        method_legend(figure, ["nuts"])
        return figure

    (handle,) = legend().legends[0].legend_handles
    assert to_hex(handle.get_color()) == colour_of("nuts").lower()
    for axes in scores(values).axes[:2]:
        assert {to_hex(line.get_color()) for line in axes.get_lines()} == {
            colour_of(method).lower() for method in ("mlp", "nuts")
        }


def test_names():
    assert shorten("height") == "height"
    assert len(shorten("x" * 100)) == 24
    assert shorten("a_long_name_that_ends_in_number_17").endswith("_17")
    assert with_unit("sxx", "MPa") == "sxx (MPa)"
    assert with_unit("mu_d", "1") == "mu_d (1)"
    assert with_unit("mystery", "") == "mystery"
