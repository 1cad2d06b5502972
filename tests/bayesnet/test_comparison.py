import json

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.comparison import PARTS
from data import InputError
from reports.summary import display, summarise, summary_table
from reports.tables import TABLES, table, write_tables


def test_every_part_is_there_and_can_be_stored(comparison, tmp_path):
    assert set(comparison.children) == {*PARTS, "weight_summary"}
    loaded = bayesnet.load(bayesnet.save(comparison, tmp_path / "comparison.nc"))
    for name in comparison.children:
        xr.testing.assert_equal(loaded[name].to_dataset(), comparison[name].to_dataset())
    assert loaded.attrs["reference"] == "nuts"


def test_parts_are_what_their_functions_say_of_one_fit(comparison, fits, catalogue):
    of_advi = comparison["scores"].to_dataset().sel({"method": "advi"}, drop=True)
    xr.testing.assert_equal(of_advi, bayesnet.score(fits["advi"], seed=2))
    alone = bayesnet.permutation_importance(fits["advi"], catalogue, metric="f1", seed=2)
    together = comparison["importance"].to_dataset().sel({"method": "advi"})
    assert np.allclose(together["drop_mean"].sel(metric="f1"), alone["drop_mean"].sel(metric="f1"))


def test_what_a_point_estimate_does_not_have_is_absent_not_zero(comparison):
    mlp = {"method": "mlp"}
    assert np.isnan(comparison["scores"]["value"].sel(mlp).sel(metric="predictive_sd"))
    assert np.isnan(comparison["diagnostics"]["rhat_max"].sel(mlp))
    assert comparison["weights"]["sd"].sel(mlp).isnull().all()
    assert "mlp" not in comparison["elpd"]["method"].values
    assert "nuts" not in comparison["agreement"]["method"].values  # the reference agrees with itself by definition


def test_fits_of_different_catalogues_are_refused(fits, catalogue):
    other = fits["mlp"].copy()
    other.attrs = fits["mlp"].attrs | {"catalogue": "faults", "catalogue_checksum": "f00"}
    with pytest.raises(InputError, match="must be of one catalogue, advi is of logistic and mlp of faults"):
        bayesnet.compare({"advi": fits["advi"], "mlp": other}, catalogue)


def test_a_point_estimate_alone_can_be_compared(fits, catalogue):
    comparison = bayesnet.compare({"mlp": fits["mlp"]}, catalogue)
    assert comparison.attrs["reference"] == "mlp"
    assert not {"elpd", "agreement", "ceiling"} & set(comparison.children)
    assert "predictive_sd" not in summarise(comparison, study="s", quick=True, seed=0)["methods"]["mlp"]


def test_summary(comparison):
    summary = summarise(comparison, study="logistic", quick=True, seed=2)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["catalogue"] == {"name": "logistic", "n_train": 150, "n_test": 100}
    methods = summary["methods"]
    assert set(methods) == {"mlp", "advi", "nuts"}
    for name, figures in methods.items():
        assert {"accuracy", "f1", "f1_weighted", "roc_auc", "log_score", "brier", "seconds", "verdict"} <= set(figures)
        assert ("rhat_max" in figures) == ("ess_min" in figures) == ("divergences" in figures) == (name == "nuts")
        assert ("predictive_sd" in figures) == ("draws_interval" in figures and name != "mlp")
        assert np.sum(figures["confusion"]) == 100
        assert set(figures["importance_f1"]) == {"a", "b", "c"}
    assert methods["nuts"]["accuracy"] == float(
        comparison["scores"]["value"].sel({"method": "nuts", "metric": "accuracy"})
    )
    frame = summary_table(summary)
    assert frame.loc["nuts", "tn"] == methods["nuts"]["confusion"][0][0]
    assert np.isnan(frame.loc["mlp", "predictive_sd"])
    assert "QUICK" in display(summary).title


def test_tables_hold_the_arrays(comparison, tmp_path):
    write_tables(comparison, tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(TABLES)
    frame = table(comparison["scores"].to_dataset(), ("method", "metric"))
    lower = comparison["scores"]["rows_interval"].sel({"method": "nuts", "metric": "f1", "bound": "lower"})
    assert frame.loc[("nuts", "f1"), "rows_interval_lower"] == float(lower)
    assert ("mlp", "predictive_sd") not in frame.index
