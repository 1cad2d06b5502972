"""Convergence of samplers, of variational fits and of optimisers: numbers that say whether a fit can be believed."""

from functools import reduce

import arviz as az
import numpy as np
import xarray as xr
from arviz_stats.base import dataarray_stats
from scipy.stats import chi2

from bayesnet.grading import graded, some_positions
from bayesnet.problems import problem_of

RHAT, ESS = 1.01, 400  # Vehtari et al. (2021), Bayesian Analysis 16
TAILS = (0.05, 0.95)  # quantiles of the tail ESS, which ArviZ would take from the user's settings
KHAT = 0.7  # Vehtari et al. (2024), JMLR 25
BFMI = 0.3  # Betancourt (2016), arXiv:1604.00695
DIVERGENT = 0.001  # share of steps that may diverge: a step that does marks a place that the sampler cannot enter
# (Betancourt 2017, arXiv:1701.02434, section 6.2); no limit is published, some hold that there should be none at all
HEIGHT, HEIGHT_ERRORS = 3.0, 5.0  # chains sit at different heights where their mean log densities differ by more nats
# and by more of their standard errors
EVIDENCE = 1.0  # nats within which chains must find the log evidence: beyond it they have found different posteriors
ENERGY = 5e-4  # variance of the change of energy from draw to draw, over the number of parameters, where no step is
# refused: blackjax adapts step sizes to this much from step to step (Robnik et al. 2023, JMLR 24), which is less strict
MISSED = 10.0  # nats that a mode may stand above all that a sampler visited, beyond what chance explains


def sampled(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of several chains in what the problem monitors: for a network its predictions, not its weights.

    Chains start independently, so nested R-hat does not apply.

    Returns
    -------
    xarray.Dataset
        For each monitored quantity (one more dimension, as the problem names it; of more than 2000 for so many, drawn
        at random and always the same) `rhat`, rank-normalised split R-hat;
        `ess_bulk`, `ess_tail`, and `mcse` of the posterior mean (all Vehtari et al. 2021); `rhat_chainwise (chain,
        ...)`: R-hat between the two halves of each chain (Sommer et al. 2024, ICML): near 1 while `rhat` is not, each
        chain is at home in its own mode. Their extremes `rhat_max`, `ess_min` (of bulk and tail), `ess_bulk_min`,
        `ess_tail_min`, `mcse_max`, `rhat_chainwise_max`.

        `lp_mean`, `lp_se (chain)`: mean log density of each chain in nats, over the unconstrained variables, and its
        Monte Carlo standard error; `lp_gap`: highest minus lowest mean; `heights_differ`: 1 where that is more than 3
        nats and 5 standard errors, so that chains sit in modes of different height. Of a sampler's steps `divergences`,
        their share `divergent`, `bfmi_min`, `at_max_depth` (share of steps).

        `converged`: 1 where R-hat, ESS, divergences and E-BFMI keep their limits in several chains of one height.
    """
    values = problem_of(fit).monitored(fit).transpose("chain", "draw", ...)
    (dim,) = values.dims[2:]
    values = values.isel({dim: some_positions(values.sizes[dim])})
    result = _extremes(
        xr.Dataset(
            {
                "rhat": az.rhat(values),
                "ess_bulk": az.ess(values, method="bulk"),
                "ess_tail": az.ess(values, method="tail", prob=TAILS),
                "mcse": az.mcse(values),
                "rhat_chainwise": _rhat_chainwise(values),
            }
        )
    )
    result = result.merge(_heights(fit["sample_stats"]["lp"])).merge(_steps(fit))
    mixed = values.sizes["chain"] > 1 and result["rhat_max"] <= RHAT and result["ess_min"] >= ESS
    return result.assign(converged=int(bool(mixed and not result["heights_differ"] and _steps_are_sound(result))))


def _extremes(result: xr.Dataset) -> xr.Dataset:
    """The diagnostics of each quantity with the worst of them."""
    return result.assign(
        rhat_max=result["rhat"].max(),
        ess_min=np.minimum(result["ess_bulk"], result["ess_tail"]).min(),
        ess_bulk_min=result["ess_bulk"].min(),
        ess_tail_min=result["ess_tail"].min(),
        mcse_max=result["mcse"].max(),
        rhat_chainwise_max=result["rhat_chainwise"].max(),
    )


def _rhat_chainwise(values: xr.DataArray) -> xr.DataArray:
    """R-hat between the halves of each chain; ArviZ's other methods would split the halves again."""
    half = values.sizes["draw"] // 2
    first, second = (
        values.isel(draw=part).assign_coords(draw=np.arange(half)) for part in (slice(half), slice(-half, None))
    )
    halves = xr.concat([first, second], dim="half")  # (half, chain, draw, ...)
    return az.rhat(halves, sample_dims=["half", "draw"], method="identity")


def _heights(lp: xr.DataArray) -> xr.Dataset:
    """Mean log density of each chain, and whether chains sit at different heights."""
    mean, error = lp.mean("draw"), az.mcse(lp, sample_dims=["draw"]) if lp.sizes["draw"] >= 4 else lp.std("draw")
    gap = float(mean.max() - mean.min())
    ends = error.values[[mean.values.argmax(), mean.values.argmin()]]
    return xr.Dataset(
        {
            "lp_mean": mean,
            "lp_se": error,
            "lp_gap": gap,
            "heights_differ": int(gap > max(HEIGHT, HEIGHT_ERRORS * float(np.hypot(*ends)))),
        }
    )


def _steps(fit: xr.DataTree) -> xr.Dataset:
    """What a sampler says of its steps; empty where draws were made without any."""
    stats = fit["fit_stats"].to_dataset() if "fit_stats" in fit.children else xr.Dataset()
    if "divergences" not in stats:
        return xr.Dataset()
    return xr.Dataset(
        {
            "divergences": stats["divergences"].sum(),
            "divergent": stats["divergences"].sum() / stats["energy"].size,
            "bfmi_min": stats["bfmi"].min(),
            "at_max_depth": stats["at_max_depth"].mean(),
        }
    )


def _steps_are_sound(result: xr.Dataset) -> bool:
    """Whether few steps diverged and momentum changes the energy enough; also where there are no steps."""
    return "divergent" not in result or bool(result["divergent"] <= DIVERGENT and result["bfmi_min"] >= BFMI)


def missed_modes(fit: xr.DataTree, height: float, dimensions: int) -> xr.Dataset:
    """Whether a sampler visited the highest mode that is known.

    In a Gaussian posterior of d dimensions the mode stands above a draw by half a chi-square number of d degrees of
    freedom, and above the highest of S draws by about half of its quantile 1/S. What is missing beyond that says that
    no draw came near the mode. The rule is for posteriors that are Gaussian about their highest mode: a mode that is
    high, but so narrow that it holds no mass, is called missed too.

    Parameters
    ----------
    fit : xarray.DataTree
        Of a sampler: with `lp` among its `sample_stats`.
    height : float
        Log density over the unconstrained variables in nats at the highest point known.
    dimensions : int
        Number of unconstrained variables.

    Returns
    -------
    xarray.Dataset
        `missed_height`: how far the point stands above the highest draw, beyond what is expected, in nats;
        `missed_mode`: 1 where that is more than 10; `chain_missed (chain)`: 1 where it is for the draws of one chain.
    """
    lp = fit["sample_stats"]["lp"]

    def missing(draws: xr.DataArray, dims: list[str]) -> xr.DataArray:
        number = int(np.prod([draws.sizes[dim] for dim in dims]))
        return height - draws.max(dims) - chi2.ppf(1 / number, dimensions) / 2

    missed = missing(lp, ["chain", "draw"])
    return xr.Dataset(
        {
            "missed_height": missed,
            "missed_mode": int(missed > MISSED),
            "chain_missed": (missing(lp, ["draw"]) > MISSED).astype(int),
        }
    )


def approximated(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of a variational fit, and how far its Gaussian is from the posterior.

    Returns
    -------
    xarray.Dataset
        `elbo`, `elbo_gain (restart)`: final ELBO and what the last tenth of the iterations gained; `elbo_spread`:
        highest minus lowest restart; `best`: the restart that was kept; what `importance_weights` and `restart_grades`
        give. `converged`: whether the ELBO of the kept restart has stopped rising.
    """
    stats = fit["fit_stats"].to_dataset()
    best = int(stats["elbo"].values.argmax())
    found = xr.Dataset(
        {
            "elbo": stats["elbo"],
            "elbo_gain": stats["elbo_gain"],
            "elbo_spread": stats["elbo"].max() - stats["elbo"].min(),
            "best": best,
            "converged": stats["converged"][best].drop_vars("restart"),
        }
    )
    return found.merge(importance_weights(fit)).merge(restart_grades(fit, best))


def importance_weights(fit: xr.DataTree) -> xr.Dataset:
    """Whether weights could turn draws of an approximation into draws of the posterior.

    Returns
    -------
    xarray.Dataset
        `khat`: Pareto k of the ratios exp(lp - log_q) (Yao et al. 2018, ICML); `khat_prediction (row)`: the same of
        ratio times the density of the outcome of each test row (of a classifier: of the class of heavier tail; Vehtari
        et al. 2024), and its largest, `khat_prediction_max`; of more than 2000 rows, for so many drawn at random. Above
        0.7 importance sampling cannot mend the approximation.
    """
    ratio = _flat(fit["sample_stats"]["lp"] - fit["sample_stats"]["log_q"])
    of_row = reduce(np.maximum, [_khat(ratio + _flat(density)) for density in _densities(fit)])
    return xr.Dataset({"khat": _khat(ratio), "khat_prediction": of_row, "khat_prediction_max": of_row.max()})


def _densities(fit: xr.DataTree) -> list[xr.DataArray]:
    """Log density of the outcome of test rows under each draw; of each class where the outcome is one."""
    problem, rows = problem_of(fit), fit["predictions_constant_data"].to_dataset()
    (predicted,) = fit["predictions"].data_vars.values()
    (dim,) = rows[problem.outcome].dims
    some = {dim: some_positions(rows.sizes[dim])}
    predicted, rows = predicted.isel(some), rows.isel(some)
    observed = rows[problem.outcome]
    possible = [xr.full_like(observed, one) for one in problem.classes] or [observed]
    return [problem.log_density(outcome, predicted, rows) for outcome in possible]


def _flat(values: xr.DataArray) -> xr.DataArray:
    return values.stack(sample=("chain", "draw"), create_index=False)


def _khat(log_ratio: xr.DataArray) -> xr.DataArray:
    # arviz-stats expects the negative: it is written for leave-one-out, whose ratios are 1 / likelihood
    return dataarray_stats.psislw(-log_ratio, dim="sample")[1]


def optimised(fit: xr.DataTree) -> xr.Dataset:
    """Convergence of a point estimate.

    Returns
    -------
    xarray.Dataset
        `loss` and `iterations (restart)` that each restart ended with, `best`: the restart that was kept, what
        `restart_grades` gives, and `converged` (the kept restart, by the word of its optimiser). `at_best`: number of
        the `restarts` that end within a nat of the best, which is one of them.
    """
    stats = fit["fit_stats"].to_dataset()
    best = int(stats["loss"].values.argmin())
    converged = stats["converged"][best].drop_vars("restart")
    near = (stats["loss"] - stats["loss"].min() <= 1.0).sum()
    numbers = stats[["loss", "iterations"]].assign(best=best, converged=converged)
    numbers = numbers.assign(at_best=near, restarts=stats.sizes["restart"])
    return numbers.merge(restart_grades(fit, best))


def restart_grades(fit: xr.DataTree, best: int) -> xr.Dataset:
    """How much the start decides, on the test rows.

    Returns
    -------
    xarray.Dataset
        `restart_value (restart, metric)`: each metric of the problem of each restart; `restart_difference`: mean
        absolute difference of the predictions between the kept restart and another, largest of the others, NaN for a
        single restart.
    """
    problem, rows = problem_of(fit), fit["predictions_constant_data"].to_dataset()
    restarts, train = fit["restarts"].to_dataset(), fit["constant_data"].to_dataset()
    predicted = problem.predict(restarts.rename(restart="chain"), train, rows).transpose("chain", "draw", ...).values
    outcome = rows[problem.outcome].values
    gap = np.abs(np.delete(predicted.mean(1), best, axis=0) - predicted[best].mean(0)).mean(-1)  # (other restart,)
    values = [[graded(metric, outcome, draws, rows) for metric in problem.metrics.values()] for draws in predicted]
    return xr.Dataset(
        {
            "restart_value": (("restart", "metric"), values),
            "restart_difference": gap.max() if gap.size else np.nan,
        },
        coords={"restart": restarts["restart"].values, "metric": list(problem.metrics)},
    )
