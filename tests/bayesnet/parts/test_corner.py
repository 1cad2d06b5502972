import numpy as np

from bayesnet.parts.corner import parameter_draws
from bayesnet.problems.okada import Fault, Slip
from tests.bayesnet.parts.faults import made_fit, observed


def test_scalar_parameters_keep_their_draws_in_order():
    fit = made_fit(Fault(), observed("fault"), chains=2, draws=20)
    found = parameter_draws(fit, draws=10)
    assert found.sizes == {"parameter": 9, "sample": 10}
    depth = fit["posterior"]["top"].values.ravel()
    assert np.isin(found["value"].sel(parameter="top"), depth).all()
    assert found["value"].sel(parameter="top")[[0, -1]].values.tolist() == [depth[0], depth[-1]]
    assert found["chain"].values.tolist() == [0.0] * 5 + [1.0] * 5


def test_patches_are_no_pairs():
    assert not parameter_draws(made_fit(Slip(), observed("slip"))).data_vars
