import arviz as az
import numpy as np
import pytest

from bayesnet.loo import approximate, loo
from tests.bayesnet.conjugate import conjugate


@pytest.mark.filterwarnings("ignore:Estimated shape parameter")
def test_without_weights_and_log_q_it_is_the_plain_one_of_arviz(fits):
    for tree in (conjugate()[0], fits["nuts"]):
        ours, plain = loo(tree), az.loo(tree, pointwise=True, var_name="y")
        assert np.array_equal(ours.elpd_i, plain.elpd_i)
        assert np.array_equal(ours.pareto_k, plain.pareto_k)
        assert (ours.elpd, ours.se, ours.p) == (plain.elpd, plain.se, plain.p)


def test_rows_of_the_densities_are_evaluated_once_and_marked_where_the_posterior_is_approximated():
    for shift in (0.0, 0.05):
        tree, exact = conjugate(shift=shift, weight=2.0)
        result = loo(tree)
        assert np.allclose(result.elpd_i, exact, atol=0.02)
        assert bool(result.approx_posterior) == approximate(tree) == (shift > 0)


def test_point_estimates_have_none(fits):
    assert loo(fits["mlp"]) is None
    assert [approximate(fits[name]) for name in ("mlp", "advi", "nuts")] == [False, True, False]
