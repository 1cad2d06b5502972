import arviz as az
import numpy as np
import pytest
import xarray as xr
from arviz_stats.base import dataarray_stats
from scipy.special import expit

import bayesnet
from bayesnet.diagnostics import diagnose, predicted_logit
from bayesnet.problems.network.symmetry import align, reference_units
from bayesnet.parts.weights import flatten


def with_chain_moved(fit: xr.DataTree, by: float) -> xr.DataTree:
    """The same fit with one chain's output bias moved, so that this chain predicts otherwise."""
    moved = fit.copy()
    posterior = fit["posterior"].to_dataset()
    shift = xr.DataArray([by, 0, 0, 0], dims="chain", coords={"chain": posterior["chain"]})
    moved["posterior"] = xr.DataTree(posterior.assign(b1=posterior["b1"] + shift))
    return moved


def test_numbers_are_arviz_of_the_logits(fits):
    result = diagnose(fits["nuts"])
    logit = predicted_logit(fits["nuts"])
    assert np.allclose(expit(logit), fits["nuts"]["predictions"]["p"])
    for name, expected in (
        ("rhat", az.rhat(logit)),
        ("ess_bulk", az.ess(logit)),
        ("ess_tail", az.ess(logit, method="tail")),
        ("mcse", az.mcse(logit)),
    ):
        assert np.allclose(result[name], expected, rtol=1e-6)
    assert float(result["rhat_max"]) == pytest.approx(float(result["rhat"].max()))
    smallest = [float(result[f"ess_{kind}"].min()) for kind in ("bulk", "tail")]
    assert [float(result[f"ess_{kind}_min"]) for kind in ("bulk", "tail")] == pytest.approx(smallest)
    assert float(result["ess_min"]) == pytest.approx(min(smallest))
    assert int(result["divergences"]) == int(fits["nuts"]["fit_stats"]["divergences"].sum())
    aligned = flatten(align(fits["nuts"], reference_units(fits["nuts"])))
    assert float(result["weights_rhat_max_matched"]) == pytest.approx(float(az.rhat(aligned).max()))


def test_chains_that_disagree_have_not_converged_though_each_is_at_rest(fits):
    result = diagnose(with_chain_moved(fits["nuts"], 8.0))
    assert not result["converged"]
    assert float(result["rhat_max"]) > 1.2
    assert float(result["rhat_chainwise_max"]) < 1.2
    assert "not converged in function space: R-hat at most " in str(result["verdict"].values)
    assert "R-hat of single weights up to" in str(result["verdict"].values)


def test_verdict_follows_the_limits(fits, monkeypatch):
    monkeypatch.setattr("bayesnet.diagnostics.RHAT", 2.0)
    monkeypatch.setattr("bayesnet.diagnostics.ESS", 1)
    assert str(diagnose(fits["nuts"])["verdict"].values).startswith("converged in function space")


def test_a_variational_fit(fits):
    fit = fits["advi"]
    result = diagnose(fit)
    ratio = (fit["sample_stats"]["lp"] - fit["sample_stats"]["log_q"]).isel(chain=0)
    _, khat = dataarray_stats.psislw(-ratio, dim="draw")
    assert float(result["khat"]) == pytest.approx(float(khat))
    assert result["khat_prediction"].sizes == {"simulation": 100}
    restarts = fit["restarts"].to_dataset().rename(restart="chain")
    other = fit.copy()
    other["posterior"] = xr.DataTree(restarts)
    score = bayesnet.predict(other, fit["predictions_constant_data"].to_dataset()).mean("draw")
    assert float(result["restart_difference"]) == pytest.approx(float(abs(score[0] - score[1]).mean()))
    single = fit.copy()
    single["restarts"] = xr.DataTree(fit["restarts"].to_dataset().isel(restart=[0]))
    single["fit_stats"] = xr.DataTree(fit["fit_stats"].to_dataset().isel(restart=[0]))
    assert np.isnan(diagnose(single)["restart_difference"])
    assert float(result["elbo_spread"]) == pytest.approx(float(np.ptp(fit["fit_stats"]["elbo"].values)))
    assert "k-hat" in str(result["verdict"].values)


def test_an_exact_approximation_has_a_small_khat(fits):
    fit = fits["advi"].copy()
    stats = fit["sample_stats"].to_dataset()
    fit["sample_stats"] = xr.DataTree(stats.assign(log_q=stats["lp"] - 3 + 1e-9 * stats["log_q"]))
    result = diagnose(fit)
    assert float(result["khat"]) < 0.7
    assert "below 0.7: the Gaussian is close to the posterior where it has mass" in str(result["verdict"].values)


def test_a_point_estimate_has_the_optimisers_word(fits):
    result = diagnose(fits["mlp"])
    verdict = str(result["verdict"].values)
    assert verdict.startswith("optimiser converged in")
    kept = int(fits["mlp"]["fit_stats"]["loss"].argmin("restart"))
    value = bayesnet.score(fits["mlp"], resamples=10)["value"]
    assert result["converged"] == 1
    for metric in ("accuracy", "log_score"):
        of_restarts = result[f"restart_{metric}"]
        assert of_restarts.sizes == {"restart": 3}
        assert float(of_restarts[kept]) == pytest.approx(float(value.sel(metric=metric)))
    lowest, highest = float(result["restart_accuracy"].min()), float(result["restart_accuracy"].max())
    assert f"accuracies run from {lowest:.3f} to {highest:.3f}" in verdict


def test_a_single_chain_cannot_be_judged(fits):
    alone = xr.DataTree.from_dict(
        {
            name: group.to_dataset().isel(chain=[0]) if "chain" in group.dims else group.to_dataset()
            for name, group in fits["nuts"].children.items()
        }
    )
    alone.attrs = fits["nuts"].attrs
    result = diagnose(alone)
    assert result["converged"] == 0
    assert "cannot be judged" in str(result["verdict"].values)
