from dataclasses import replace

import numpy as np
import pytest

import bayesnet
from bayesnet.methods import mlp
from bayesnet.methods.mlp import MlpConfig
from tests.conftest import NETWORK, SMALL


@pytest.fixture(scope="module")
def alone(catalogue):
    return bayesnet.fit("mlp", NETWORK, catalogue, config=SMALL["mlp"], seed=3)


@pytest.fixture(scope="module")
def ensemble(alone, catalogue):
    return bayesnet.fit("ensemble", NETWORK, catalogue, config=SMALL["mlp"], seed=3, others={"mlp": alone})


def test_each_start_of_the_mlp_is_a_draw(ensemble, alone):
    restarts = alone["restarts"].to_dataset()
    posterior = ensemble["posterior"].to_dataset().isel(chain=0)
    for name in ("w0", "b0", "w1", "b1"):
        assert np.array_equal(posterior[name].values, restarts[name].isel(draw=0).values)
    train, test = (alone[group].to_dataset() for group in ("constant_data", "predictions_constant_data"))
    each = NETWORK.predict(restarts.rename(restart="chain"), train, test)
    assert np.allclose(ensemble["predictions"]["p"].mean(("chain", "draw")), each.mean(("chain", "draw")))
    assert int(bayesnet.diagnose(ensemble)["members"]) == 3


def test_a_fit_that_exists_is_not_made_again_and_one_of_other_settings_is(ensemble, alone, catalogue, monkeypatch):
    fitted = []

    def counted(*arguments):
        fitted.append(arguments)
        return mlp.fit_mlp(*arguments)

    monkeypatch.setattr(mlp, "METHOD", replace(mlp.METHOD, fit=counted))
    others = {"mlp": alone}
    same = bayesnet.fit("ensemble", NETWORK, catalogue, config=SMALL["mlp"], seed=3, others=others)
    assert not fitted
    without = bayesnet.fit("ensemble", NETWORK, catalogue, config=SMALL["mlp"], seed=3)
    assert len(fitted) == 1
    for fit in (same, without):
        assert fit["posterior"].to_dataset().equals(ensemble["posterior"].to_dataset())
    other = bayesnet.fit("ensemble", NETWORK, catalogue, config=MlpConfig(restarts=2), seed=3, others=others)
    assert len(fitted) == 2
    assert other["posterior"].sizes["draw"] == 2
