import json

import numpy as np
import pytest

from reports.summary import display, summarise, summary_json


def test_headline_values_of_each_fit(result, comparison):
    table = summarise(result)
    assert table.index.tolist() == ["nuts", "mlp", "advi"]  # the reference first
    known = {"accuracy", "f1", "f1_weighted", "roc_auc", "log_score", "brier", "ece", "seconds", "class_agreement"}
    assert known <= set(table.columns)
    where = {"method": "nuts", "metric": "accuracy"}
    assert table.loc["nuts", "accuracy"] == float(comparison["scores"]["value"].sel(where))
    for name in ("rhat_max", "ess_min", "divergences"):  # of samplers only
        assert table[name].notnull().tolist() == [method == "nuts" for method in table.index]
    assert np.isnan(table.loc["mlp", "predictive_sd"])


def test_summary_of_one_run_as_json(result):
    summary = summary_json(result)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["data"] == {"name": "logistic", "n_train": 150, "n_test": 100}
    assert set(summary["methods"]) == {"mlp", "advi", "nuts"}
    assert "predictive_sd" not in summary["methods"]["mlp"]
    assert summary["quick"] is True


def test_summary_of_several_runs(runs_result, result):
    summary = summary_json(runs_result)
    assert list(summary["runs"]) == list(runs_result.study["runs"])
    alone = summary_json(result)["methods"]["nuts"]
    for of_run in summary["runs"].values():
        assert of_run["nuts"]["accuracy"] == pytest.approx(alone["accuracy"])
    assert summarise(runs_result).index.names == ["run", "method"]


def test_the_terminal_shows_a_quick_run_as_such(result):
    table = display(result)
    assert "QUICK" in str(table.title)
    assert len(table.columns) == 1 + len(result.fits)
