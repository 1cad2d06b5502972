"""A mixture of two methods that err on different rows beats both; one that gets all the weight is the method itself."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.stacking import stacking

N = 40
LABEL = np.arange(N) % 2
SURE, GUESS = 0.9, 0.4  # score of the observed class where a method knows it, and where it guesses wrongly


@pytest.fixture
def halves(make_fit):
    """Fits that know one half of the rows each, the first a little better; of several draws about their scores."""

    def fit(known: np.ndarray, sure: float) -> xr.DataTree:
        right = np.where(known, sure, GUESS)
        p = np.where(LABEL == 1, right, 1 - right)
        return make_fit(p + 0.05 * np.array([-1.0, 1.0])[None, :, None], LABEL)

    first = np.arange(N) < N / 2
    return {"hmc": fit(first, SURE + 0.02), "nuts": fit(~first, SURE), "mlp": fit(first, SURE)}


def table(weight: list[float]) -> xr.Dataset:
    """As leave-one-out would grade them: hmc and nuts know a half of the rows each, and mlp has no such estimate."""
    first = np.arange(N) < N / 2
    rows = [np.log(np.where(first, SURE + 0.02, GUESS)), np.log(np.where(first, GUESS, SURE)), np.full(N, np.nan)]
    return xr.Dataset(
        {
            "elpd_row": (("method", "train_simulation"), np.array(rows)),
            "elpd": ("method", np.sum(rows, axis=1)),
            "reliable": ("method", [1, 0, 0]),
            "weight": ("method", [*weight, np.nan]),
        },
        {"method": ["hmc", "nuts", "mlp"]},
    )


def test_a_mixture_of_methods_that_know_other_rows_beats_the_best(halves):
    found = stacking(halves, table([0.5, 0.5]))
    assert found["method"].values.tolist() == ["hmc", "nuts"]
    assert found["best"].values.tolist() == [1, 0]
    assert found["reliable"].values.tolist() == [1, 0]
    score = found.sel(metric="log_score")
    first, second = (SURE + 0.02 + GUESS) / 2, (SURE + GUESS) / 2  # of the observed class, in either half of the rows
    mixed = (np.log(first) + np.log(second)) / 2
    alone = (np.log(SURE + 0.02) + np.log(GUESS)) / 2
    assert float(score["value"]) == pytest.approx(mixed)
    assert float(score["difference"]) == pytest.approx(mixed - alone)
    assert float(found["elpd_gain"]) == pytest.approx(N * (mixed - alone))
    rows = np.repeat([np.log(first / (SURE + 0.02)), np.log(second / GUESS)], N // 2)
    assert float(found["elpd_gain_se"]) == pytest.approx(np.sqrt(N * rows.var()))
    assert float(found["value"].sel(metric="accuracy")) == 1
    assert int(found["only_method_right"]) == N / 2


def test_all_weight_on_the_best_changes_nothing(halves):
    found = stacking(halves, table([1.0, 0.0]))
    assert float(found["elpd_gain"]) == 0
    assert np.allclose(found["difference"], 0)
    assert np.allclose(found["interval"], 0)


def test_nothing_without_two_methods_that_can_be_weighed(halves):
    assert not stacking(halves, table([0.5, 0.5]).drop_vars("weight")).data_vars
    assert not stacking(halves, xr.Dataset()).data_vars
