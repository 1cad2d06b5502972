"""The Gaussian that has the posterior's highest mode and its curvature there."""

from dataclasses import dataclass

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.chains import refuse_discrete
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import importance_weights, optimised
from bayesnet.hamiltonian import LogDensity
from bayesnet.optimum import ITERATIONS, Optimum, climb
from bayesnet.parameters import as_draws, gaussian_fit, with_covariance
from bayesnet.problems.gaussian import LOG_2PI
from data.interrupts import held_back_interrupts
from data.seeds import seed_for

STEP = np.cbrt(np.finfo(float).eps)  # of central differences of the gradient, as a share of a parameter beyond 1
FLAT = 1e-10  # share of the largest curvature up to which there is none


@dataclass(frozen=True)
class LaplaceConfig:
    """Settings of Laplace's approximation (MacKay 1992, Neural Computation 4, 448-472)."""

    restarts: int = 20  # independent starts, draws of the prior; the Gaussian stands at the highest mode found
    iterations: int = ITERATIONS  # of L-BFGS-B at most (Byrd et al. 1995, SIAM J. Sci. Comput. 16)
    draws: int = 1000  # of the Gaussian


def fit_laplace(problem: Problem, train: xr.Dataset, config: LaplaceConfig, seed: int) -> xr.DataTree:
    """Approximate the posterior of the problem's PyMC model by a Gaussian about its highest mode.

    Mode and curvature are those of the density over the unconstrained variables, with the Jacobian of the
    transformations that keep variables within bounds.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : LaplaceConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: draws of the Gaussian, one chain; `sample_stats`: their joint log density `lp` and the Gaussian's
        log density `log_q`, both over the unconstrained variables; `log_likelihood`; `fit`: `mean`, `sd (parameter)`,
        `covariance (parameter, parameter_)`; `fit_stats`: `loss`, `lp`, `iterations`, `converged (restart)` as of
        `map`, `dimensions`; `log_evidence` in nats: of the Gaussian that fits at the mode; `elbo`, `elbo_se (kept)`:
        mean of lp - log_q and its standard error; `flat`: number of directions in which the mode has no curvature, in
        which the Gaussian is far too wide; `restarts`: the mode of every restart, `(restart, draw, ...)`.

    Raises
    ------
    InputError
        For a model with discrete variables, or where no draw of the prior has a density.
    """
    model = problem.model(train)
    refuse_discrete(model, "laplace")
    with held_back_interrupts() as check_interrupt:
        density = LogDensity(model)

        def loss(theta: np.ndarray) -> tuple[float, np.ndarray, float]:
            check_interrupt()
            lp, gradient = density(theta)
            return -lp, -gradient, lp

        rngs = [np.random.default_rng(seed_for(seed, f"restart {place}")) for place in range(config.restarts)]
        modes = [climb(loss, density.start(rng), config.iterations) for rng in rngs]
        best = min(modes, key=lambda mode: mode.loss)
        covariance, flat = _covariance(density, best.theta)
        z = np.random.default_rng(seed_for(seed, "draws")).normal(size=(config.draws, density.size))
        factor = np.linalg.cholesky(covariance)
        log_scale = np.log(np.diag(factor)).sum() + density.size * LOG_2PI / 2
        theta, log_q = best.theta + z @ factor.T, -(z**2).sum(-1) / 2 - log_scale
        lp = np.array([density(one)[0] for one in theta])
        tree = _draws(model, density, theta, {"lp": lp, "log_q": log_q})
    fit = gaussian_fit(density.shapes, best.theta, np.sqrt(np.diag(covariance)))
    tree["fit"] = xr.DataTree(with_covariance(fit, covariance))
    tree["fit_stats"] = xr.DataTree(
        _stats(modes, flat).assign(
            log_evidence=best.lp + log_scale,
            elbo=("kept", [(lp - log_q).mean()]),
            elbo_se=("kept", [(lp - log_q).std() / np.sqrt(config.draws)]),
        )
    )
    each = as_draws(model, density.variables(np.stack([mode.theta for mode in modes])[:, None]))
    tree["restarts"] = xr.DataTree(each.rename(chain="restart"))
    return tree


def _covariance(density: LogDensity, mode: np.ndarray) -> tuple[np.ndarray, int]:
    """Inverse of minus the second derivatives at a mode; and in how many directions these are not positive.

    They are central differences of the gradient. Where there is no curvature, next to none is put in its place.
    """
    steps = STEP * np.maximum(1, np.abs(mode))
    ends = [[density(mode + sign * step)[1] for sign in (1, -1)] for step in np.diag(steps)]
    second = np.array([(behind - ahead) / (2 * step) for (ahead, behind), step in zip(ends, steps, strict=True)])
    curvature, directions = np.linalg.eigh((second + second.T) / 2)
    least = FLAT * curvature.max()
    return (directions / np.maximum(curvature, least)) @ directions.T, int((curvature <= least).sum())


def _draws(model: pm.Model, density: LogDensity, theta: np.ndarray, stats: dict[str, np.ndarray]) -> xr.DataTree:
    """Draws `(draw, parameter)` as a chain of the model's variables, with their log likelihood."""
    posterior = as_draws(model, density.variables(theta[None]))
    of_draws = {name: (("chain", "draw"), values[None]) for name, values in stats.items()}
    stored = xr.Dataset(of_draws, {name: posterior[name] for name in ("chain", "draw")})
    tree = xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stored})
    return pm.compute_log_likelihood(tree, model=model, progressbar=False)


def _stats(modes: list[Optimum], flat: int) -> xr.Dataset:
    """What is known of each climb; a mode without curvature in every direction is none that a Gaussian can have."""
    columns = {name: [getattr(mode, name) for mode in modes] for name in ("loss", "lp", "iterations")}
    columns["converged"] = [int(mode.converged and not flat) for mode in modes]
    stats = xr.Dataset({name: ("restart", values) for name, values in columns.items()})
    return stats.assign(dimensions=len(modes[0].theta), flat=flat).assign_coords(restart=np.arange(len(modes)))


def diagnose_laplace(fit: xr.DataTree) -> xr.Dataset:
    """What is known of an optimiser (`optimised`) and of a Gaussian (`importance_weights`); `log_evidence`, `flat`."""
    stats = fit["fit_stats"].to_dataset()
    return optimised(fit).merge(importance_weights(fit)).assign(stats[["log_evidence", "flat"]])


METHOD = Method(
    name="laplace",
    label="Laplace",
    about="the Gaussian of the highest mode and its curvature",
    fit=fit_laplace,
    diagnose=diagnose_laplace,
    config=LaplaceConfig(),
    quick=LaplaceConfig(restarts=5, draws=500),
)
