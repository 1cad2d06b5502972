"""One fit on one split: the split is drawn within classes, and all depends on seed and repeat alone."""

import numpy as np
import pytest
import xarray as xr

from bayesnet import METHODS, Network
from bayesnet.splits.measure import measure, measure_own, split_again
from data import rows


def classes(catalogue, part):
    return np.bincount(rows(catalogue, part)["label"].values)


def test_a_split_has_as_many_test_rows_and_the_same_share_of_classes(catalogue):
    one, other = split_again(catalogue, 0, seed=1), split_again(catalogue, 1, seed=1)
    for split in (one, other):
        assert split["split"].to_series().value_counts().to_dict() == {"train": 150, "test": 100}
        share = classes(split, "test") / classes(split, "train")
        np.testing.assert_allclose(share, 100 / 150, rtol=0.03)
        whole = split.sortby("simulation")
        np.testing.assert_array_equal(whole["features"], catalogue["features"])
        np.testing.assert_array_equal(whole["label"], catalogue["label"])
    assert one.attrs["checksum"] == split_again(catalogue, 0, seed=1).attrs["checksum"]
    assert len({one.attrs["checksum"], other.attrs["checksum"], split_again(catalogue, 0, 2).attrs["checksum"]}) == 3


def test_fewer_training_rows_leave_the_test_rows(catalogue):
    whole, some = split_again(catalogue, 3, seed=1), split_again(catalogue, 3, seed=1, size=60)
    xr.testing.assert_identical(rows(whole, "test").drop_attrs(), rows(some, "test").drop_attrs())
    assert classes(some, "train").sum() == 60
    assert set(rows(some, "train")["simulation"].values) < set(rows(whole, "train")["simulation"].values)


def test_a_fit_on_a_split_is_graded_and_depends_on_the_repeat_alone(catalogue):
    config = METHODS["logistic"].quick

    def at(repeat):
        return measure("logistic", Network(), catalogue, config, repeat, seed=5, size=None)

    first = at(0)
    xr.testing.assert_equal(first.drop_vars("seconds"), at(0).drop_vars("seconds"))
    assert 0.75 < float(first["value"].sel(metric="accuracy")) < 1
    drop = first["drop"].to_series()
    assert drop["a"] > 0.1
    assert drop["b"] > 0.1
    assert abs(drop["c"]) < 0.05  # plays no part
    assert (int(first["n_train"]), int(first["n_test"])) == (150, 100)
    assert not first["value"].equals(at(1)["value"])


@pytest.mark.heavy
def test_the_own_split_compares_all_methods(catalogue):
    configs = {method: METHODS[method].quick for method in ("majority", "logistic", "mlp", "ensemble")}
    found = measure_own(Network(hidden=3), catalogue, configs, seed=0)
    one = found.sel({"method": "logistic", "other": "majority", "metric": "log_score"})
    assert float(one["interval"][0]) > 0
