"""Which method predicts best: told from differences made by hand, and only where they are decided."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from bayesnet.parts.differences import paired_differences
from reports.convergence import starts_sentences
from reports.differences import difference
from reports.views.differences import VIEW, score_differences, shown_pairs
from reports.words import ABSENT, MINUS
from tests.reports.views.helpers import subset, with_part
from tests.reports.views.scored import scored, scored_runs

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests

ZERO = (0.0, 0.0, 0.0)
METRICS = {"accuracy": ("accuracy", 1), "log_score": ("log score (nats)", 1)}
MLP = {"log_score": -0.3, "accuracy": 0.90, "seconds": 2.0}
ADVI = {"log_score": -0.25, "accuracy": 0.91, "predictive_sd": 0.02, "seconds": 30.0}
NUTS = {"log_score": -0.2, "accuracy": 0.94, "predictive_sd": 0.04, "seconds": 600.0}
ALL = {"mlp": MLP, "advi": ADVI, "nuts": NUTS}
CLEAR = {("nuts", "mlp"): (0.1, 0.05, 0.15), ("nuts", "advi"): (0.05, 0.02, 0.08), ("advi", "mlp"): (0.05, 0.01, 0.09)}
OPEN = {("nuts", "mlp"): (0.1, -0.02, 0.22), ("nuts", "advi"): (0.05, -0.01, 0.1), ("advi", "mlp"): (0.05, -0.1, 0.2)}


def made(methods: dict[str, dict], leads: dict, *, accuracy_leads: dict | None = None, p: float | None = 0.001):
    """A run by hand: values of each method, and differences (value, lower, upper) of log score and accuracy."""
    names = list(methods)
    keys = (*METRICS, "predictive_sd")
    values = [[one.get(key, np.nan) for key in keys] for one in methods.values()]
    both = {"accuracy": _signed(accuracy_leads or leads), "log_score": _signed(leads)}
    pairs = np.array([[[both[m].get((a, b), ZERO) for m in METRICS] for b in names] for a in names])
    labels, better = zip(*METRICS.values(), strict=True)
    coords = {"metric": list(METRICS), "label": ("metric", list(labels)), "better": ("metric", list(better))}
    differences = xr.Dataset(
        {
            "difference": (("method", "other", "metric"), pairs[..., 0]),
            "interval": (("method", "other", "metric", "bound"), pairs[..., 1:]),
            "mcnemar_p": (("method", "other"), np.full(pairs.shape[:2], p)),
        },
        coords | {"method": names, "other": names, "bound": ["lower", "upper"]},
    )
    parts = {
        "cost": xr.Dataset({"seconds": ("method", [m["seconds"] for m in methods.values()])}, {"method": names}),
        "scores": xr.Dataset({"value": (("method", "metric"), values)}, {"method": names, "metric": list(keys)}),
    }
    if len(names) > 1:
        parts["differences"] = differences
    return Result({"name": "made", "sections": {"Predictions": ["differences"]}}, xr.DataTree.from_dict(parts))


def _signed(leads: dict) -> dict:
    return leads | {(b, a): (-value, -upper, -lower) for (a, b), (value, lower, upper) in leads.items()}


def verdict(result: Result) -> list[str]:
    return list(VIEW.verdict(result))


def test_a_ranking_that_the_intervals_support():
    best, accuracy, worth = verdict(made(ALL, CLEAR))
    assert best.startswith("NUTS predicts best")
    assert "0.050 [0.020, 0.080] over ADVI" in best
    assert "0.100 [0.050, 0.150] over MLP" in best
    assert "94.0 % (NUTS)" in accuracy
    assert "by NUTS was worth it" in worth
    assert "10 min instead of 2.0 s" in worth


def test_no_ranking_where_intervals_contain_zero():
    best, accuracy, worth = verdict(made(ALL, OPEN))
    assert best.startswith("No method can be named best")
    assert "does lead" not in best
    assert "between NUTS and ADVI and MLP it is not decided (95 %" in accuracy
    assert "was not shown to be worth it" in worth


def test_an_interval_that_ends_at_zero_decides_nothing():
    result = made({"mlp": MLP, "nuts": NUTS}, {("nuts", "mlp"): (0.1, 0.0, 0.2)})
    assert verdict(result)[0].startswith("No method can be named best")


def test_the_best_may_lead_only_some():
    first = verdict(made(ALL, CLEAR | {("nuts", "mlp"): (0.1, -0.01, 0.2)}))[0]
    assert first.startswith("No method can be named best")
    assert "over MLP; it does lead by 0.050 [0.020, 0.080] over ADVI" in first


def test_log_score_and_accuracy_may_disagree():
    lead, fewer = {("nuts", "mlp"): (0.1, 0.05, 0.15)}, {("nuts", "mlp"): (-0.04, -0.07, -0.01)}
    best, accuracy, _ = verdict(made({"mlp": MLP, "nuts": NUTS}, lead, accuracy_leads=fewer))
    assert best.startswith("NUTS predicts best")
    assert "NUTS gets fewer rows right than MLP" in accuracy


def test_a_point_estimate_may_win():
    result = made({"mlp": MLP | {"log_score": -0.1}, "nuts": NUTS}, {("mlp", "nuts"): (0.1, 0.05, 0.15)})
    best, _, worth = verdict(result)
    assert best.startswith("MLP predicts best")
    assert "the posterior by NUTS predicts worse" in worth


def test_every_decided_pair_is_told_and_no_other():
    leads = {("nuts", "mlp"): (0.04, 0.01, 0.07), ("nuts", "advi"): (0.01, -0.01, 0.03), ("mlp", "advi"): (-0.03,) * 3}
    said = "NUTS gets more rows right than MLP; between NUTS and ADVI it is not decided; ADVI gets more right than MLP"
    assert said in verdict(made(ALL, OPEN, accuracy_leads=leads))[1]


def test_an_accuracy_is_not_decided_by_four_rows_to_none(make_fit):
    label = np.arange(400) % 2
    good = np.where(label == 1, 0.9, 0.1)
    poor = np.where(np.arange(400) < 4, 1 - good, good)
    fits = {name: make_fit(p[None, None], label) for name, p in (("nuts", good), ("mlp", poor))}
    result = Result({}, xr.DataTree.from_dict({"differences": paired_differences(fits)}))
    pair = {"method": "nuts", "other": "mlp"}
    four = difference(result, "differences", "accuracy", pair)
    assert four.lower > 0
    assert four.p == 0.125
    assert four.sign == 0
    assert four.marked == str(four)
    for metric in ("log_score", "brier"):
        assert difference(result, "differences", metric, pair).marked.endswith(" *")
    assert difference(result, "differences", "accuracy", pair | {"other": "lost"}).sign == 0
    leads = {("nuts", "mlp"): (0.01, 0.002, 0.02)}
    told = {p: verdict(made({"mlp": MLP, "nuts": NUTS}, leads, p=p))[1] for p in (0.125, 0.01)}
    assert "between NUTS and MLP it is not decided" in told[0.125]
    assert "gets more rows right than MLP" in told[0.01]


PHYSICS = {"log_score": -0.1, "accuracy": 0.95, "predictive_sd": 0.01, "seconds": 1.0}
MAJORITY = {"log_score": -0.6, "accuracy": 0.7, "predictive_sd": 0.01, "seconds": 1.0}


@pytest.mark.parametrize(
    ("lead", "answer"),
    [
        ((-0.1, -0.15, -0.05), "No network was worth it"),
        ((-0.1, -0.25, 0.05), "Whether a network was worth it"),
        ((0.1, 0.05, 0.15), "A network was worth it"),
    ],
)
def test_a_network_must_beat_the_best_baseline(lead, answer):
    methods = {"majority": MAJORITY, "physics": PHYSICS, "mlp": MLP, "nuts": NUTS}
    leads = {("nuts", "physics"): lead, ("nuts", "majority"): (0.4, 0.3, 0.5), ("nuts", "mlp"): (0.1, 0.05, 0.15)}
    said = verdict(made(methods, leads))
    (network,) = [one for one in said if answer in one]
    assert "NUTS" in network
    assert "Physics" in network
    assert "Majority" not in network
    (worth,) = [one for one in said if one.startswith("Compared with the point estimate")]
    assert "by MLP" in worth
    assert "by NUTS was worth it" in worth  # not the baseline's posterior


def test_baselines_alone_are_no_network():
    said = verdict(made({"majority": MAJORITY, "physics": PHYSICS}, {("physics", "majority"): (0.5, 0.4, 0.6)}))
    assert not [one for one in said if "network" in one or "point estimate" in one]


@pytest.mark.parametrize(("near", "words"), [(1, "no other one ends within a nat"), (4, "4 of them end within a nat")])
def test_what_the_starts_of_an_optimiser_decide_is_said(near, words):
    whole = made({"mlp": MLP, "nuts": NUTS}, {("nuts", "mlp"): (0.1, -0.05, 0.25)})
    both = {"method": ["mlp", "nuts"], "restart": [0, 1], "metric": ["log_score"]}
    values = np.array([[[-0.3], [-0.4]], [[np.nan], [np.nan]]])
    found = {"at_best": ("method", [near, np.nan]), "restarts": ("method", [20, np.nan])}
    diagnostics = xr.Dataset(found | {"restart_value": (("method", "restart", "metric"), values)}, both)
    (said,) = starts_sentences(with_part(whole, "diagnostics", diagnostics))
    assert "best of 20 starts" in said
    assert words in said
    assert "0.400 to" in said


def test_of_many_methods_the_pairs_with_the_last_and_with_the_best_baseline_are_shown():
    methods = {"majority": MAJORITY, "physics": PHYSICS, "mlp": MLP, "advi": ADVI, "nuts": NUTS}
    leads = {("nuts", "physics"): (-0.1,) * 3, ("nuts", "majority"): (0.4,) * 3}
    pairs = shown_pairs(made(methods, leads).part("differences"))
    assert {one for pair in pairs for one in pair} == set(methods)
    assert all("nuts" in pair or "physics" in pair for pair in pairs)
    assert len(pairs) == 7


def test_a_method_alone_is_compared_with_nothing():
    result = made({"mlp": MLP}, {})
    alone, worth = verdict(result)
    assert alone.startswith("MLP alone was fitted")
    assert "90.0 %" in alone
    assert worth.startswith("Only point estimates")
    assert VIEW.show(result) is None
    assert verdict(made({"nuts": NUTS}, {}))[1].startswith("No point estimate was fitted")


@pytest.mark.parametrize(
    "methods", [("mlp",), ("nuts",), ("advi",), ("mlp", "advi"), ("advi", "nuts"), ("mlp", "nuts")]
)
def test_any_subset_has_a_verdict_without_missing_numbers(methods):
    for sentence in verdict(made({name: ALL[name] for name in methods}, OPEN)):
        assert "nan" not in sentence
        assert ABSENT not in sentence
        assert sentence.endswith(".")


def test_scores_alone_are_enough_and_nothing_is_said_without():
    whole = made({"mlp": MLP, "nuts": NUTS}, CLEAR).parts
    bare = xr.DataTree.from_dict({name: whole[name].to_dataset() for name in ("cost", "scores")})
    assert verdict(Result({}, bare))[0].startswith("No method can be named best")
    assert verdict(Result({}, xr.DataTree.from_dict({"cost": whole["cost"].to_dataset()}))) == []


def test_the_table_and_the_figure_take_the_same_differences(make_fit):
    result = scored(make_fit)
    values = result.part("differences")
    pairs = [("nuts", "advi"), ("nuts", "mlp"), ("advi", "mlp")]
    (table,) = VIEW.show(result).tables
    axes = score_differences(values).axes[0]
    labels = [f"NUTS {MINUS} ADVI", f"NUTS {MINUS} MLP", f"ADVI {MINUS} MLP"]
    assert [row[0] for row in table.rows] == [tick.get_text() for tick in axes.get_yticklabels()] == labels
    drawn = [line.get_xdata()[0] for line in axes.get_lines() if line.get_marker() not in ("None", None)]
    assert drawn == [float(values["difference"].sel({"method": a, "other": b, "metric": "accuracy"})) for a, b in pairs]
    for row, (a, b) in zip(table.rows, pairs, strict=True):
        cells = dict(zip(table.header, row, strict=True))
        pair = {"method": a, "other": b}
        assert cells["Brier score ↓"] == difference(result, "differences", "brier", pair).marked
        assert cells["only first right"] == str(int(values["only_method_right"].sel(pair)))
    assert VIEW.show(subset(result, "mlp", "nuts")).tables[0].rows == table.rows[1:2]


def test_continuous_outcomes_have_no_test_of_classes(make_fit):
    result = scored(make_fit)
    values = result.part("differences").drop_vars(["mcnemar_p", "only_method_right", "only_other_right"])
    values = values.isel(metric=slice(3)).assign_coords(
        metric=["crps", "rmse", "log_score"], label=("metric", ["CRPS (m)", "RMSE (m)", "log score (nats)"])
    )
    scores = result.part("scores").sel(metric=["log_score", "predictive_sd"])
    parts = {"cost": result.part("cost"), "scores": scores, "differences": values}
    continuous = replace(result, parts=xr.DataTree.from_dict(parts))
    (table,) = VIEW.show(continuous).tables
    assert [heading.rpartition(" ")[0] for heading in table.header[1:]] == values["label"].values.tolist()
    assert "McNemar" not in table.note
    assert not [said for said in verdict(continuous) if "class" in said or "McNemar" in said]


def test_a_lead_is_told_for_the_runs_in_which_it_is_shown(make_fit):
    result = scored_runs(first=scored(make_fit), second=scored(make_fit, "mlp", "nuts"))
    interval = result.parts["differences"]["interval"]
    interval.loc[{"metric": "log_score", "run": "first"}] = -1.0
    interval.loc[{"metric": "log_score", "run": "second"}] = 1.0
    value = result.parts["scores"]["value"]
    value.loc[{"metric": "log_score", "method": "nuts"}] = 0.0
    (said,) = VIEW.across.verdict(result)
    assert "NUTS predicts best in second" in said
    assert "in first NUTS is highest, but its lead is not shown" in said
