import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Metric
from bayesnet.grading import (
    FEWEST,
    RESAMPLES,
    by_resample,
    graded,
    holm,
    interval,
    number_of_resamples,
    resampled_rows,
    same_data,
    same_test_rows,
    some_positions,
    summarised,
    with_fewer_tested,
)
from data import InputError, rows

SPREAD = Metric(
    "spread", -1, lambda outcome, summary: summary.mean(axis=-1), lambda _, draws, rows: np.ptp(draws, axis=0)
)
BIAS = Metric("bias", -1, lambda outcome, summary: (summary - outcome).mean(axis=-1))
OUTCOME, DRAWS = np.array([0.0, 1.0, 2.0]), np.array([[0.0, 2.0, 4.0], [2.0, 2.0, 0.0]])


def test_a_metric_grades_the_mean_over_draws_or_a_summary_of_its_own():
    assert summarised(BIAS, OUTCOME, DRAWS, xr.Dataset()).tolist() == [1, 2, 2]
    assert graded(BIAS, OUTCOME, DRAWS, xr.Dataset()) == pytest.approx(2 / 3)
    assert summarised(SPREAD, OUTCOME, DRAWS, xr.Dataset()).tolist() == [2, 0, 4]
    assert graded(SPREAD, OUTCOME, DRAWS, xr.Dataset()) == 2


def test_rows_of_a_bootstrap_sample_keep_their_outcomes():
    index = np.array([[0, 0, 0], [2, 2, 1]])
    assert by_resample(BIAS, OUTCOME, np.array([1.0, 2.0, 2.0]), index) == pytest.approx([1, 1 / 3])


def test_samples_follow_from_the_seed_alone():
    index = resampled_rows(30, 50, seed=1)
    assert index.shape == (50, 30)
    assert (index.min(), index.max()) == (0, 29)
    assert np.array_equal(index, resampled_rows(30, 50, seed=1))
    assert not np.array_equal(index, resampled_rows(30, 50, seed=2))


def test_an_interval_holds_the_central_95_percent_of_the_finite_values():
    values = np.concatenate([np.arange(1001.0), [np.nan, np.inf]])
    assert np.allclose(interval(values), [25, 975])
    assert np.isnan(interval(np.array([np.nan]))).all()


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert np.allclose(holm(np.array([[0.02, np.nan], [0.9, 0.8]])), [[0.06, np.nan], [1, 1]], equal_nan=True)


@pytest.mark.parametrize("what", ["label", "features", "rows"])
def test_other_test_rows_are_refused(what, make_fit):
    rng = np.random.default_rng(2)
    p, label, features = rng.random((2, 5, 300)), rng.integers(2, size=300), rng.normal(size=(300, 2))
    a = make_fit(p, label, features=features)
    other = {
        "label": lambda: make_fit(p, 1 - label, features=features),
        "features": lambda: make_fit(p, label, features=features + 1e-9),
        "rows": lambda: make_fit(p[..., :-1], label[:-1], features=features[:-1]),
    }
    with pytest.raises(InputError, match="same test rows, those of a and b differ"):
        same_test_rows({"a": a, "b": other[what]()})
    same_test_rows({"a": a, "renamed": make_fit(p, label, features=features[:, ::-1])})


def test_test_rows_of_other_names_are_other_rows(make_fit):
    p, label = np.full((1, 1, 3), 0.5), np.array([0, 1, 1])
    moved = make_fit(p, label)
    rows = moved["predictions_constant_data"].to_dataset()
    moved["predictions_constant_data"] = xr.DataTree(rows.assign_coords(simulation=rows["simulation"] + 1))
    with pytest.raises(InputError, match="same test rows"):
        same_test_rows({"a": make_fit(p, label), "b": moved})


def test_other_data_are_refused_though_their_test_rows_are_the_same(make_fit):
    fits = {name: make_fit(np.full((1, 1, 3), 0.5), np.array([0, 1, 1])) for name in ("a", "b")}
    for fit in fits.values():
        fit.attrs |= {"data": "logistic", "data_checksum": "a1"}
    same_data(fits)
    fits["b"].attrs |= {"data": "faults", "data_checksum": "f00"}
    with pytest.raises(InputError, match="must be of one data set, a is of logistic and b of faults"):
        same_data(fits)


def test_of_many_rows_fewer_samples_are_drawn():
    assert [number_of_resamples(n) for n in (400, 10_000, 40_000, 10**7)] == [RESAMPLES, RESAMPLES, 500, FEWEST]
    assert number_of_resamples(40_000, 50) == 50
    assert resampled_rows(200_000, RESAMPLES, seed=1).shape == (FEWEST, 200_000)


def test_some_rows_stand_for_many():
    some = some_positions(1000, 100)
    assert len(np.unique(some)) == 100
    assert (np.diff(some) > 0).all()
    assert (some.min(), some.max()) == (pytest.approx(0, abs=60), pytest.approx(999, abs=60))
    assert np.array_equal(some, some_positions(1000, 100))
    for most in (5, 6, None):
        assert some_positions(5, most).tolist() == [0, 1, 2, 3, 4]


def test_a_catalogue_keeps_its_training_rows_and_some_of_its_tested_ones(catalogue):
    fewer = with_fewer_tested(catalogue, 30)
    assert rows(fewer, "train").identical(rows(catalogue, "train"))
    tested = rows(catalogue, "test")
    assert rows(fewer, "test").identical(tested.isel(simulation=some_positions(100, 30)))
    assert with_fewer_tested(catalogue, 100).identical(catalogue)
