"""What is lost when an input is shuffled."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex

from reports.style import colour_of
from reports.views.importance import VIEW, importance, importance_by_run
from reports.words import ABSENT, fixed, interval, percent
from tests.reports.views.helpers import by_colour, subset, with_part

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def _finite(lines) -> int:
    """Segments that are seen."""
    return sum(len(segment) == 2 and bool(np.isfinite(segment).all()) for segment in lines.get_segments())


def test_both_kinds_of_shuffle_are_those_stored(result):
    drops = result.part("importance").sel(metric="f1")
    figure = importance(drops, "F1")
    for axes, kind in zip(figure.axes, ("", "conditional_"), strict=True):
        (dots,) = [line for line in by_colour(axes, "nuts") if line.get_label() == "NUTS"]
        assert np.array_equal(dots.get_xdata(), drops[f"{kind}drop_mean"].sel({"method": "nuts"}))
        drawn = {to_hex(lines.get_color()[0]): _finite(lines) for lines in axes.collections}
        n = drops.sizes["feature"]  # rows and shuffles vary for a point estimate too
        assert drawn == {colour_of(method).lower(): n for method in ("mlp", "advi", "nuts")}
    assert len(importance(drops.drop_vars("conditional_drop_mean"), "F1").axes) == 1  # as of groups


def test_the_interval_of_a_cell_holds_its_number(result):
    section, stored = VIEW.show(result), result.part("importance").sel({"method": "nuts"}).isel(feature=0)
    (table,), tables = section.tables, {one.tables[0].title: one.tables[0] for one in section.details}
    for one, metric in ((table, "f1"), (tables["Drop of log score (nats) by single inputs"], "log_score")):
        drop = stored.sel(metric=metric)
        ends = [float(drop[name]) for name in ("drop_mean", "drop_lower", "drop_upper")]
        assert ends[1] <= ends[0] <= ends[2]
        assert one.rows[0][1] == interval(*ends)
        within = [float(drop[f"conditional_{name}"]) for name in ("drop_mean", "drop_lower", "drop_upper")]
        assert one.rows[0][4] == interval(*within)
        assert one.rows[0][5] == percent(float(stored["told_by_others"]))
    single = tables["Drop of F1 of single draws by single inputs"]
    drop = stored.sel(metric="f1")
    assert single.rows[0][1] == interval(*(float(drop[name]) for name in ("draw_mean", "draw_lower", "draw_upper")))
    assert single.rows[0][2] == ABSENT  # a point estimate has no draws
    assert "F1" in table.title


def _with_drops(result, alone, together):
    """The result where one input of two costs `alone` and the group of both `together`, each +- 0.01."""
    parts = result.parts.copy(deep=True)
    for part, values in (("importance", [alone, 0.0, 0.0]), ("importance_groups", [together, 0.0])):
        for name, shift in (("drop_mean", 0.0), ("drop_lower", -0.01), ("drop_upper", 0.01)):
            parts[part] = parts[part].to_dataset().assign({name: parts[part][name] * 0 + shift})
            parts[part][name][..., :] = np.array(values) + shift
    groups = parts["importance_groups"].to_dataset().assign_coords(columns=("group", ["a, b", "c"]))
    parts["importance_groups"] = xr.DataTree(groups)
    return replace(result, parts=parts)


def test_an_input_that_costs_more_than_its_group_is_explained(result):
    two = result.part("importance_groups").isel(group=[0, 1]).assign_coords(group=["pair", "c"])
    result = with_part(result, "importance_groups", two)
    (said,) = VIEW.show(_with_drops(result, alone=0.6, together=0.4)).paragraphs
    assert "a alone costs 0.600 of F1, the whole group pair only 0.400" in said
    told = result.part("importance")["told_by_others"].sel({"method": "nuts"}).isel(feature=0)
    assert percent(float(told)) in said
    assert not VIEW.show(_with_drops(result, alone=0.4, together=0.4)).paragraphs
    assert not VIEW.show(_with_drops(result, alone=0.41, together=0.4)).paragraphs  # their intervals overlap


def test_the_largest_drop_is_named(result):
    caption = VIEW.show(result).images[0].caption
    for name in ("drop_mean", "conditional_drop_mean"):
        drop = result.part("importance")[name].sel({"method": "nuts", "metric": "f1"})
        largest = str(drop["feature"].values[drop.values.argmax()])
        assert f"for NUTS {largest}, {fixed(float(drop.max()), 3)}." in caption


def test_fewer_methods_and_parts(result):
    section = VIEW.show(subset(result, "mlp"))
    assert [image.name for image in section.images] == ["importance"]  # a point estimate has no predictive sd
    assert not [one for one in section.details if "single draws" in one.title]
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
