"""The weights by kind, and the convergence of single weights."""

import pytest

from reports.summary import summarise
from reports.views.weight_summary import ALIGNMENTS, KINDS, VIEW
from reports.words import ABSENT, count, number
from tests.reports.views.helpers import subset, with_part


def test_the_tables_hold_what_is_stored(result):
    by_kind, convergence = VIEW.show(result).tables
    stored = result.part("weight_summary").sel({"method": "nuts"})
    assert [row[:2] for row in by_kind.rows] == [(method, kind) for method in ("NUTS", "ADVI") for kind in KINDS]
    row = dict(zip(by_kind.header, by_kind.rows[0], strict=True))
    one = stored.sel(alignment="matched", parameter="w0")
    assert row["sd matched"] == number(float(one["sd"]), 2)
    assert row["contraction matched"] == number(float(one["contraction_beyond_matching"]), 2)
    ((name, *values),) = convergence.rows  # ADVI has no chains, and MLP no draws
    assert name == "NUTS"
    assert values[:3] == [number(float(stored["largest_rhat"].sel(alignment=form)), 4) for form in ALIGNMENTS]
    assert values[3] == count(float(stored["smallest_ess"].sel(alignment="none")))


def test_a_network_without_scales_has_no_balanced_columns(result):
    unscaled = result.part("weight_summary").sel(alignment=["none", "matched"])
    tables = VIEW.show(with_part(result, "weight_summary", unscaled)).tables
    assert not [heading for table in tables for heading in table.header if "balanced" in heading]
    kept = [place for place, heading in enumerate(tables[0].header) if not heading.startswith("sd ratio")]
    assert all(
        row[place] != ABSENT for row in tables[0].rows for place in kept
    )  # a ratio needs weights that are learned


@pytest.mark.parametrize(("methods", "tables"), [(("mlp",), 0), (("mlp", "advi"), 1), (("nuts",), 2)])
def test_fewer_methods(result, methods, tables):
    assert len(VIEW.show(subset(result, *methods)).tables) == tables


def test_keys_of_the_summary(result):
    summary, stored = summarise(result), result.part("weight_summary").sel({"method": "nuts"})
    assert summary.loc["nuts", "weights_rhat_max"] == stored["largest_rhat"].sel(alignment="none")
    assert summary.loc["nuts", "weights_rhat_max_matched"] == stored["largest_rhat"].sel(alignment="matched")
    assert summary.loc["nuts", "w0_sd_matched"] == stored["sd"].sel(alignment="matched", parameter="w0")
    assert summary.loc["nuts", "w0_sd_ratio_matched"] == 1


def test_sampled_fits_of_several_runs(runs_result):
    (table,) = VIEW.across.show(runs_result).tables
    stored = runs_result.part("weight_summary")["largest_rhat"].sel({"method": "nuts", "alignment": "matched"})
    known = stored.dropna("run")
    assert [row[:2] for row in table.rows] == [(run, "NUTS") for run in known["run"].values]
    column = table.header.index("R-hat max matched ↓")
    assert [row[column] for row in table.rows] == [number(float(value), 4) for value in known]
    assert VIEW.across.show(with_part(runs_result, "weight_summary", None)) is None
