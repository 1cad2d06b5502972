"""What is lost when an input is shuffled."""

from dataclasses import replace

import numpy as np
from matplotlib.colors import to_hex

from reports.style import colour_of
from reports.views.importance import VIEW, importance, importance_by_run, sd_change
from reports.words import fixed, interval
from tests.reports.views.helpers import by_colour, subset, with_part


def _finite(lines) -> int:
    """Segments that are seen."""
    return sum(len(segment) == 2 and bool(np.isfinite(segment).all()) for segment in lines.get_segments())


def test_importance_is_that_stored_and_a_point_estimate_has_no_interval_of_draws(result):
    drops = result.part("importance").sel(metric="f1")
    axes = importance(drops, "F1").axes[0]
    (dots,) = [line for line in by_colour(axes, "nuts") if line.get_label() == "NUTS"]
    assert np.array_equal(dots.get_xdata(), drops["drop_mean"].sel({"method": "nuts"}))
    intervals = [lines for lines in axes.collections if lines.get_linewidth()[0] == 1]
    drawn = {to_hex(lines.get_color()[0]): _finite(lines) for lines in intervals}
    n = drops.sizes["feature"]
    assert drawn == {colour_of(method).lower(): count for method, count in (("mlp", 0), ("advi", n), ("nuts", n))}
    assert axes.get_xlabel() == "drop of F1 when shuffled"


def test_changes_of_the_sd_have_a_panel_for_each_subset(result):
    titles = [axes.get_title(loc="left") for axes in sd_change(result.part("importance")).axes]
    assert titles == ["propagation rows", "arrest rows", "TP rows", "TN rows"]


def test_tables_are_by_f1_and_by_log_score(result):
    section, stored = VIEW.show(result), result.part("importance").sel({"method": "nuts"}).isel(feature=0)
    (table,), (details,) = section.tables, section.details
    for one, metric in ((table, "f1"), (details.tables[0], "log_score")):
        drop = stored.sel(metric=metric)
        expected = interval(*(float(drop[name]) for name in ("drop_mean", "draw_lower", "draw_upper")))
        assert one.rows[0][1] == expected
    assert "F1" in table.title
    assert "log score" in details.tables[0].title


def test_the_largest_drop_is_named(result):
    drop = result.part("importance")["drop_mean"].sel({"method": "nuts", "metric": "f1"})
    largest = str(drop["feature"].values[drop.values.argmax()])
    assert f"for NUTS {largest}, {fixed(float(drop.max()), 3)}." in VIEW.show(result).images[0].caption


def test_no_rise_of_the_sd_is_told_where_there_is_none(result):
    parts = result.parts.copy(deep=True)
    changes, name = parts["importance"]["sd_change_mean"], str(result.part("importance")["feature"].values[1])
    changes[:] = -0.1
    changes.loc[{"method": "nuts", "subset": "arrest", "feature": name}] = 0.2
    caption = VIEW.show(replace(result, parts=parts)).images[-1].caption
    assert f"ADVI none for propagation, ADVI none for arrest, NUTS none for propagation, NUTS {name} for" in caption


def test_fewer_methods_and_parts(result):
    section = VIEW.show(subset(result, "mlp"))
    assert [image.name for image in section.images] == ["importance"]  # a point estimate has no predictive sd
    assert "[" not in section.tables[0].rows[0][1]
    assert VIEW.show(with_part(result, "importance", None)) is None
    assert VIEW.across.show(with_part(result, "importance", None)) is None


def test_runs_are_lines_of_a_heat_map(runs_result):
    drop = runs_result.part("importance")["drop_mean"].sel(metric="f1")
    panel = next(axes for axes in importance_by_run(drop, "F1").axes if axes.get_title(loc="left") == "NUTS")
    stored = drop.sel({"method": "nuts"}).transpose("run", "feature").values
    assert np.array_equal(np.nan_to_num(panel.get_images()[0].get_array()), np.nan_to_num(stored))
    assert panel.texts[0].get_text() == fixed(stored[0, 0], 2)
    (drawn,) = VIEW.across.show(runs_result).images
    assert all(run in drawn.alt for run in runs_result.study["runs"])
    assert "Inputs are called" not in drawn.caption


def test_runs_of_other_data_say_whose_names_the_inputs_have(runs_result):
    runs = {run: {**about, "data_checksum": run} for run, about in runs_result.study["runs"].items()}
    (drawn,) = VIEW.across.show(replace(runs_result, study={**runs_result.study, "runs": runs})).images
    assert f"Inputs are called as in {runs_result.parts.attrs['named']}:" in drawn.caption
