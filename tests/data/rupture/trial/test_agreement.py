"""Agreement of labels and answers: counts of hand-made rows, and what is known of the published ones."""

import numpy as np

from data.rupture.trial.agreement import GOAL, agreement, disputed
from data.rupture.trial.rows import IN_ORDER, MOVED


def test_labels_are_put_back_before_they_are_compared(simulations):
    found = agreement(simulations).sel(dc="0.4")
    assert found["rows"].sel(labelling="repaired").values.tolist() == [600, 325, 0, 60, 40]
    assert found["rows"].sel(labelling="printed").values.tolist() == [600, 325, 75, 60, 40]
    repaired = found["share"].sel(labelling="repaired")
    assert repaired.values[[0, 1, 3, 4]].tolist() == [1.0] * 4
    assert np.isnan(repaired.values[2])
    printed = found.sel(labelling="printed", block=MOVED)
    assert abs(printed["share"] - printed["chance"]) < 0.1
    assert printed["agreeing"] + printed["passed_only_here"] + printed["passed_only_there"] == 325
    assert float(disputed(simulations)["share"].sel(dc="0.4")) == 1.0


def test_clean_labels_agree_and_displaced_ones_only_once_repaired(groups):
    found = groups["agreement"].sel(dc="0.4")
    assert (found["share"].sel(labelling="repaired", block=[IN_ORDER, "validate", "test"]) >= GOAL).all()
    assert found["agreeing"].sel(labelling="repaired", block="validate") == 594
    displaced = found.sel(block=MOVED)
    assert displaced["share"].sel(labelling="repaired") > 0.95
    assert abs(displaced["share"] - displaced["chance"]).sel(labelling="printed") < 0.05
    assert groups["disputed"]["rows"].sel(dc="0.4") == 160
    assert groups["disputed"]["share"].sel(dc="0.4") > 0.95


def test_solver_and_labels_disagree_only_near_the_threshold(groups):
    endings = groups["endings"]["share"]
    assert endings.sel(verdict="disagrees", ending="near") == 1.0
    assert endings.sel(verdict="agrees", ending="near") < 0.2
    assert groups["disagreements"].sizes["simulation"] == int(groups["endings"]["of"].sel(verdict="disagrees")[0])
    assert groups["restored"].sizes["simulation"] == 75
    assert groups["restored"].attrs["expected_wrong"] < 3
