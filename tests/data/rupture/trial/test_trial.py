"""The labels on trial: counts of hand-made rows, and what is known of the published ones."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import binomtest

from bayesnet.store import load, save
from data import InputError
from data.rupture.campaign.law import Law
from data.rupture.solver.settings import Settings
from data.rupture.trial import agreement as trial


@pytest.fixture(scope="module")
def simulations() -> xr.Dataset:
    """Made rows: labels that the solver gives with dc = 0.4, but for the defect of the training rows."""
    rng = np.random.default_rng(0)
    tables, parts = {}, []
    for seed, (name, rows) in enumerate({"train": 1000, "validate": 60, "test": 40}.items()):
        table = Law().sample(rows, seed)
        drop = np.log(table["sxy"] + table["mu_d"] * table["syy"]) + rng.normal(0, 0.2, rows)
        answers = {"0.4": drop > 1.5, "published": drop - np.log(table["dc"] / 0.4) > 1.5}
        label = answers["0.4"].to_numpy(dtype=int, copy=True)
        if name == "train":
            label[175:500] = answers["0.4"][100:425]
        tables[name] = table.assign(label=label)
        for dc, answer in answers.items():
            crossing = np.where(answer, 5.0, np.inf)
            ends = {"reason": np.where(answer, "passed", "stalled"), "tip": -8.0, "time": 6.0}
            part = {"file": name, "row": np.arange(rows), "dc": dc, "label": answer.astype(int)}
            parts.append(pd.DataFrame(part | ends | {"crossing_time": crossing}))
    return trial.join(tables, pd.concat(parts, ignore_index=True))


@pytest.fixture(scope="module")
def groups() -> dict[str, xr.Dataset]:
    """The trial of the published rows."""
    try:
        return trial.provenance_trial()
    except InputError as error:
        pytest.skip(str(error))


def test_labels_are_put_back_before_they_are_compared(simulations):
    found = trial.agreement(simulations).sel(dc="0.4")
    assert found["rows"].sel(labelling="repaired").values.tolist() == [600, 325, 0, 60, 40]
    assert found["rows"].sel(labelling="printed").values.tolist() == [600, 325, 75, 60, 40]
    repaired = found["share"].sel(labelling="repaired")
    assert repaired.values[[0, 1, 3, 4]].tolist() == [1.0] * 4
    assert np.isnan(repaired.values[2])
    printed = found.sel(labelling="printed", block=trial.MOVED)
    assert abs(printed["share"] - printed["chance"]) < 0.1
    assert printed["agreeing"] + printed["passed_only_here"] + printed["passed_only_there"] == 325
    assert float(trial.disputed(simulations)["share"].sel(dc="0.4")) == 1.0


def test_only_rows_whose_answers_differ_speak_about_dc(simulations):
    found = trial.dc_evidence(simulations)
    answer = simulations["answer"].where(simulations["block"] != trial.LOST)
    differing = int((abs(answer.sel(dc="0.4") - answer.sel(dc="published")) == 1).sum())
    of_all = found.sel(block="all")
    assert differing == of_all["differing"] == of_all["with_common"] > 20
    assert of_all["with_published"] == 0
    assert float(of_all["p"]) == pytest.approx(2 * 0.5**differing)
    assert int(found["differing"].sel(block=trial.LOST)) == 0


def test_the_slope_of_dc_is_that_of_the_answers_it_was_used_for(simulations):
    slope = trial.dc_slopes(simulations).sel(input="ln slip_distance")
    used, unused = (slope.sel(outcome=f"answers, dc {dc}") for dc in ("published", "0.4"))
    assert used["upper"] < -2
    assert unused["lower"] < 0 < unused["upper"]
    labels = slope.sel(outcome="labels")
    assert float(labels["slope"]) == pytest.approx(float(unused["slope"]))


def test_slopes_of_a_known_logistic_law_lie_in_their_intervals():
    rng = np.random.default_rng(1)
    x = rng.normal([5, -3], [2, 0.1], size=(4000, 2))
    y = rng.random(4000) < 1 / (1 + np.exp(-(x[:, 0] - 5) + 10 * (x[:, 1] + 3)))
    slope, error = trial._logistic(x, y)
    assert np.all(np.abs(slope - [1, -10]) < 3 * error)
    assert np.all(error < [0.1, 1])


def test_pace_is_one_for_a_front_that_comes_just_in_time():
    settings = Settings()
    way = settings.crossing - settings.nucleation_x
    found = {
        "tip": np.array([settings.crossing, settings.nucleation_x + way / 2]),
        "time": np.array([settings.duration, settings.duration]),
        "crossing_time": np.array([settings.duration, np.inf]),
    }
    assert trial._pace(found).tolist() == [1.0, 0.5]


def test_intervals_are_exact_and_absent_without_rows():
    found = trial.share(xr.DataArray([9, 0], dims="x"), xr.DataArray([10, 0], dims="x"))
    expected = binomtest(9, 10).proportion_ci(0.95)
    assert found.isel(x=0).to_array().values.tolist() == pytest.approx([0.9, *expected])
    assert np.isnan(found.isel(x=1).to_array()).all()


def test_the_trial_neither_simulates_nor_loads_the_solver():
    code = "import sys, data.rupture.trial.agreement; sys.exit('data.rupture.solver.kernels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_trial_can_be_stored(groups, tmp_path):
    tree = xr.DataTree.from_dict(groups)
    again = load(save(tree, tmp_path / "trial.nc"))
    assert set(again.children) == set(groups)
    assert again["agreement"].to_dataset().equals(groups["agreement"])


def test_clean_labels_agree_and_displaced_ones_only_once_repaired(groups):
    found = groups["agreement"].sel(dc="0.4")
    assert (found["share"].sel(labelling="repaired", block=[trial.IN_ORDER, "validate", "test"]) >= trial.GOAL).all()
    assert found["agreeing"].sel(labelling="repaired", block="validate") == 594
    displaced = found.sel(block=trial.MOVED)
    assert displaced["share"].sel(labelling="repaired") > 0.95
    assert abs(displaced["share"] - displaced["chance"]).sel(labelling="printed") < 0.05
    assert groups["disputed"]["rows"].sel(dc="0.4") == 160
    assert groups["disputed"]["share"].sel(dc="0.4") > 0.95


def test_labels_side_with_the_common_dc_and_have_no_slope_of_the_published_one(groups):
    assert groups["dc_evidence"]["p"].sel(block="all") < 1e-3
    slope = groups["dc_slopes"].sel(input="ln slip_distance")
    assert slope["lower"].sel(outcome="labels") < 0 < slope["upper"].sel(outcome="labels")
    assert slope["upper"].sel(outcome="answers, dc published") < slope["lower"].sel(outcome="labels")


def test_solver_and_labels_disagree_only_near_the_threshold(groups):
    endings = groups["endings"]["share"]
    assert endings.sel(verdict="disagrees", ending="near") == 1.0
    assert endings.sel(verdict="agrees", ending="near") < 0.2
    assert groups["disagreements"].sizes["simulation"] == int(groups["endings"]["of"].sel(verdict="disagrees")[0])
    assert groups["restored"].sizes["simulation"] == 75
    assert groups["restored"].attrs["expected_wrong"] < 3
