import json

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.parts.elpd_changes import elpd_changes
from tests.bayesnet.runs_by_hand import several, three_runs


@pytest.fixture
def runs(make_fit):
    return three_runs(make_fit)


def test_the_change_is_from_the_baseline(runs):
    given = several(runs, baseline="bad", elpd_row={"good": [-1.0, -2.0], "bad": [-2.0, -3.0], "two": [-1.0, -2.0]})
    changed = elpd_changes(given)["elpd_diff"]
    assert changed.sel({"method": "nuts"}).values.tolist() == [2, 0, 2]


def test_elpd_is_compared_only_where_it_is_of_the_same_observations(runs):
    rows = {"good": [-1.0, -2.0], "bad": [-2.0, -2.5], "two": [-1.0, -1.0]}
    runs["two"]["nuts"].attrs["problem"] = json.dumps(bayesnet.Network(likelihood="gaussian").settings())
    found = elpd_changes(several(runs, elpd_row=rows)).sel({"method": "nuts"})
    assert found["run"].values.tolist() == ["good", "bad"]
    assert found["elpd_diff"].values == pytest.approx([0, -1.5])
    assert float(found["dse"].sel(run="bad")) == pytest.approx(np.sqrt(2 * np.var([-1, -0.5])))


@pytest.mark.parametrize(("run", "left"), [("bad", ["good", "two"]), ("good", None)])
def test_an_elpd_that_cannot_be_believed_has_no_difference(runs, run, left):
    given = several(runs, elpd_row=[-1.0, -2.0])
    given.comparisons[run]["elpd"]["reliable"].loc[{"method": "nuts"}] = 0
    found = elpd_changes(given)
    assert (found["run"].values.tolist() if found.data_vars else None) == left


def test_the_elpd_of_a_variational_fit_is_no_score_of_its_own(runs):
    runs = {run: runs[run] for run in ("good", "bad")}
    for of_run in runs.values():
        density = xr.Dataset({"log_q": (("chain", "draw"), np.zeros((1, 1)))})
        of_run["advi"] = of_run["nuts"].assign(sample_stats=xr.DataTree(density))
    found = elpd_changes(several(runs, elpd_row=[-1.0, -2.0]))
    assert found["method"].values.tolist() == ["nuts"]


def test_other_labels_and_other_weights_have_no_difference(runs):
    runs["bad"]["nuts"]["observed_data"]["y"][:] = [1.0, 1.0]
    found = elpd_changes(several(runs, elpd_row=[-1.0, -1.0]))
    assert found["run"].values.tolist() == ["good", "two"]
    runs["two"]["nuts"]["constant_data"]["weight"][:] = [1.0, 2.0]
    assert not elpd_changes(several(runs, elpd_row=[-1.0, -1.0])).data_vars


def test_runs_without_an_elpd_have_no_change(runs):
    assert not elpd_changes(several(runs)).data_vars
