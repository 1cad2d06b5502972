import json
from dataclasses import asdict

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet import across
from bayesnet.runs import compare_runs
from data import InputError

LABEL = np.array([0, 1] * 20)
NETWORK = json.dumps(asdict(bayesnet.Network()))


def scored(make_fit, values, draws=40, seed=0):
    """A hand-made fit whose draws scatter about given scores, of two training rows."""
    p = np.clip(values + np.random.default_rng(seed).normal(0, 0.05, (2, draws, len(LABEL))), 0.01, 0.99)
    fit = make_fit(p, LABEL)
    fit["observed_data"] = xr.DataTree(xr.Dataset({"y": ("simulation", [0.0, 1.0])}))
    fit["constant_data"] = xr.DataTree(xr.Dataset({"weight": ("simulation", [1.0, 1.0])}))
    fit.attrs["network"] = NETWORK
    return fit


def compared(fits, elpd_row=None):
    """The parts of a comparison that runs are compared by, of hand-made fits."""
    names = xr.Variable("method", list(fits))
    parts = {"scores": xr.concat([bayesnet.score(fit, resamples=50) for fit in fits.values()], names)}
    if elpd_row is not None:
        rows = {
            "elpd_row": (("method", "train_simulation"), [elpd_row] * len(fits)),
            "reliable": ("method", [1] * len(fits)),
        }
        parts["elpd"] = xr.Dataset(rows, {"method": list(fits), "train_simulation": [0, 1]})
    tree = xr.DataTree.from_dict(parts)
    tree.attrs["reference"] = next(iter(fits))
    return tree


@pytest.fixture
def runs(make_fit):
    """A run that knows the labels, one that has them upside down, and one that has another method too."""
    good, bad = np.where(LABEL == 1, 0.9, 0.1), np.where(LABEL == 1, 0.1, 0.9)
    return {
        "good": {"nuts": scored(make_fit, good)},
        "bad": {"nuts": scored(make_fit, bad)},
        "two": {"nuts": scored(make_fit, good, seed=1), "advi": scored(make_fit, bad)},
    }


def test_every_method_is_held_against_itself_in_the_first_run(runs):
    tree = compare_runs({run: compared(fits) for run, fits in runs.items()}, runs)
    assert tree.attrs["baseline"] == "good"
    change = tree["differences"]["difference"].sel(other="good", metric="accuracy")
    nuts = change.sel({"method": "nuts"})
    assert nuts.sel(run=["good", "bad", "two"]).values.tolist() == [0, -1, 0]
    upper = tree["differences"]["interval"].sel({"method": "nuts", "run": "bad", "other": "good", "bound": "upper"})
    assert float(upper.sel(metric="accuracy")) < -0.9
    assert "advi" not in change["method"].values  # one run alone has it
    value = tree["scores"]["value"].sel({"method": "advi", "metric": "accuracy"})
    assert value.sel(run="two") == 0
    assert value.sel(run=["good", "bad"]).isnull().all()


def test_another_run_can_be_the_baseline(runs):
    comparisons = {run: compared(fits, np.array([-1.0, -2.0])) for run, fits in runs.items()}
    tree = compare_runs(comparisons, runs, baseline="bad")
    assert tree.attrs["baseline"] == "bad"
    assert tree["scores"]["run"].values.tolist() == ["good", "bad", "two"]
    assert tree["agreement"]["class_agreement"].sel({"run": "bad", "method": "nuts"}) == 1
    comparisons["bad"]["elpd"]["elpd_row"] -= 1.0
    changed = compare_runs(comparisons, runs, baseline="bad")["elpd_differences"]["elpd_diff"]
    assert changed.sel({"method": "nuts"}).values.tolist() == [2, 0, 2]


def test_agreement_is_with_the_reference_of_the_first_run(runs):
    same = compare_runs({r: compared(f) for r, f in runs.items()}, runs)["agreement"]["class_agreement"]
    assert same.sel({"run": "good", "method": "nuts"}) == 1
    assert same.sel({"run": "bad", "method": "nuts"}) == 0
    assert same.sel({"run": "two", "method": "advi"}) == 0


def test_elpd_is_compared_only_where_it_is_of_the_same_observations(runs):
    rows = {"good": [-1.0, -2.0], "bad": [-2.0, -2.5], "two": [-1.0, -1.0]}
    runs["two"]["nuts"].attrs["network"] = json.dumps(asdict(bayesnet.Network(likelihood="gaussian")))
    tree = compare_runs({run: compared(fits, rows[run]) for run, fits in runs.items()}, runs)
    found = tree["elpd_differences"].to_dataset().sel({"method": "nuts"})
    assert found["run"].values.tolist() == ["good", "bad"]
    assert found["elpd_diff"].values == pytest.approx([0, -1.5])
    assert float(found["dse"].sel(run="bad")) == pytest.approx(np.sqrt(2 * np.var([-1, -0.5])))


@pytest.mark.parametrize(("run", "left"), [("bad", ["good", "two"]), ("good", None)])
def test_an_elpd_that_cannot_be_believed_has_no_difference(runs, run, left):
    comparisons = {name: compared(fits, [-1.0, -2.0]) for name, fits in runs.items()}
    comparisons[run]["elpd"]["reliable"].loc[{"method": "nuts"}] = 0
    tree = compare_runs(comparisons, runs)
    assert (tree["elpd_differences"]["run"].values.tolist() if "elpd_differences" in tree.children else None) == left


def test_the_elpd_of_a_variational_fit_is_no_score_of_its_own(runs):
    for run in ("good", "bad"):
        density = xr.Dataset({"log_q": (("chain", "draw"), np.zeros((1, 1)))})
        runs[run]["advi"] = runs[run]["nuts"].assign(sample_stats=xr.DataTree(density))
    comparisons = {run: compared(runs[run], [-1.0, -2.0]) for run in ("good", "bad")}
    differences = compare_runs(comparisons, {run: runs[run] for run in comparisons})["elpd_differences"]
    assert differences["method"].values.tolist() == ["nuts"]


def test_other_labels_have_no_elpd_difference(runs):
    runs["bad"]["nuts"]["observed_data"]["y"][:] = [1.0, 1.0]
    tree = compare_runs({run: compared(fits, [-1.0, -1.0]) for run, fits in runs.items()}, runs)
    assert tree["elpd_differences"]["run"].values.tolist() == ["good", "two"]


def test_inputs_that_another_run_calls_otherwise_are_matched_by_their_values(runs):
    """In the published catalogue two columns carry each other's name: what is compared must be the same column."""
    features = np.random.default_rng(0).normal(size=(len(LABEL), 2))
    comparisons = {}
    for run, names in {"good": ["mu_d", "drop"], "bad": ["drop", "mu_d"]}.items():
        fit = runs[run]["nuts"]
        rows = fit["predictions_constant_data"].to_dataset().drop_dims("feature")
        rows["features"] = (("simulation", "feature"), features)
        fit["predictions_constant_data"] = xr.DataTree(rows.assign_coords(feature=names))
        comparisons[run] = compared(runs[run])
        drops = xr.Dataset({"drop_mean": (("method", "metric", "feature"), [[[0.5, 0.1]]])})
        drops = drops.assign_coords({"method": ["nuts"], "metric": ["f1"], "feature": names})
        comparisons[run]["importance"] = xr.DataTree(drops)
    tree = compare_runs(comparisons, {run: runs[run] for run in comparisons})
    drop = tree["importance"]["drop_mean"].sel({"method": "nuts", "metric": "f1"})
    assert drop.sel(feature="mu_d").values.tolist() == [0.5, 0.5]
    assert drop.sel(feature="drop").values.tolist() == [0.1, 0.1]
    other = compare_runs(comparisons, {run: runs[run] for run in comparisons}, named="bad")["importance"]["drop_mean"]
    assert other.sel({"feature": "drop", "method": "nuts", "metric": "f1"}).values.tolist() == [0.5, 0.5]


def test_runs_of_other_test_rows_and_single_runs_are_refused(runs, make_fit):
    other = {"nuts": make_fit(np.full((2, 10, 40), 0.5), 1 - LABEL)}
    with pytest.raises(InputError, match="same test rows, those of good and other differ"):
        compare_runs({"good": compared(runs["good"]), "other": compared(other)}, {"good": runs["good"], "other": other})
    with pytest.raises(InputError, match="at least 2 runs are needed, got 1"):
        compare_runs({"good": compared(runs["good"])}, {"good": runs["good"]})


def test_what_is_taken_is_there(comparison):
    """Each name in the list stands in a comparison, so that none is dropped unseen."""
    for group, names in across.TAKEN.items():
        assert set(names) <= set(comparison[group].data_vars), group
