"""A replicate: truth, data, fit and ranks, on a problem whose posterior is known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.methods.exact import ExactConfig
from bayesnet.problems import PROBLEMS
from bayesnet.sbc import replicate as module
from bayesnet.sbc.replicate import DRAWS, drawn, ranked, refuse_unranked, replicate, thinned
from data import InputError
from tests.bayesnet.linear import Curve, points

CONFIG = ExactConfig(chains=4, draws=30)


def test_a_rank_counts_the_draws_below_and_spreads_over_equal_ones():
    truth = xr.DataArray([[2.5, 1.0, np.nan, 9.0]], dims=("draw", "quantity"), coords={"quantity": list("abcd")})
    draws = xr.DataArray(
        [[1.0, 1.0, 5.0, 1.0], [2.0, 1.0, np.nan, 2.0], [3.0, 2.0, 6.0, 3.0]],
        dims=("draw", "quantity"),
        coords={"quantity": list("abcd")},
    )
    ranks = np.array([ranked(truth, draws, np.random.default_rng(seed)).values for seed in range(100)])
    ends = np.array([[2, 0, 0, 3], [3, 3, 2, 4]]) / 4  # of the ranks that each may have
    assert (ranks >= ends[0]).all()
    assert (ranks <= ends[1]).all()
    assert ranks.mean(axis=0) == pytest.approx(ends.mean(axis=0), abs=0.1)


def test_draws_are_thinned_evenly_over_all_chains():
    values = np.arange(4 * 250.0).reshape(4, 250)
    posterior = xr.Dataset({"a": (("chain", "draw"), values)}, {"chain": range(4), "draw": range(250)})
    some = thinned(posterior)["a"]
    assert some.sizes == {"chain": 1, "draw": DRAWS}
    assert set(np.diff(some.values[0])) <= {10.0, 11.0}
    assert (some.values[0, 0], some.values[0, -1]) == (0, 999)
    with pytest.raises(InputError, match="at least 99 draws of a posterior, got 40"):
        thinned(posterior.isel(chain=[0], draw=slice(40)))


def test_all_methods_get_the_same_truth_and_data_and_replicates_other_ones():
    problem, data = Curve(), points()
    truth, train, test = drawn(problem, data, 3, 0)
    again, same, _ = drawn(problem, data, 3, 0)
    other, rows, _ = drawn(problem, data, 3, 1)
    assert truth.identical(again)
    assert train.identical(same)
    assert not np.isclose(truth["level"], other["level"])
    assert truth["terms"].dims == ("chain", "draw", "term")
    residual = (train["y"] - problem.predict(truth, train, train).isel(chain=0, draw=0)) / train["sd"]
    assert abs(residual).max() < 4
    assert not np.allclose(train["y"], rows["y"])
    assert not np.allclose(test["height"], problem.test(data)["height"])


def test_quantities_are_predictions_elements_and_the_likelihood():
    problem = Curve()
    truth, train, test = drawn(problem, points(), 0, 0)
    values = module.tested(problem, truth, train, test)
    names = values["quantity"].values.tolist()
    assert names[5:] == ["end_height", "terms[x]", "terms[x2]", "log likelihood"]
    first = problem.predict(truth, train, test)
    assert float(values.sel(quantity=names[0])[0]) == pytest.approx(float(first.isel(point=0).squeeze()))
    density = problem.log_density(train["y"], problem.predict(truth, train, train), train)
    assert float(values.sel(quantity="log likelihood")[0]) == pytest.approx(float(density.sum()))


class Quick(Curve):
    """The curve, whose prior is drawn from without a model."""

    def model(self, train):
        return None


def quick_prior(_model, _draws, seed):
    """A draw of the curve's prior."""
    level, terms = np.split(2 * np.random.default_rng(seed).normal(size=3), [1])
    variables = {"level": (("chain", "draw"), [level]), "terms": (("chain", "draw", "term"), [[terms]])}
    return xr.Dataset(variables, {"chain": [0], "draw": [0], "term": ["x", "x2"]})


def quick_fit(width):
    """A fit that draws from a Gaussian whose sds are those of the posterior times `width`."""

    def fit(problem, train, config, seed):
        exact, rng = problem.exact(train), np.random.default_rng(seed)
        size = config.chains, config.draws
        theta = rng.multivariate_normal(exact.mean, width**2 * exact.covariance, size=size)
        variables = {"level": (("chain", "draw"), theta[..., 0]), "terms": (("chain", "draw", "term"), theta[..., 1:])}
        coords = {"chain": range(size[0]), "draw": range(size[1]), "term": ["x", "x2"]}
        return xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords)})

    return fit


@pytest.mark.parametrize(("width", "least", "most"), [(1.0, 0.06, 0.11), (0.5, 0.12, 0.18)])
def test_ranks_of_draws_that_are_as_wide_as_the_posterior_and_half_as_wide(width, least, most, monkeypatch):
    """The variance of uniform ranks is 1/12 = 0.083; that of half as wide Gaussians arcsin(0.8) / 2 pi = 0.148."""
    method = replace(bayesnet.METHODS["exact"], fit=quick_fit(width), diagnose=lambda _: {"converged": 1})
    monkeypatch.setattr(module, "METHODS", {"exact": method})
    monkeypatch.setattr(module, "prior_draws", quick_prior)
    found = [replicate(Quick(), points(), "exact", CONFIG, 0, number)["pit"] for number in range(20)]
    pit = xr.concat(found, "replicate").drop_sel(quantity="log likelihood")
    assert least < float(((pit - 0.5) ** 2).mean()) < most
    assert float(pit.mean()) == pytest.approx(0.5, abs=0.1)


def test_a_replicate_of_the_exact_posterior_and_its_model(monkeypatch):
    monkeypatch.setitem(PROBLEMS, "curve", Curve)
    found = replicate(Curve(), points(), "exact", CONFIG, 0, 0)
    assert found.sizes == {"quantity": 9}
    assert ((found["pit"] > 0) & (found["pit"] < 1)).all()
    assert found["seconds"] > 0
    assert found["converged"].dtype.kind == "i"


def test_point_estimates_and_baselines_are_refused():
    refuse_unranked(["nuts", "hmc", "advi", "exact", "laplace"])
    for name in ("mlp", "map", "ensemble", "majority"):
        with pytest.raises(InputError, match=f"draw from the posterior, got {name} "):
            refuse_unranked(["nuts", name])


def test_rows_that_count_twice_are_refused(catalogue):
    with pytest.raises(InputError, match="training rows that count once"):
        drawn(bayesnet.Network(hidden=2, balance="upsample"), catalogue, 0, 0)
