import numpy as np

from bayesnet.parts.slip import patch_slip
from bayesnet.problems.okada import Fault, Slip
from tests.bayesnet.parts.faults import made_fit, observed


def test_mean_and_sd_of_each_patch():
    data = observed("slip")
    fit = made_fit(Slip(), data)
    found, draws = patch_slip(fit), fit["posterior"]["slip"]
    assert found.sizes == {"along": 8, "down": 4}
    assert np.allclose(found["mean"].values.ravel(), draws.mean(("chain", "draw")))
    assert np.allclose(found["sd"].values.ravel(), draws.std(("chain", "draw")))
    exact = patch_slip(made_fit(Slip(), data, chains=1, draws=1, scatter=0.0))
    assert np.allclose(exact["mean"], data["slip"])
    assert exact["sd"].isnull().all()


def test_a_fault_of_uniform_slip_has_no_patches():
    assert not patch_slip(made_fit(Fault(), observed("fault"))).data_vars
