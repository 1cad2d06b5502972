import numpy as np
import pytest
from scipy.stats import norm

from bayesnet.context import Context
from bayesnet.parts.differences import paired_differences
from bayesnet.parts.scores import score
from bayesnet.problems import problem_of
from data import InputError


def test_paired_differences(make_fit):
    label = np.repeat([0, 1], 50)
    good = np.where(label == 1, 0.9, 0.1)
    worse = good.copy()
    worse[:8] = 0.9  # eight false alarms
    fits = {"good": make_fit(good[None, None], label), "worse": make_fit(worse[None, None], label)}
    result = paired_differences(fits)
    pair = result.sel({"method": "good", "other": "worse"})
    assert float(pair["difference"].sel(metric="accuracy")) == pytest.approx(0.08)
    assert int(pair["only_method_right"]) == 8
    assert int(pair["only_other_right"]) == 0
    assert float(pair["mcnemar_p"]) == pytest.approx(2 / 2**8)  # exact: all eight discordant rows on one side
    lower, upper = pair["interval"].sel(metric="accuracy").values
    assert 0 < lower < 0.08 < upper
    assert float(pair["p"].sel(metric="accuracy")) == pytest.approx(
        2 * norm.sf(0.08 / (0.08 * 0.92 / 100) ** 0.5), abs=2e-3
    )
    assert (result["p"].sel({"method": "good", "other": "good"}) == 1).all()
    back = result.sel({"method": "worse", "other": "good"})
    assert np.allclose(back["difference"], -pair["difference"])
    assert float(result["mcnemar_p"].sel({"method": "good", "other": "good"})) == 1


def test_pairing_narrows_the_interval(make_fit):
    """Two methods that err on the same hard rows differ by less than their own intervals suggest."""
    rng = np.random.default_rng(1)
    label = rng.integers(2, size=400)
    hard = rng.random(400) < 0.2
    p = np.where(hard == (label == 1), 0.2, 0.8)
    q = np.where(np.arange(400) < 4, 1 - p, p)
    fits = {"p": make_fit(p[None, None], label), "q": make_fit(q[None, None], label)}
    paired = paired_differences(fits)["interval"].sel({"method": "p", "other": "q", "metric": "accuracy"}).values
    alone = score(fits["p"])["rows_interval"].sel(metric="accuracy").values
    assert np.ptp(paired) < np.ptp(alone) / 2


def test_other_test_rows_are_refused(make_fit):
    p, label = np.random.default_rng(0).random((2, 5, 30)), np.arange(30) % 2
    with pytest.raises(InputError, match="same test rows, those of a and b differ"):
        paired_differences({"a": make_fit(p, label), "b": make_fit(p, 1 - label)})


def test_a_fit_alone_differs_from_nothing(fits, catalogue):
    context = Context(problem_of(fits["mlp"]), {"mlp": fits["mlp"]}, catalogue, "mlp", 0)
    assert not context.part("differences").data_vars
