"""What a page says of a catalogue and of its audit."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

from bayesnet.contract import Result
from bayesnet.parts.catalogue import catalogue_content
from data import make_catalogue
from data.audit.power import read_power
from reports.style import to_svg
from reports.view import FAIL, PASS, WARN
from reports.views import catalogue as view
from reports.views.catalogue import VIEW
from reports.words import MINUS
from tests.reports.views.helpers import checked

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests

HOSTILE = ["<script>alert(1)</script>", "$x_1 & y$", "a_very_long_name_of_an_input_that_no_axis_has_room_for"]
ERROR = {"kind": "leakage", "severity": "error", "message": "column a is the label", "suggestion": "drop it"}
INFO = {"kind": "balance", "severity": "info", "message": "uneven", "suggestion": "none"}


def of(data: xr.Dataset, findings: list[dict] | None = None) -> Result:
    parts = xr.DataTree.from_dict({"catalogue": catalogue_content(data)})
    return Result({"sections": {"Data": ["catalogue"]}}, parts, data=data, findings=findings)


def made(*names: str) -> xr.Dataset:
    features = np.random.default_rng(5).normal(3, 2, size=(80, len(names)))
    label = features[:, 0] > 3
    split = np.repeat(["train", "test"], 40)
    units = ["MPa"] * len(names)
    return make_catalogue(
        name="made", features=features, label=label, split=split, feature_names=list(names), units=units
    )


def test_rows_classes_and_ranges_are_those_of_the_catalogue(catalogue):
    section = VIEW.show(of(catalogue))
    about, split = section.tables
    assert dict(about.rows)["checksum"] == catalogue.attrs["checksum"]
    labels = {part: catalogue["label"][(catalogue["split"] == part).values] for part in ("train", "test")}
    assert [row[:4] for row in split.rows] == [
        (part, str(label.size), str(int(label.sum())), str(int((1 - label).sum()))) for part, label in labels.items()
    ]
    (ranges,) = next(part for part in section.details if part.anchor == "catalogue-ranges").tables
    assert [row[:2] for row in ranges.rows[:2]] == [("a (km)", "train"), ("a (km)", "test")]
    lowest = catalogue["features"].sel(feature="a")[(catalogue["split"] == "train").values].min()
    assert ranges.rows[0][2] == f"{MINUS}{abs(float(lowest)):.2f}"


def test_what_the_audit_found_is_shown_and_its_errors_fail_a_check(catalogue):
    result = of(catalogue, [ERROR, INFO])
    *_, audit = VIEW.show(result).tables
    assert [row[0] for row in audit.rows] == ["error", "info"]
    assert "drop it" in audit.rows[0]
    (wrong,) = checked(VIEW, result, FAIL, WARN).values()
    assert "one error" in wrong
    assert "column a is the label" in wrong
    assert "uneven" not in wrong
    assert "2 errors" in checked(VIEW, of(catalogue, [ERROR, ERROR]), FAIL)["Data"]
    assert "uneven" in checked(VIEW, of(catalogue, [INFO | {"severity": "warning"}]), WARN)["Data"]
    assert [*checked(VIEW, of(catalogue, [INFO]), PASS)] == ["Data"]
    assert not list(VIEW.checks(of(catalogue, None)))


@pytest.mark.parametrize(("findings", "told"), [(None, "No audit"), ([], "found nothing"), ([INFO], "one finding")])
def test_how_much_the_audit_finds_stands_where_there_was_one(catalogue, findings, told):
    section = VIEW.show(of(catalogue, findings))
    assert any(told in paragraph for paragraph in section.paragraphs)
    assert ("audit-power" in {detail.anchor for detail in section.details}) == (findings is not None)


def test_a_result_without_a_catalogue_shows_none(catalogue):
    assert VIEW.show(replace(of(catalogue), data=None)) is None
    assert VIEW.show(replace(of(catalogue), parts=xr.DataTree())) is None
    assert VIEW.across is None


def test_correlations_are_by_rank_and_need_two_inputs(catalogue):
    table = view.correlation(catalogue)
    assert np.allclose(np.diag(table), 1)
    cubed = catalogue.assign(features=catalogue["features"] ** 3)
    assert np.allclose(view.correlation(cubed), table)
    names = [image.name for image in VIEW.show(of(catalogue)).details[0].images]
    assert names == ["inputs-by-class", "input-correlation"]
    assert [image.name for image in VIEW.show(of(made("only"))).details[0].images] == ["inputs-by-class"]


def test_inputs_carry_units_and_hostile_names_are_text(catalogue):
    assert view.inputs_by_class(catalogue).axes[0].get_xlabel() == "a (km)"
    figure = view.inputs_by_class(made(*HOSTILE))
    text = to_svg(figure, "inputs")
    assert "<script" not in text
    assert "$x_1 &amp; y$" in text
    assert all(one.get_fontsize() >= 9 for one in figure.findobj(Text) if one.get_text())


def test_many_inputs_have_a_figure_each(catalogue):
    many = made(*(f"input_{i}_of_many_{'x' * i}" for i in range(20)))
    assert len(VIEW.show(of(many)).details[0].images) == 2
    assert not view.input_correlation(view.correlation(many)).axes[0].texts  # no room for values in the cells


def test_the_power_of_the_audit_is_that_measured():
    power = read_power()
    panels = view.audit_power(power).axes[:2]
    for panel, physics in zip(panels, power["physics"].values, strict=True):
        found = 100 * power["found"].sel(physics=physics).transpose("shift", "length")
        assert np.array_equal(panel.get_images()[0].get_array(), found)
