"""How close methods are to the reference, mostly told from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.views.agreement import VIEW, agreement, score_scatter
from reports.words import ABSENT
from tests.reports.views.helpers import by_colour, subset, with_part

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests

NUTS = {"predictive_sd": 0.04, "rhat_max": 1.002, "ess_min": 800, "converged": 1}
ADVI = {"predictive_sd": 0.02, "khat": 1.4, "converged": 1}
CLASSES = {"class_agreement": 0.93, "mean_total_variation": 0.04, "mean_wasserstein": 0.05, "mean_sd_ratio": 0.5}
NUMBERS = {"mean_wasserstein": 12.0, "mean_wasserstein_sd": 0.44, "mean_sd_ratio": 0.5, "worst_wasserstein": 30.0}


def made(methods: dict[str, dict], agreements: dict[str, float], *, weights: tuple[float, float] | None = None):
    """A run by hand, the last method its reference, the others equally far from it."""
    names, others = list(methods), list(methods)[:-1]
    keys = ("rhat_max", "ess_min", "khat", "converged")
    of_fits = {key: ("method", [values.get(key, np.nan) for values in methods.values()]) for key in keys}
    spread = [[values.get("predictive_sd", np.nan)] for values in methods.values()]
    groups = {
        "cost": xr.Dataset({"seconds": ("method", np.ones(len(names)))}, {"method": names}),
        "scores": xr.Dataset({"value": (("method", "metric"), spread)}, {"method": names, "metric": ["predictive_sd"]}),
        "diagnostics": xr.Dataset(of_fits, {"method": names}),
        "agreement": xr.Dataset(
            {key: ("method", [value] * len(others)) for key, value in agreements.items()}, {"method": others}
        ),
    }
    if weights:
        ratio = (("method", "alignment", "parameter"), np.full((len(names), 1, 1), weights[0]))
        coords = {"method": names, "alignment": ["matched"], "parameter": ["w0"]}
        share = (ratio[0], np.full(ratio[1].shape, weights[1]))
        groups["weight_summary"] = xr.Dataset({"sd_ratio": ratio, "learned_in_both": share}, coords)
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["reference"] = names[-1]
    return Result({"name": "made", "sections": {"Agreement": ["agreement"]}}, tree)


def test_how_far_an_approximation_is():
    (said,) = VIEW.verdict(made({"advi": ADVI, "nuts": NUTS}, CLASSES))
    assert said.startswith("Compared with NUTS: ADVI puts 93.0 % of rows into the same class")
    assert "0.50 times as large" in said
    assert "k-hat 1.4 (above 0.7)" in said
    assert "weights" not in said
    (said,) = VIEW.verdict(made({"advi": ADVI, "nuts": NUTS}, CLASSES, weights=(0.53, 0.2)))
    assert "20 % of its input weights" in said
    assert "0.53 times the sd" in said


def test_a_reference_without_chains_is_itself_an_approximation():
    full_rank = ADVI | {"khat": 0.9}
    result = made({"advi": ADVI, "advi-full-rank": full_rank}, CLASSES)
    (said,) = VIEW.verdict(result)
    assert "itself an approximation" in said


@pytest.mark.parametrize("methods", [{"advi": ADVI}, {"nuts": NUTS}, {"mlp": {}, "advi": ADVI}, {"mlp": {}}])
def test_nothing_is_told_without_a_second_posterior(methods):
    assert not [*VIEW.verdict(made(methods, CLASSES))]


@pytest.mark.parametrize(
    ("agreements", "share", "expected"),
    [(CLASSES, 1.0, "on all rows"), (CLASSES, 0.985, "at least 98.5 % of the rows"), (NUMBERS, 0.14, "at most 0.14 ")],
)
def test_chains_of_the_reference_are_told_of(agreements, share, expected):
    first = "class_agreement" if "class_agreement" in agreements else "mean_wasserstein_sd"
    chains = xr.Dataset({first: ("chain", [share, share])}, {"chain": [0, 1]})
    (said,) = VIEW.verdict(with_part(made({"advi": ADVI, "nuts": NUTS}, agreements), "ceiling", chains))
    assert expected in said


def test_numbers_are_compared_without_a_word_of_classes():
    result = made({"map": {}, "advi": ADVI, "nuts": NUTS}, NUMBERS)
    (said,) = VIEW.verdict(result)
    assert "the predictions of ADVI are on average 0.44 of its predictive sds away" in said
    section = VIEW.show(result)
    (table,), (drawn,) = section.tables, section.images
    assert table.rows[1] == ("ADVI", "12.0", "0.440", "0.500", "30.0")
    for text in (said, table.note, *table.header, drawn.caption, drawn.alt):
        assert "class" not in text
        assert "score" not in text


def test_the_table_holds_what_is_stored_and_the_reference_has_no_row(result):
    section, stored = VIEW.show(result), result.part("agreement")
    (table,) = section.tables
    assert [row[0] for row in table.rows] == ["MLP", "ADVI"]
    same = stored["class_agreement"].sel({"method": "advi"})
    assert table.rows[1][1] == f"{100 * float(same):.1f} %"
    assert table.rows[0][4] == ABSENT  # a point estimate has no predictive sd
    apart = round((1 - float(same)) * stored.sizes["simulation"])
    assert f"ADVI {apart}." in section.images[0].caption


def test_keys_of_the_summary(result):
    summary = summarise(result)
    assert summary.loc["advi", "sd_ratio"] == result.part("agreement")["mean_sd_ratio"].sel({"method": "advi"})
    assert {"class_agreement", "total_variation"} <= set(summary.columns)


def test_figures_show_what_is_stored(result):
    part, chains, scored = (result.part(name) for name in ("agreement", "ceiling", "uncertainty"))
    figure = agreement(part, chains, reference="nuts")
    first = figure.axes[0]
    assert [tick.get_text() for tick in first.get_yticklabels()] == ["MLP", "ADVI", "chains of NUTS"]
    (dot,) = by_colour(first, "advi")
    assert dot.get_xdata()[0] == part["class_agreement"].sel({"method": "advi"})
    (ticks,) = by_colour(first, "nuts")
    assert np.array_equal(ticks.get_xdata(), chains["class_agreement"])
    scatter = score_scatter(scored, reference="nuts").axes[0]
    dots = [line for line in scatter.get_lines() if line.get_marker() == "."]
    assert sum(len(line.get_xdata()) for line in dots) == scored.sizes["simulation"]
    assert scatter.get_xlabel() == "score of NUTS (1)"


def test_fewer_methods_and_parts(result):
    assert VIEW.show(subset(result, "mlp")) is None
    assert len(VIEW.show(subset(result, "mlp", "nuts")).tables[0].rows) == 1
    assert "no sampler" in VIEW.show(subset(result, "mlp", "advi")).paragraphs[0]
    bare = with_part(with_part(result, "ceiling", None), "uncertainty", None)
    (drawn,) = VIEW.show(bare).images
    assert "chains" not in drawn.caption
