import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet import Runs
from bayesnet.context import part_named
from bayesnet.runs import RUN_PARTS, compare_runs
from data import InputError
from tests.bayesnet.runs_by_hand import LABEL, compared, several, three_runs


@pytest.fixture
def runs(make_fit):
    return three_runs(make_fit)


def test_every_method_stands_beside_itself_in_the_other_runs(runs):
    tree = compare_runs(several(runs))
    assert tree.attrs["baseline"] == tree.attrs["named"] == "good"
    value = tree["scores"]["value"].sel({"metric": "accuracy"})
    assert value.sel({"method": "nuts"}).values.tolist() == [1, 0, 1]
    assert value.sel({"method": "advi", "run": "two"}) == 0
    assert value.sel({"method": "advi", "run": ["good", "bad"]}).isnull().all()


def test_another_run_can_be_the_baseline(runs):
    tree = compare_runs(several(runs, baseline="bad"))
    assert tree.attrs["baseline"] == "bad"
    assert tree["scores"]["run"].values.tolist() == ["good", "bad", "two"]


def test_parts_of_runs_are_computed_where_their_test_rows_are_alike(runs):
    names = [name for section in RUN_PARTS.values() for name in section]
    alike = compare_runs(several(runs, elpd_row=[-1.0, -2.0]))
    assert set(names) <= set(alike.children)
    beside = compare_runs(several(runs, elpd_row=[-1.0, -2.0]), alike=False)
    assert not set(names) & set(beside.children)
    xr.testing.assert_equal(beside["scores"].to_dataset(), alike["scores"].to_dataset())


def test_inputs_that_another_run_calls_otherwise_are_matched_by_their_values(runs):
    """In the published catalogue two columns carry each other's name: what is compared must be the same column."""
    features = np.random.default_rng(0).normal(size=(len(LABEL), 2))
    runs = {run: runs[run] for run in ("good", "bad")}
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
    given = Runs(comparisons, runs, {}, "good", 0)
    drop = compare_runs(given)["importance"]["drop_mean"].sel({"method": "nuts", "metric": "f1"})
    assert drop.sel(feature="mu_d").values.tolist() == [0.5, 0.5]
    assert drop.sel(feature="drop").values.tolist() == [0.1, 0.1]
    tree = compare_runs(given, named="bad")
    assert tree.attrs["named"] == "bad"
    other = tree["importance"]["drop_mean"].sel({"method": "nuts", "metric": "f1"})
    assert other.sel({"feature": "drop"}).values.tolist() == [0.5, 0.5]


def test_runs_of_other_test_rows_and_single_runs_are_refused(runs, make_fit):
    other = {"nuts": make_fit(np.full((2, 10, 40), 0.5), 1 - LABEL)}
    both = several({"good": runs["good"], "other": other})
    with pytest.raises(InputError, match="same test rows, those of good and other differ"):
        compare_runs(both)
    value = compare_runs(both, alike=False)["scores"]["value"]
    assert value.sizes["run"] == 2  # side by side, but not compared
    with pytest.raises(InputError, match="at least 2 runs are needed, got 1"):
        compare_runs(several({"good": runs["good"]}))


def test_methods_are_those_of_any_run(runs):
    assert several(runs).methods == ["nuts", "advi"]


def test_what_is_taken_is_there(comparison):
    """Each name in a part's list stands in a comparison, so that none is dropped unseen."""
    unseen = {
        name: set(part_named(name).across) - set(group.data_vars)
        for name, group in comparison.children.items()
        if name != "diagnostics"  # which holds more where an optimiser stands beside a sampler: see the test of it
    }
    assert not any(unseen.values()), unseen


def test_a_comparison_of_runs_can_be_stored(comparison, fits, tmp_path):
    comparison = comparison.copy(deep=True)
    comparison["elpd"]["reliable"][:] = 1  # else there is nothing to compare it with
    runs = Runs(dict.fromkeys(("one", "other"), comparison), dict.fromkeys(("one", "other"), fits), {}, "one", 0)
    tree = compare_runs(runs)
    loaded = bayesnet.load(bayesnet.save(tree, tmp_path / "comparison.nc"))
    assert set(loaded.children) == set(tree.children)
    taken = {name for name in comparison.children if part_named(name).across}
    computed = {name for section in RUN_PARTS.values() for name in section}
    assert set(tree.children) == taken | computed
    for name in tree.children:
        xr.testing.assert_equal(loaded[name].to_dataset(), tree[name].to_dataset())
        assert tree[name]["run"].values.tolist() == ["one", "other"]
