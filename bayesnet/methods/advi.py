"""Automatic differentiation variational inference, with a diagonal or a full covariance, from several starts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from pymc.pytensorf import floatX
from pymc.variational import ADVI, Approximation, FullRankADVI
from pymc.variational.inference import KLqp
from pymc.variational.updates import adam
from scipy.linalg import solve_triangular
from scipy.stats import norm

from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import approximated
from bayesnet.interrupts import held_back_interrupts
from bayesnet.parameters import gaussian_fit, with_covariance
from bayesnet.starts import starting_points
from data.seeds import seed_for

WINDOW = 0.1  # share of the iterations over which the ELBO is averaged to judge convergence
PLATEAU = 2.0  # nats that a converged ELBO may still gain from one such share to the next


@dataclass(frozen=True)
class AdviConfig:
    """Settings of variational inference (Kucukelbir et al. 2017, JMLR 18).

    The paper starts Adam at a rate of 0.5. On the repaired catalogue 5000 such steps end 11 nats of ELBO below 20,000
    steps that decay from 0.05 to 0.001, which end within 0.5 nats of each other from any start.
    """

    covariance: str = "diagonal"  # of the Gaussian: "diagonal" (mean field) or "full", started at a mean-field fit
    iterations: int = 20_000  # gradient steps a restart
    first_rate: float = 0.05  # Adam's rate at the start, decays exponentially to
    last_rate: float = 0.001  # this rate at the end
    gradient_draws: int = 1  # Monte Carlo draws a gradient
    restarts: int = 4  # independent starts; the one of highest ELBO is kept as the posterior
    draws: int = 1000  # from each restart's approximation (the paper: 1000)


START = AdviConfig()  # of the diagonal Gaussian that one of full covariance starts at


def fit_advi(problem: Problem, train: xr.Dataset, config: AdviConfig, seed: int) -> xr.DataTree:
    """Fit a Gaussian to the posterior of the problem's PyMC model by stochastic gradients of the ELBO.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : AdviConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: draws of the restart of highest ELBO, one chain; `sample_stats`: their joint log density `lp` and
        the approximation's log density `log_q`, both over the unconstrained variables; `log_likelihood`;
        `fit`: `mean`, `sd (parameter)` and, with a full covariance, `covariance (parameter, parameter_)`;
        `fit_stats`: see `_convergence`; `restarts`: the draws of every restart, `(restart, draw, ...)`.

    Raises
    ------
    KeyboardInterrupt
        Where the optimisation was interrupted: PyMC itself would return the half-fitted Gaussian.
    """
    with held_back_interrupts() as check_interrupt:
        model = problem.model(train)
        log_p = model.compile_logp()
        seeds = [seed_for(seed, f"restart {i}") for i in range(config.restarts)]
        starts = starting_points(model, config.restarts, seed)
        runs = [
            _restart(model, log_p, config, start, one, check_interrupt)
            for start, one in zip(starts, seeds, strict=True)
        ]
        stats = _convergence([run["hist"] for run in runs], [run["tree"]["sample_stats"] for run in runs])
        best = runs[int(stats["elbo"].values.argmax())]
        tree = pm.compute_log_likelihood(best["tree"], model=model, progressbar=False)
    tree["fit"] = xr.DataTree(best["fit"])
    tree["fit_stats"] = xr.DataTree(stats)
    draws = [run["tree"]["posterior"].to_dataset().isel(chain=0, drop=True) for run in runs]
    tree["restarts"] = xr.DataTree(xr.concat(draws, dim=stats["restart"]))
    return tree


def _restart(
    model: pm.Model,
    log_p: Callable,
    config: AdviConfig,
    start: dict[str, np.ndarray],
    seed: int,
    check_interrupt: Callable,
) -> dict:
    """One optimisation from a draw of the prior, and draws of the Gaussian that it ends with."""
    diagonal = START if config.covariance == "full" else config
    approx = _optimise(_mean_field(model, start, seed), diagonal, check_interrupt)
    if config.covariance == "full":
        approx = _optimise(_full_rank(model, seed, start=approx), config, check_interrupt)
    check_interrupt()
    tree = approx.sample(config.draws, random_seed=seed, include_transformed=True)
    _add_densities(tree, approx, log_p)
    return {"tree": tree, "fit": _gaussian(approx, config), "hist": approx.hist}


def _mean_field(model: pm.Model, start: dict[str, np.ndarray], seed: int) -> KLqp:
    """Diagonal Gaussian whose mean starts at a point of the unconstrained variables."""
    inference = ADVI(model=model, random_seed=seed)
    names = inference.approx.groups[0].ordering
    mean = np.concatenate([np.ravel(start[name]) for name in names])
    inference.approx.params_dict["mu"].set_value(floatX(mean))
    return inference


def _full_rank(model: pm.Model, seed: int, start: Approximation) -> KLqp:
    """Gaussian with full covariance, started at a fitted diagonal one: from elsewhere it does not get there in time."""
    inference = FullRankADVI(model=model, random_seed=seed)
    parameters = inference.approx.params_dict
    parameters["mu"].set_value(floatX(start.mean.eval()))
    factor = np.diag(np.log(np.expm1(start.std.eval())))  # PyMC holds the diagonal as softplus^-1(sd)
    parameters["L_tril"].set_value(floatX(factor[np.tril_indices(len(factor))]))
    return inference


def _optimise(inference: KLqp, config: AdviConfig, check_interrupt: Callable) -> Approximation:
    approx = inference.fit(
        config.iterations,
        obj_optimizer=partial(_decaying_adam, config=config),
        obj_n_mc=config.gradient_draws,
        callbacks=[check_interrupt],
        backend="numba",
    )
    check_interrupt()  # PyMC catches the callback's interrupt and returns what it has
    return approx


def _decaying_adam(loss, parameters: list, *, config: AdviConfig) -> dict:
    """Adam whose rate decays exponentially with the step, as in the paper (there from 0.5)."""
    step = pytensor.shared(floatX(0.0))
    decay = config.last_rate / config.first_rate
    updates = adam(loss, parameters, learning_rate=config.first_rate * decay ** (step / config.iterations))
    return updates | {step: step + 1}


def _gaussian(approx: Approximation, config: AdviConfig) -> xr.Dataset:
    """Mean, sd and, where it is full, covariance of the unconstrained parameters, each under its name."""
    shapes = {name: shape for name, _, shape, _ in approx.groups[0].ordering.values()}
    fit = gaussian_fit(shapes, approx.mean.eval(), approx.std.eval())
    return with_covariance(fit, approx.cov.eval()) if config.covariance == "full" else fit


def _add_densities(tree: xr.DataTree, approx: Approximation, log_p: Callable) -> None:
    """Store `lp` and `log_q` of each draw as sample_stats, and leave only the model's own variables as posterior."""
    posterior = tree["posterior"].to_dataset().isel(chain=0)
    names = list(approx.groups[0].ordering)
    points = [{name: posterior[name].values[i] for name in names} for i in range(posterior.sizes["draw"])]
    theta = np.column_stack([posterior[name].values.reshape(len(points), -1) for name in names])  # (draw, parameter)
    densities = {"lp": np.array([float(log_p(point)) for point in points]), "log_q": _log_q(approx, theta)}
    coords = {"chain": [0], "draw": posterior["draw"].values}
    tree["sample_stats"] = xr.DataTree(
        xr.Dataset({name: (("chain", "draw"), values[None]) for name, values in densities.items()}, coords)
    )
    own = [variable.name for variable in approx.model.unobserved_RVs]
    tree["posterior"] = xr.DataTree(tree["posterior"].to_dataset()[own])


def _log_q(approx: Approximation, theta: np.ndarray) -> np.ndarray:
    """Log density of the Gaussian at unconstrained draws `(draw, parameter)`, by its Cholesky factor."""
    group = approx.groups[0]
    factor = group.L.eval() if hasattr(group, "L") else np.diag(approx.std.eval())
    z = solve_triangular(factor, (theta - approx.mean.eval()).T, lower=True)  # (parameter, draw)
    return norm.logpdf(z).sum(0) - np.log(np.diag(factor)).sum()


def _convergence(hist: list[np.ndarray], stats: list[xr.DataTree]) -> xr.Dataset:
    """ELBO traces and what they say.

    `elbo_trace (restart, iteration)`: one-draw estimates during the optimisation. `elbo`, `elbo_se (restart)`: mean of
    lp - log_q over the final draws and its standard error. `elbo_gain`, `elbo_gain_se (restart)`: mean of the last
    tenth of the trace minus that of the tenth before. A restart counts as `converged` where that gain is below
    `PLATEAU` by two standard errors: small beside the spread of lp - log_q itself, some 10 to 20 nats.
    """
    trace = -np.stack(hist)  # (restart, iteration)
    n = max(1, int(WINDOW * trace.shape[1]))
    last, before = trace[:, -n:], trace[:, -2 * n : -n]
    gain = last.mean(1) - before.mean(1)
    gain_se = np.sqrt((last.var(1) + before.var(1)) / n)
    final = np.stack([(s["lp"] - s["log_q"]).values[0] for s in stats])  # (restart, draw)
    return xr.Dataset(
        {
            "elbo_trace": (("restart", "iteration"), trace),
            "elbo": ("restart", final.mean(1)),
            "elbo_se": ("restart", final.std(1) / np.sqrt(final.shape[1])),
            "elbo_gain": ("restart", gain),
            "elbo_gain_se": ("restart", gain_se),
            "converged": ("restart", (gain + 2 * gain_se < PLATEAU).astype(int)),
        },
        coords={"restart": np.arange(len(hist)), "iteration": np.arange(1, trace.shape[1] + 1)},
    )


METHOD = Method(
    name="advi",
    label="ADVI",
    about="variational inference, independent Gaussians",
    fit=fit_advi,
    diagnose=approximated,
    config=AdviConfig(),
    quick=AdviConfig(iterations=5000, restarts=2, draws=500),
)
FULL_RANK = replace(
    METHOD,
    name="fullrank_advi",
    label="full-rank ADVI",
    about="variational inference, one Gaussian with full covariance",
    config=AdviConfig(covariance="full", iterations=60_000, first_rate=0.001, last_rate=2e-5, restarts=2),
    quick=AdviConfig(covariance="full", iterations=5000, first_rate=0.001, last_rate=2e-5, restarts=1, draws=500),
)
