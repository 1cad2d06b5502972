"""Steps that are not adjusted bias the draws, by less the smaller they are, and the energy says so."""

import numpy as np
import pymc as pm
import pytest
import xarray as xr

import bayesnet
from bayesnet.fitting import training_rows
from bayesnet.methods import nuts
from bayesnet.methods.mclmc import MclmcConfig, diagnose_mclmc, fit_mclmc
from bayesnet.parts.closed_form import closed_form
from tests.bayesnet.linear import FREE, Curve

pytestmark = pytest.mark.heavy  # nutpie compiles two models

ROWS, SIZE, NOISE = 25, 20, 0.5


class Correlated:
    """Twenty numbers, N(0, 1) a priori, of which some sums are observed to be zero."""

    operator = np.random.default_rng(0).normal(size=(ROWS, SIZE))
    covariance = np.linalg.inv(operator.T @ operator / NOISE**2 + np.eye(SIZE))

    def model(self, _train):
        with pm.Model() as model:
            x = pm.Normal("x", shape=SIZE)
            pm.Normal("y", x @ self.operator.T, NOISE, observed=np.zeros(ROWS))
        return model


def sampled(step_size: float) -> tuple[float, xr.Dataset]:
    """Sd of the draws over that of the posterior, mean over parameters; and what is known of the steps."""
    config = MclmcConfig(chains=2, warmup=300, draws=600, thin=2, step_size=step_size)
    fit = fit_mclmc(Correlated(), None, config, seed=1)
    x, sd = fit["posterior"]["x"].values, np.sqrt(np.diag(Correlated.covariance))
    assert x.shape == (2, 600, SIZE)
    assert fit["log_likelihood"]["y"].shape == (2, 600, ROWS)
    assert np.abs(x.mean((0, 1)) / sd).max() < 0.2
    return float((x.std((0, 1)) / sd).mean()), fit["fit_stats"].to_dataset()


def test_large_steps_make_sds_too_small_and_show_in_the_energy():
    (fine, small), (coarse, large) = sampled(0.1), sampled(0.5)
    assert fine == pytest.approx(1, abs=0.015)
    assert coarse < 0.97
    assert float(small["energy_variance"]) < 5e-4 < float(large["energy_variance"])


def test_chains_that_agree_have_converged_where_their_steps_are_small(curve_fit):
    fit = curve_fit("mclmc", warmup=400, draws=1000, thin=2)
    errors = closed_form(fit, Curve().exact(training_rows(fit)), FREE)
    assert errors["within"].sel(check=["mean", "sd"]).values.tolist() == [1, 1]
    found = bayesnet.diagnose(fit)
    assert int(found["converged"]) == 1
    assert "divergences" not in found  # no step can be refused
    large = fit.copy()
    large["fit_stats"] = xr.DataTree(fit["fit_stats"].to_dataset() * 0 + 0.01)
    assert int(diagnose_mclmc(large)["converged"]) == 0
    assert float(diagnose_mclmc(large)["energy_variance"]) == 0.01


def test_a_chain_that_was_cut_short_is_an_interrupt(monkeypatch):
    whole = nuts.by_nutpie

    def cut(*args):
        tree = whole(*args)
        return tree.map_over_datasets(lambda group: group.isel(draw=slice(3)) if "draw" in group.dims else group)

    monkeypatch.setattr("bayesnet.methods.mclmc.by_nutpie", cut)
    with pytest.raises(KeyboardInterrupt):
        fit_mclmc(Correlated(), None, MclmcConfig(chains=1, warmup=10, draws=5, thin=1), seed=1)
