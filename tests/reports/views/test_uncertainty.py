import numpy as np
import pytest
import xarray as xr

from reports.views.uncertainty import GAUSSIAN, MOST, VIEW, sd_against_score
from reports.words import fixed, number
from tests.reports.views.helpers import subset, with_part
from tests.reports.views.scored import scored, scored_runs

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def test_every_test_row_is_in_the_scatter(make_fit):
    values = scored(make_fit).part("uncertainty")
    figure = sd_against_score(values)
    assert figure.axes[2].get_ylabel() == "sd of the score (1)"
    dots = [line.get_ydata() for line in figure.axes[-1].get_lines() if line.get_marker() == "."]
    stored = values["uncertainty"].sel({"method": "nuts", "measure": "sd"})
    assert np.array_equal(np.sort(np.concatenate(dots)), np.sort(stored))


def test_a_point_estimate_has_no_sd_to_draw(make_fit):
    result = scored(make_fit)
    assert [image.name for image in VIEW.show(result).images] == ["sd_against_score"]
    assert [image.name for image in VIEW.show(result).details[-1].images] == ["roc"]
    assert VIEW.show(subset(result, "mlp")).images == ()
    assert VIEW.show(with_part(result, "uncertainty", None)) is None


def test_rows_of_one_class_have_no_roc_curve(make_fit):
    result = scored(make_fit)
    values = result.part("uncertainty")
    one_class = with_part(result, "uncertainty", values.assign(label=xr.ones_like(values["label"])))
    assert [image.name for image in VIEW.show(one_class).images] == ["sd_against_score"]


def test_the_most_uncertain_rows_of_the_reference_come_first(make_fit):
    result = scored(make_fit)
    uncertain, *_ = VIEW.show(result).details
    (table,) = uncertain.tables
    sd = result.part("uncertainty")["uncertainty"].sel({"method": "nuts", "measure": "sd"})
    assert len(table.rows) == MOST
    assert table.header[-1] == "x0 (km)"
    assert [row[3] for row in table.rows] == [number(value) for value in np.sort(sd)[::-1][:MOST]]
    (table,) = VIEW.show(subset(result, "mlp")).details[0].tables
    entropy = result.part("uncertainty")["uncertainty"].sel({"method": "mlp", "measure": "total"})
    assert [row[4] for row in table.rows] == [number(value) for value in np.sort(entropy)[::-1][:MOST]]


def test_the_most_confidently_wrong_rows_come_first(make_fit):
    result = scored(make_fit)
    _, wrong, _ = VIEW.show(result).details
    (table,) = wrong.tables
    rows = result.part("uncertainty").sel({"method": "nuts"})
    scores = rows["score"].values[np.isin(rows["cell"].values, ("FP", "FN"))]
    assert {row[1] for row in table.rows} == {"FP", "FN"}
    assert [row[2] for row in table.rows] == [fixed(s, 3) for s in sorted(scores, key=lambda s: -abs(s - 0.5))]
    values = result.part("uncertainty")
    right = values.assign(cell=xr.full_like(values["cell"], "TP"))
    _, none, _ = VIEW.show(with_part(result, "uncertainty", right)).details
    assert not none.tables
    assert len(none.paragraphs) == 1


def test_a_gaussian_fit_says_what_its_entropies_are_of(make_fit):
    plain, gaussian = scored(make_fit, "mlp"), scored(make_fit, "mlp", likelihood="gaussian")
    assert not VIEW.show(plain).paragraphs
    assert VIEW.show(gaussian).paragraphs == (f"The {GAUSSIAN}",)
    assert VIEW.across.show(scored_runs(first=plain, second=plain)) is None
    assert VIEW.across.show(scored_runs(first=plain, second=gaussian)).paragraphs == (f"In second the {GAUSSIAN}",)
