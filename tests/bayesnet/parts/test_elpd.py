import arviz as az
import numpy as np
import pytest
import xarray as xr
from scipy.special import logsumexp

from bayesnet.grading import some_positions
from bayesnet.loo import loo
from bayesnet.parts.elpd import elpd
from tests.bayesnet.conjugate import N, conjugate


def test_leave_one_out_is_exact_for_a_conjugate_model():
    tree, exact = conjugate()
    result = elpd({"nuts": tree}).sel({"method": "nuts"})
    assert np.allclose(result["elpd_row"], exact, atol=0.01)
    assert float(result["elpd"]) == pytest.approx(exact.sum(), abs=0.05)
    assert result["train_simulation"].values.tolist() == list(range(7, 7 + N))
    assert int(result["reliable"]) == 1


@pytest.mark.parametrize("shift", [0.0, 0.05])
def test_a_row_of_some_weight_is_left_out_with_all_of_it_and_evaluated_once(shift):
    """Copies of a row that upsampling merged, and the fractions by which classes are balanced."""
    weight = np.resize([1.0, 3.0, 0.4], N)
    tree, exact = conjugate(shift=shift, weight=weight)
    row = elpd({"fit": tree})["elpd_row"][0]
    assert np.allclose(row, exact, atol=0.02)
    assert not np.allclose(row, weight * exact, atol=0.2)


def test_a_variational_fit_is_corrected_towards_the_posterior():
    tree, exact = conjugate(shift=0.15)
    log_likelihood = tree["log_likelihood"]["y"].values[0]
    naive = float((-logsumexp(-log_likelihood, axis=0) + np.log(len(log_likelihood))).sum())
    corrected = float(elpd({"advi": tree})["elpd"][0])
    assert abs(corrected - exact.sum()) < 0.1
    assert abs(naive - exact.sum()) > 2 * abs(corrected - exact.sum())


def test_a_row_of_which_every_draw_is_certain_costs_nothing_and_leaves_the_others_alone():
    tree, _ = conjugate()
    certain = tree.copy()
    log_p = tree["log_likelihood"]["y"]
    certain["log_likelihood"] = xr.DataTree(log_p.where(log_p["simulation"] != 9, 0.0).to_dataset(name="y"))
    row = elpd({"nuts": certain})["elpd_row"][0]
    assert float(row.sel(train_simulation=9)) == pytest.approx(0, abs=1e-9)
    others = elpd({"nuts": tree})["elpd_row"][0].drop_sel(train_simulation=9)
    assert np.array_equal(row.drop_sel(train_simulation=9), others)


def test_compared_as_arviz_does():
    good, _ = conjugate()
    bad, _ = conjugate(prior_sd=0.05)
    result = elpd({"bad": bad, "good": good})
    table = az.compare({"bad": loo(bad), "good": loo(good)}, round_to="none")
    for name in ("elpd_diff", "dse", "weight"):
        assert np.allclose(result[name], table.loc[["bad", "good"], name].astype(float))


def test_a_variational_fit_is_compared_with_nothing():
    """Its draws are of the wrong place, its ELPD is the exact posterior's all the same: to be equal is no merit."""
    good, exact = conjugate()
    other, _ = conjugate(prior_sd=0.05)
    shifted, _ = conjugate(shift=0.15)
    alone = elpd({"nuts": good, "advi": shifted})
    assert np.allclose(alone["elpd"], exact.sum(), atol=0.1)
    assert not {"elpd_diff", "dse", "weight"} & set(alone.data_vars)
    assert alone["p_loo"].notnull().values.tolist() == [True, False]
    among, without = elpd({"advi": shifted, "good": good, "other": other}), elpd({"good": good, "other": other})
    for name in ("elpd_diff", "dse", "weight"):
        assert np.isnan(among[name][0])
        assert np.array_equal(among[name][1:], without[name])


def test_what_cannot_be_believed_is_not_compared():
    good, _ = conjugate()
    other, _ = conjugate(prior_sd=0.05)
    wild = good.copy()
    wild["log_likelihood"] = wild["log_likelihood"] * 40.0  # ratios of which a few draws decide
    result = elpd({"wild": wild, "good": good, "other": other})
    assert result["reliable"].values.tolist() == [0, 1, 1]
    assert np.isnan(result["elpd_diff"]).values.tolist() == [True, False, False]
    assert float(result["elpd_diff"].max()) == 0  # the best is among those that can be believed
    assert float(result["weight"].sum()) == pytest.approx(1)  # mixtures are judged by test rows: all may have a share


def test_a_row_that_is_known_exactly_makes_an_estimate_reliable():
    good, _ = conjugate()
    wild = good.copy()
    log_p = wild["log_likelihood"]["y"]
    wild["log_likelihood"] = xr.DataTree(xr.where(log_p["simulation"] == 9, 40 * log_p, log_p).to_dataset(name="y"))
    assert int(elpd({"wild": wild})["reliable"][0]) == 0
    mended = elpd({"wild": wild, "good": good}, exact={"wild": {9: -1.5}})
    assert mended["reliable"].values.tolist() == [1, 1]
    assert float(mended["elpd_row"].sel({"method": "wild", "train_simulation": 9})) == -1.5
    assert mended["elpd_diff"].notnull().all()


def test_unreliable_rows_are_told_by_the_nats_they_hold(fits):
    result = elpd(fits)
    assert result["method"].values.tolist() == ["advi", "nuts"]
    bad = result["pareto_k"] > 0.7
    advi = result.sel({"method": "advi"})
    limit = min(1 - 1 / np.log10(300), 0.7)
    held = float(np.abs(advi["elpd_row"].where(advi["pareto_k"] > limit, 0)).sum())
    assert float(advi["unreliable_nats"]) == pytest.approx(held)
    assert int(advi["reliable"]) == (held < float(advi["elpd_se"]) / 10)
    assert bad.dims == ("method", "train_simulation")


def test_point_estimates_have_none(fits):
    assert not elpd({"mlp": fits["mlp"]}).data_vars


def test_of_many_rows_some_are_left_out(monkeypatch):
    tree, exact = conjugate()
    monkeypatch.setattr("bayesnet.parts.elpd.MOST_LEFT_OUT", 10)
    result, some = elpd({"nuts": tree}).sel({"method": "nuts"}), some_positions(N, 10)
    assert result["train_simulation"].values.tolist() == (7 + some).tolist()
    assert np.allclose(result["elpd_row"], exact[some], atol=0.01)
    assert float(result["elpd"]) == pytest.approx(exact[some].sum(), abs=0.05)
