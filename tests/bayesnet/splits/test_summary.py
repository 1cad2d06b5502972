"""What many splits say together, on grades that are chosen."""

import numpy as np
import pytest
from scipy import stats

from bayesnet.splits.summary import corrected_interval, drops, grades, learning, ranks
from tests.bayesnet.splits.made import LEVEL, SIZES, TESTED, fitted, measured, own, pieces


def test_the_interval_is_that_of_a_t_test_where_no_rows_are_shared_and_wider_by_the_correction_where_some_are():
    values = np.random.default_rng(0).normal(3, 2, size=(2, 10))
    plain = corrected_interval(values, n_train=1, n_test=0)
    for row, interval in zip(values, plain, strict=True):
        known = stats.t.interval(0.95, 9, row.mean(), stats.sem(row))
        np.testing.assert_allclose(interval, known)
    shared = corrected_interval(values, n_train=80, n_test=20)
    np.testing.assert_allclose(np.diff(shared), np.diff(plain) * np.sqrt((1 / 10 + 1 / 4) / (1 / 10)))


def test_what_is_missing_does_not_count_and_one_split_has_no_interval():
    values = np.array([[1.0, 3.0, np.nan], [2.0, np.nan, np.nan], [np.nan] * 3])
    some, one, none = corrected_interval(values, 80, 20)
    np.testing.assert_allclose(some, corrected_interval(values[:1, :2], 80, 20)[0])
    assert np.isnan(one).all()
    assert np.isnan(none).all()


def test_the_interval_holds_the_true_difference_though_splits_share_rows():
    """Two fixed predictions on splits of 100 rows drawn anew: the naive interval fails, this one does not."""
    rng, held, naive = np.random.default_rng(1), 0, 0
    for _ in range(300):
        loss = rng.normal(size=100)  # difference of the two, row by row; its true mean is 0
        means = np.array([loss[rng.permutation(100)[:20]].mean() for _ in range(30)])
        lower, upper = corrected_interval(means, n_train=80, n_test=20)
        held += lower < 0 < upper
        naive += abs(means.mean()) < 2.05 * means.std(ddof=1) / np.sqrt(30)
    assert held / 300 > 0.93
    assert naive / 300 < 0.75


def test_grades_are_means_over_the_splits_with_all_rows():
    found = grades(measured())
    assert found["value"].dims == ("method", "metric", "repeat")
    assert (int(found["n_train"]), int(found["n_test"])) == (max(SIZES), TESTED)
    for method, level in LEVEL.items():
        assert float(found["mean"].sel({"method": method, "metric": "log_score"})) == pytest.approx(level)
    assert found["converged"].sel({"method": "hmc"}).values.tolist() == [0, 1, 1, 1]
    assert np.isnan(found["mean"].sel({"method": "mlp", "metric": "predictive_sd"}))


def test_ranks_count_the_splits_on_which_all_were_fitted():
    some = measured()
    del some["mlp", max(SIZES), 3]
    found = ranks(grades(some))
    assert int(found["repeats"]) == 3
    share = found["share"].to_series()
    assert share["physics", 1] == 1
    assert share["mlp", 2] == pytest.approx(2 / 3)  # HMC is ahead on the second split; the third has a mean of 0.01
    assert share["hmc", 2] == pytest.approx(1 / 3)
    np.testing.assert_allclose(found["share"].sum("rank"), 1)


def test_differences_are_those_of_the_same_split():
    part = pieces()["survival"].sel(metric="log_score")
    one = part.sel({"method": "mlp", "other": "hmc"})
    spread = np.array([0.03, -0.01, 0.01, 0.01])
    assert float(one["difference"]) == pytest.approx(spread.mean())
    np.testing.assert_allclose(one["interval"], corrected_interval(spread, max(SIZES), TESTED))
    assert float(one["positive"]) == 0.75
    back = part.sel({"method": "hmc", "other": "mlp"})
    np.testing.assert_allclose(back["interval"], -one["interval"].values[::-1])
    assert float(one["own_difference"]) == pytest.approx(float(own()["difference"][1, 2, 0]))


def test_the_input_that_is_first_is_counted_and_one_that_a_method_lacks_is_missing():
    some = measured()
    some["hmc", max(SIZES), 0] = fitted("hmc", max(SIZES), 0).drop_sel(feature="width")
    found = drops(some)
    assert found["first"].sel({"method": "mlp"}).to_series().to_dict() == {"stress": 1.0, "width": 0.0}
    assert float(found["mean"].sel({"method": "mlp", "feature": "width"})) == pytest.approx(0.15)
    assert float(found["mean"].sel({"method": "hmc", "feature": "width"})) == pytest.approx(0.2)


def test_what_doubling_the_rows_gains():
    found = learning(measured())
    gain = found["gain"].sel(size=200).to_series()
    assert gain.tolist() == pytest.approx([0.02] * len(LEVEL))
    assert np.isnan(found["gain"].sel(size=100)).all()
    np.testing.assert_allclose(found["gain_interval"].sel({"size": 200, "method": "mlp"}), [0.02, 0.02])
    assert not learning({key: one for key, one in measured().items() if key[1] == 200}).data_vars
