import arviz as az
import numpy as np
import pytest
import xarray as xr
from arviz_stats.base import dataarray_stats
from scipy.special import expit

import bayesnet
from bayesnet.diagnostics import approximated, optimised, sampled
from bayesnet.grading import some_positions
from bayesnet.problems import problem_of
from bayesnet.problems.network.model import Network
from tests.bayesnet.hand_made import make_fit, random_weights


def with_chain_moved(fit: xr.DataTree, by: float) -> xr.DataTree:
    """The same fit with one chain's output bias moved, so that this chain predicts otherwise."""
    moved = fit.copy()
    posterior = fit["posterior"].to_dataset()
    shift = xr.DataArray([by, 0, 0, 0], dims="chain", coords={"chain": posterior["chain"]})
    moved["posterior"] = xr.DataTree(posterior.assign(b1=posterior["b1"] + shift))
    return moved


def at_heights(heights, *, draws=500, noise=1.0, seed=0) -> xr.DataTree:
    """A fit of independent draws of one distribution, the log densities of whose chains scatter about these heights."""
    rng = np.random.default_rng(seed)
    fit = make_fit(random_weights(rng, len(heights), draws, 2), Network(hidden=2))
    lp = np.asarray(heights, dtype=float)[:, None] + noise * rng.normal(size=(len(heights), draws))
    coords = {"chain": np.arange(len(heights)), "draw": np.arange(draws)}
    fit["sample_stats"] = xr.DataTree(xr.Dataset({"lp": (("chain", "draw"), lp)}, coords))
    return fit


def test_numbers_are_arviz_of_the_logits(fits):
    result = sampled(fits["nuts"])
    logit = problem_of(fits["nuts"]).monitored(fits["nuts"])
    assert np.allclose(expit(logit), fits["nuts"]["predictions"]["p"])
    for name, expected in (
        ("rhat", az.rhat(logit)),
        ("ess_bulk", az.ess(logit)),
        ("ess_tail", az.ess(logit, method="tail", prob=(0.05, 0.95))),
        ("mcse", az.mcse(logit)),
    ):
        assert result[name].dims == ("simulation",)
        assert np.allclose(result[name], expected, rtol=1e-6)
    assert float(result["rhat_max"]) == pytest.approx(float(result["rhat"].max()))
    smallest = [float(result[f"ess_{kind}"].min()) for kind in ("bulk", "tail")]
    assert [float(result[f"ess_{kind}_min"]) for kind in ("bulk", "tail")] == pytest.approx(smallest)
    assert float(result["ess_min"]) == pytest.approx(min(smallest))
    assert float(result["mcse_max"]) == pytest.approx(float(result["mcse"].max()))
    assert int(result["divergences"]) == int(fits["nuts"]["fit_stats"]["divergences"].sum())
    assert float(result["bfmi_min"]) == float(fits["nuts"]["fit_stats"]["bfmi"].min())


def test_the_tail_does_not_follow_the_users_settings(fits):
    default = sampled(fits["nuts"])["ess_tail"]
    with az.rc_context({"stats.ci_prob": 0.5}):
        assert sampled(fits["nuts"])["ess_tail"].equals(default)


def test_chains_that_disagree_have_not_converged_though_each_is_at_rest(fits):
    result = sampled(with_chain_moved(fits["nuts"], 8.0))
    assert result["converged"] == 0
    assert float(result["rhat_max"]) > 1.2
    assert float(result["rhat_chainwise_max"]) < 1.2


def test_convergence_follows_the_limits(monkeypatch):
    fit = at_heights([-80.0] * 4)
    result = sampled(fit)
    assert result["converged"] == 1
    assert float(result["rhat_max"]) < 1.01
    assert float(result["ess_min"]) > 400
    monkeypatch.setattr("bayesnet.diagnostics.ESS", float(result["ess_min"]) + 1)
    assert sampled(fit)["converged"] == 0
    monkeypatch.undo()
    monkeypatch.setattr("bayesnet.diagnostics.RHAT", float(result["rhat_max"]) - 1e-6)
    assert sampled(fit)["converged"] == 0


@pytest.mark.parametrize(
    ("divergences", "bfmi", "converged"),
    [([0, 0, 0, 0], 0.9, 1), ([2, 0, 0, 0], 0.9, 1), ([2, 1, 0, 0], 0.9, 0), ([0, 0, 0, 0], 0.29, 0)],
)
def test_steps_that_diverge_or_hardly_change_the_energy_are_no_convergence(divergences, bfmi, converged):
    fit = at_heights([-80.0] * 4)
    steps = {"divergences": ("chain", divergences), "bfmi": ("chain", [0.9, 0.9, bfmi, 0.9])}
    energy = (("chain", "step"), np.zeros((4, 500)))  # 2 of 2000 steps are the share that may diverge
    fit["fit_stats"] = xr.DataTree(xr.Dataset(steps | {"at_max_depth": ("chain", np.zeros(4)), "energy": energy}))
    result = sampled(fit)
    assert float(result["divergent"]) == sum(divergences) / 2000
    assert float(result["bfmi_min"]) == bfmi
    assert result["converged"] == converged


def test_r_hat_within_a_chain_compares_its_halves(fits):
    """By hand (Gelman & Rubin 1992), of a chain whose halves differ and whose quarters differ no more than they do."""
    fit = fits["nuts"].copy()
    posterior = fit["posterior"].to_dataset()
    fit["posterior"] = xr.DataTree(posterior.assign(b1=posterior["b1"] + 2.0 * (posterior["draw"] >= 100)))
    logit = problem_of(fit).monitored(fit).transpose("chain", "simulation", "draw").values
    halves = logit.reshape(*logit.shape[:2], 2, 100)
    between, within = halves.mean(-1).var(-1, ddof=1), halves.var(-1, ddof=1).mean(-1)
    found = sampled(fit)["rhat_chainwise"].transpose("chain", "simulation")
    assert np.allclose(found, np.sqrt(99 / 100 + between / within))


def test_chains_of_one_height():
    result = sampled(at_heights([-80.0] * 4))
    assert result["lp_mean"].dims == ("chain",)
    assert np.allclose(result["lp_mean"], -80, atol=0.2)
    assert np.allclose(result["lp_se"], 500**-0.5, rtol=0.3)
    assert float(result["lp_gap"]) == pytest.approx(float(np.ptp(result["lp_mean"].values)))
    assert result["heights_differ"] == 0


def test_chains_of_two_heights_have_not_converged_though_their_predictions_agree():
    result = sampled(at_heights([-80.0, -80.0, -80.0, -90.0]))
    assert np.allclose(result["lp_mean"], [-80, -80, -80, -90], atol=0.2)
    assert float(result["lp_gap"]) == pytest.approx(10, abs=0.3)
    assert result["heights_differ"] == 1
    assert float(result["rhat_max"]) < 1.01
    assert result["converged"] == 0


@pytest.mark.parametrize(
    ("gap", "noise"),
    [
        (2.0, 0.1),  # many standard errors, but few nats
        (10.0, 150.0),  # many nats, but few standard errors
    ],
)
def test_a_difference_of_height_is_one_in_nats_and_in_standard_errors(gap, noise):
    result = sampled(at_heights([-80.0, -80.0, -80.0, -80.0 - gap], noise=noise))
    assert result["heights_differ"] == 0


def test_a_single_chain_cannot_be_judged(fits):
    alone = xr.DataTree.from_dict(
        {
            name: group.to_dataset().isel(chain=[0]) if "chain" in group.dims else group.to_dataset()
            for name, group in fits["nuts"].children.items()
        }
    )
    alone.attrs = fits["nuts"].attrs
    result = sampled(alone)
    assert result["converged"] == 0
    assert result["lp_gap"] == 0
    assert result["heights_differ"] == 0


def test_draws_that_were_made_without_steps_have_no_steps_to_judge():
    result = sampled(at_heights([-80.0] * 4))
    assert not {"divergences", "bfmi_min", "at_max_depth"} & set(result.data_vars)


def test_a_variational_fit(fits):
    fit = fits["advi"]
    result = approximated(fit)
    ratio = (fit["sample_stats"]["lp"] - fit["sample_stats"]["log_q"]).isel(chain=0)
    _, khat = dataarray_stats.psislw(-ratio, dim="draw")
    assert float(result["khat"]) == pytest.approx(float(khat))
    assert result["khat_prediction"].sizes == {"simulation": 100}
    p = fit["predictions"]["p"].isel(chain=0)
    heavier = np.maximum(*(dataarray_stats.psislw(-(ratio + np.log(q)), dim="draw")[1] for q in (p, 1 - p)))
    assert np.allclose(result["khat_prediction"], heavier, atol=1e-6)
    assert float(result["khat_prediction_max"]) == pytest.approx(float(heavier.max()), abs=1e-6)
    best = int(fit["fit_stats"]["elbo"].argmax("restart"))
    assert int(result["best"]) == best
    assert int(result["converged"]) == int(fit["fit_stats"]["converged"][best])
    assert result["elbo"].equals(fit["fit_stats"]["elbo"])
    assert result["elbo_gain"].equals(fit["fit_stats"]["elbo_gain"])
    assert float(result["elbo_spread"]) == pytest.approx(float(np.ptp(fit["fit_stats"]["elbo"].values)))


def test_what_the_start_decides(fits):
    fit = fits["advi"]
    result = approximated(fit)
    other = fit.copy()
    other["posterior"] = xr.DataTree(fit["restarts"].to_dataset().rename(restart="chain"))
    score = bayesnet.predict(other, fit["predictions_constant_data"].to_dataset()).mean("draw")
    assert float(result["restart_difference"]) == pytest.approx(float(abs(score[0] - score[1]).mean()))
    single = fit.copy()
    single["restarts"] = xr.DataTree(fit["restarts"].to_dataset().isel(restart=[0]))
    single["fit_stats"] = xr.DataTree(fit["fit_stats"].to_dataset().isel(restart=[0]))
    alone = approximated(single)
    assert np.isnan(alone["restart_difference"])
    assert alone["restart_value"].sizes == {"restart": 1, "metric": 6}


def test_an_exact_approximation_has_a_small_khat(fits):
    fit = fits["advi"].copy()
    stats = fit["sample_stats"].to_dataset()
    fit["sample_stats"] = xr.DataTree(stats.assign(log_q=stats["lp"] - 3 + 1e-9 * stats["log_q"]))
    assert float(approximated(fit)["khat"]) < 0.7


def test_a_point_estimate_has_the_optimisers_word(fits):
    result = optimised(fits["mlp"])
    kept = int(fits["mlp"]["fit_stats"]["loss"].argmin("restart"))
    value = bayesnet.score(fits["mlp"], resamples=10)["value"]
    assert result["converged"] == 1
    assert int(result["best"]) == kept
    assert result["loss"].equals(fits["mlp"]["fit_stats"]["loss"])
    assert result["iterations"].equals(fits["mlp"]["fit_stats"]["iterations"])
    assert result["restart_value"].sizes == {"restart": 3, "metric": 6}
    of_kept = result["restart_value"].isel(restart=kept)
    for metric in result["metric"].values:
        assert float(of_kept.sel(metric=metric)) == pytest.approx(float(value.sel(metric=metric)))


def test_an_optimiser_that_was_stopped_has_not_converged(fits):
    fit = fits["mlp"].copy()
    stats = fit["fit_stats"].to_dataset()
    best = int(stats["loss"].argmin("restart"))
    for stopped, expected in ((best, 0), ((best + 1) % 3, 1)):
        fit["fit_stats"] = xr.DataTree(stats.assign(converged=stats["restart"] != stopped))
        assert int(optimised(fit)["converged"]) == expected


def test_of_many_predictions_some_are_judged(fits, monkeypatch):
    every = {name: judge(fits[name]) for name, judge in (("nuts", sampled), ("advi", approximated))}
    some = some_positions(100, 10)
    monkeypatch.setattr("bayesnet.diagnostics.some_positions", lambda n: some)
    for name, judge, variable in (("nuts", sampled, "rhat"), ("advi", approximated, "khat_prediction")):
        assert judge(fits[name])[variable].identical(every[name][variable].isel(simulation=some))
