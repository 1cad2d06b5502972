import arviz as az
import numpy as np
import pytest
import xarray as xr

from bayesnet.loo import approximate, left_out_density, loo, relative_efficiency, with_exact_rows
from tests.bayesnet.conjugate import conjugate


@pytest.mark.filterwarnings("ignore:Estimated shape parameter")
def test_without_weights_and_log_q_it_is_the_plain_one_of_arviz(fits):
    for tree in (conjugate()[0], fits["nuts"]):
        reff = relative_efficiency(tree["log_likelihood"]["y"])
        ours, plain = loo(tree), az.loo(tree, pointwise=True, var_name="y", reff=reff)
        assert np.allclose(ours.elpd_i, plain.elpd_i, rtol=1e-12)
        assert np.array_equal(ours.pareto_k, plain.pareto_k)
        assert (ours.elpd, ours.se, ours.p) == pytest.approx((plain.elpd, plain.se, plain.p), rel=1e-12, abs=1e-12)


def test_the_relative_efficiency_is_that_of_the_likelihood_whatever_the_weights_are_called():
    """Two chains that give the exchanged halves of a sum other names: the sum, and what depends on it, has mixed."""
    tree, _ = conjugate()
    assert relative_efficiency(tree["log_likelihood"]["y"]) == pytest.approx(1, abs=0.15)
    theta, chain = tree["posterior"]["theta"], np.arange(4)[:, None]
    switched = tree.copy()
    halves = {"left": theta + 9.0 * (chain % 2), "right": -9.0 * (chain % 2) + 0 * theta}
    switched["posterior"] = xr.DataTree(xr.Dataset(halves))
    assert np.array_equal(loo(switched).pareto_k, loo(tree).pareto_k)
    sticky = tree["log_likelihood"]["y"].isel(draw=np.arange(1000) // 4 * 4)  # every draw four times
    assert relative_efficiency(sticky) == pytest.approx(0.25, abs=0.06)
    assert relative_efficiency(0 * sticky) == 1.0


def test_rows_of_the_densities_are_evaluated_once_and_marked_where_the_posterior_is_approximated():
    for shift in (0.0, 0.05):
        tree, exact = conjugate(shift=shift, weight=2.0)
        result = loo(tree)
        assert np.allclose(result.elpd_i, exact, atol=0.02)
        assert bool(result.approx_posterior) == approximate(tree) == (shift > 0)


def test_point_estimates_have_none(fits):
    assert loo(fits["mlp"]) is None
    assert [approximate(fits[name]) for name in ("mlp", "advi", "nuts")] == [False, True, False]


@pytest.mark.heavy
def test_a_fit_without_a_row_gives_its_density_where_the_estimate_is_good(fits):
    estimate = loo(fits["nuts"])
    middling = int(np.abs(estimate.elpd_i.values + 0.5).argmin())  # neither certain nor a surprise
    row = int(estimate.elpd_i["simulation"][middling])
    assert float(estimate.pareto_k.sel(simulation=row)) < 0.7
    assert left_out_density(fits["nuts"], row) == pytest.approx(float(estimate.elpd_i.sel(simulation=row)), abs=0.08)


def test_exact_densities_take_the_place_of_estimates():
    tree, exact = conjugate()
    estimate = loo(tree)
    mended = with_exact_rows(estimate, {7: float(exact[0]), 9: -5.0})
    assert mended.elpd_i.sel(simulation=[7, 9]).values.tolist() == [exact[0], -5.0]
    assert mended.pareto_k.sel(simulation=[7, 9]).values.tolist() == [0, 0]
    assert mended.elpd_i.drop_sel(simulation=[7, 9]).equals(estimate.elpd_i.drop_sel(simulation=[7, 9]))
    assert mended.elpd == pytest.approx(float(mended.elpd_i.sum()))
    assert mended.se == pytest.approx(float(mended.elpd_i.std(ddof=1)) * len(mended.elpd_i) ** 0.5)
    assert mended.p - estimate.p == pytest.approx(estimate.elpd - mended.elpd)
