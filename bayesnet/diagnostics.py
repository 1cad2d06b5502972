"""Convergence: whether a fit's numbers can be believed, judged on predictions, and said in words."""

import arviz as az
import numpy as np
import xarray as xr
from arviz_stats.base import dataarray_stats
from scipy.special import expit, log_expit

from bayesnet.fitting import network_of, predict_logit, predicted_inputs
from bayesnet.loo import approximate
from bayesnet.metrics import accuracy, log_score
from bayesnet.symmetry import align, reference_units
from bayesnet.weights import flatten

RHAT, ESS = 1.01, 400  # Vehtari et al. (2021), Bayesian Analysis 16
KHAT = 0.7  # Vehtari et al. (2024), JMLR 25
BFMI = 0.3  # Betancourt (2016), arXiv:1604.00695


def diagnose(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of one fit, with a `verdict` in words.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.

    Returns
    -------
    xarray.Dataset
        What the method allows: `sampled` for several chains, `approximated` for a variational fit, `optimised` for a
        point estimate. A single chain has no other to be held against: it does not count as converged.
    """
    if fit["posterior"].sizes["chain"] > 1:
        return sampled(fit)
    if approximate(fit):
        return approximated(fit)
    if "loss" in fit["fit_stats"]:
        return optimised(fit)
    return xr.Dataset({"verdict": "one chain: whether it converged cannot be judged", "converged": 0})


def predicted_logit(fit: xr.DataTree) -> xr.DataArray:
    """Logit of the score of every draw at every test row of the fit, `(chain, draw, simulation)`."""
    return predict_logit(fit, fit["predictions_constant_data"].to_dataset())


def sampled(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of several chains in function space.

    Every quantity is taken of the logit of each test prediction, where a sigmoid cannot hide a disagreement. Chains
    start independently, so nested R-hat does not apply.

    Returns
    -------
    xarray.Dataset
        `rhat (simulation)`: rank-normalised split R-hat; `ess_bulk`, `ess_tail (simulation)`; `mcse (simulation)` of
        the posterior mean (all Vehtari et al. 2021); `rhat_chainwise (chain, simulation)`: R-hat between the halves of
        each chain on its own (Sommer et al. 2024, ICML): near 1 while `rhat` is not, each chain is at home in its own
        mode. Their extremes `rhat_max`, `ess_min` (of bulk and tail), `ess_bulk_min`, `ess_tail_min`, `mcse_max`,
        `rhat_chainwise_max`. Largest R-hat of a weight as drawn, `weights_rhat_max`, and once hidden units are matched,
        `weights_rhat_max_matched` (see `weight_statistics` for each weight). Of the sampler: `divergences`, `bfmi_min`,
        `at_max_depth` (share of draws). `converged` and `verdict`.
    """
    logit = predicted_logit(fit)
    result = xr.Dataset(
        {
            "rhat": az.rhat(logit),
            "ess_bulk": az.ess(logit, method="bulk"),
            "ess_tail": az.ess(logit, method="tail"),
            "mcse": az.mcse(logit),
            "rhat_chainwise": _rhat_chainwise(logit),
        }
    )
    stats = fit["fit_stats"].to_dataset()
    result = result.assign(
        rhat_max=result["rhat"].max(),
        ess_min=np.minimum(result["ess_bulk"], result["ess_tail"]).min(),
        ess_bulk_min=result["ess_bulk"].min(),
        ess_tail_min=result["ess_tail"].min(),
        mcse_max=result["mcse"].max(),
        rhat_chainwise_max=result["rhat_chainwise"].max(),
        divergences=stats["divergences"].sum(),
        bfmi_min=stats["bfmi"].min(),
        at_max_depth=stats["at_max_depth"].mean(),
        weights_rhat_max=az.rhat(flatten(fit["posterior"].to_dataset())).max(),
        weights_rhat_max_matched=az.rhat(flatten(align(fit, reference_units(fit)))).max(),
    )
    good = result["rhat_max"] <= RHAT and result["ess_min"] >= ESS
    return result.assign(converged=int(good), verdict=_sampled_verdict(result, bool(good)))


def _rhat_chainwise(logit: xr.DataArray) -> xr.DataArray:
    half = logit.sizes["draw"] // 2
    first, second = (
        logit.isel(draw=part).assign_coords(draw=np.arange(half)) for part in (slice(half), slice(-half, None))
    )
    halves = xr.concat([first, second], dim="half")  # (half, chain, draw, simulation)
    return az.rhat(halves, sample_dims=["half", "draw"], method="z_scale")


def _sampled_verdict(result: xr.Dataset, good: bool) -> str:
    words = [
        f"{'converged' if good else 'not converged'} in function space: R-hat at most {float(result['rhat_max']):.3f} "
        f"(limit {RHAT}), bulk and tail ESS at least {float(result['ess_min']):.0f} (limit {ESS})"
    ]
    raw, matched = (float(result[f"weights_rhat_max{form}"]) for form in ("", "_matched"))
    words.append(f"R-hat of single weights up to {raw:.3f}, once hidden units are matched {matched:.3f}")
    divergences, bfmi = int(result["divergences"]), float(result["bfmi_min"])
    if divergences:
        words.append(f"{divergences} divergent transitions")
    if bfmi < BFMI:
        words.append(f"E-BFMI as low as {bfmi:.2f} (limit {BFMI})")
    return "; ".join(words)


def approximated(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of a variational fit, and how far its Gaussian is from the posterior.

    Returns
    -------
    xarray.Dataset
        `elbo`, `elbo_gain (restart)`: final ELBO and what the last tenth of the iterations gained; `elbo_spread`:
        highest minus lowest restart; what `_restarts` gives. `khat`: Pareto k of the ratios exp(lp - log_q) (Yao et al.
        2018, ICML); `khat_prediction (simulation)`: the same of ratio times score, for the class of heavier tail
        (Vehtari et al. 2024). Above 0.7 importance sampling cannot mend the approximation. `converged` (the ELBO of the
        kept restart) and `verdict`.
    """
    stats = fit["fit_stats"].to_dataset()
    best = int(stats["elbo"].values.argmax())
    ratio = (fit["sample_stats"]["lp"] - fit["sample_stats"]["log_q"]).stack(
        sample=("chain", "draw"), create_index=False
    )
    logit = predicted_logit(fit).stack(sample=("chain", "draw"), create_index=False)
    of_row = np.maximum(_khat(ratio + log_expit(logit)), _khat(ratio + log_expit(-logit)))
    result = xr.Dataset(
        {
            "elbo": stats["elbo"],
            "elbo_gain": stats["elbo_gain"],
            "elbo_spread": stats["elbo"].max() - stats["elbo"].min(),
            "khat": _khat(ratio),
            "khat_prediction": of_row,
            "khat_prediction_max": of_row.max(),
        }
    ).assign(_restarts(fit, best))
    return result.assign(converged=stats["converged"][best], verdict=_approximated_verdict(result, stats, best))


def _khat(log_ratio: xr.DataArray) -> xr.DataArray:
    # arviz-stats expects the negative: it is written for leave-one-out, whose ratios are 1 / likelihood
    return dataarray_stats.psislw(-log_ratio, dim="sample")[1]


def optimised(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of a point estimate.

    Returns
    -------
    xarray.Dataset
        `loss (restart)` that each restart ended with, what `_restarts` gives, `converged` (the kept restart, by the
        word of its optimiser) and `verdict`.
    """
    stats = fit["fit_stats"].to_dataset()
    best = int(stats["loss"].values.argmin())
    result = xr.Dataset({"loss": stats["loss"]}).assign(_restarts(fit, best))
    converged = int(stats["converged"][best])
    words = [
        f"optimiser {'converged' if converged else 'did not converge'} in {int(stats['iterations'][best])} iterations"
    ]
    if stats.sizes["restart"] > 1:
        words.append(_restart_words(result, f"losses from {stats['loss'].min():.4f} to {stats['loss'].max():.4f}"))
    return result.assign(converged=converged, verdict="; ".join(words))


def _restarts(fit: xr.DataTree, best: int) -> xr.Dataset:
    """How much the start decides, on the test rows.

    `restart_accuracy`, `restart_log_score (restart)` of each; `restart_difference`: mean absolute difference of the
    scores between the kept restart and another, largest of the others, NaN for a single restart.
    """
    restarts = fit["restarts"].to_dataset()
    logit = network_of(fit).logit(restarts.rename(restart="chain"), predicted_inputs(fit))
    score = expit(logit).mean("draw").rename(chain="restart")  # (restart, simulation)
    label = fit["predictions_constant_data"]["label"].values
    others = score.drop_isel(restart=best)
    gap = abs(others - score.isel(restart=best, drop=True)).mean("simulation")
    return xr.Dataset(
        {
            "restart_accuracy": ("restart", accuracy(label, score.values)),
            "restart_log_score": ("restart", log_score(label, score.values)),
            "restart_difference": gap.max() if gap.size else np.nan,
        },
        coords={"restart": restarts["restart"].values},
    )


def _restart_words(result: xr.Dataset, of_optimum: str) -> str:
    return (
        f"{result.sizes['restart']} restarts, {of_optimum}; their test scores differ by up to "
        f"{float(result['restart_difference']):.3f} on average, their accuracies run from "
        f"{float(result['restart_accuracy'].min()):.3f} to {float(result['restart_accuracy'].max()):.3f}"
    )


def _approximated_verdict(result: xr.Dataset, stats: xr.Dataset, best: int) -> str:
    gain, khat = float(stats["elbo_gain"][best]), float(result["khat"])
    words = [
        f"ELBO {'converged' if int(stats['converged'][best]) else 'not converged'} "
        f"({float(stats['elbo'][best]):.1f}, last tenth gained {gain:.1f})"
    ]
    if stats.sizes["restart"] > 1:
        words.append(_restart_words(result, f"ELBOs within {float(result['elbo_spread']):.1f} nats"))
    far, near = "the Gaussian is far from the posterior", "the Gaussian is close to the posterior where it has mass"
    words.append(f"k-hat {khat:.1f}, " + (f"above {KHAT}: {far}" if khat > KHAT else f"below {KHAT}: {near}"))
    return "; ".join(words)
