"""The answer itself, of problems whose posterior is known in closed form."""

import math
from dataclasses import dataclass

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.chains import log_densities
from bayesnet.contract import Gaussian, Method, Problem
from bayesnet.diagnostics import sampled
from bayesnet.parameters import as_draws, gaussian_fit, split, with_covariance
from bayesnet.problems.gaussian import LOG_2PI
from data import InputError
from data.interrupts import held_back_interrupts

TOLERANCE = 1e-6  # nats a nat: how far the closed form may be from the model's own log density


@dataclass(frozen=True)
class ExactConfig:
    """Settings of draws from a known posterior."""

    chains: int = 4  # of independent draws: diagnostics of samplers must find nothing in them
    draws: int = 1000  # a chain


def fit_exact(problem: Problem, train: xr.Dataset, config: ExactConfig, seed: int) -> xr.DataTree:
    """Draw from the posterior of a problem where it is known.

    Parameters
    ----------
    problem : Problem
        Its `exact(train)` gives the posterior of the free variables of its `model(train)`.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : ExactConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: independent draws of all variables; `sample_stats`: their log density `lp` by the model itself;
        `log_likelihood`; `fit`: `mean`, `sd (parameter)`, `covariance (parameter, parameter_)`; `fit_stats`:
        `log_evidence` in nats, and `log_evidence_error`: how far lp minus the log density of the posterior is from it
        at most, over the draws.

    Raises
    ------
    InputError
        Where the posterior is not known, is over transformed variables, or is not that of the problem's model.
    """
    exact = problem.exact(train)
    if exact is None:
        raise InputError(f"the posterior of the problem {problem.name} must be known, it is not; leave exact out")
    with held_back_interrupts() as check_interrupt:
        model = problem.model(train)
        shapes = _shapes(model, exact)
        theta, log_posterior = _draws(exact, config, seed)
        arrays = split(theta, shapes)
        lp = log_densities(model, arrays, check_interrupt)
        error = np.abs(lp - log_posterior - exact.log_evidence).max()
        _check(problem, error, exact)
        posterior = as_draws(model, arrays)
        if model.deterministics:
            posterior = pm.compute_deterministics(posterior, model=model, extend_dataset=True, progressbar=False)
        stats = xr.Dataset({"lp": (("chain", "draw"), lp)}, {name: posterior[name] for name in ("chain", "draw")})
        tree = xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stats})
        tree = pm.compute_log_likelihood(tree, model=model, progressbar=False)
    sd = np.sqrt(np.diag(exact.covariance))
    tree["fit"] = xr.DataTree(with_covariance(gaussian_fit(shapes, exact.mean, sd), exact.covariance))
    evidence = {"log_evidence": exact.log_evidence, "log_evidence_error": error}
    tree["fit_stats"] = xr.DataTree(xr.Dataset(evidence))
    return tree


def _shapes(model: pm.Model, exact: Gaussian) -> dict[str, tuple[int, ...]]:
    """Shapes of the free variables of a model, none of them transformed, with a mean for each of their elements."""
    transformed = [rv.name for rv in model.free_RVs if model.rvs_to_transforms[rv] is not None]
    if transformed:
        raise InputError(
            f"a posterior in closed form must be over variables without bounds, got {', '.join(transformed)}; "
            "leave exact out"
        )
    point = model.initial_point()
    shapes = {rv.name: np.shape(point[model.rvs_to_values[rv].name]) for rv in model.free_RVs}
    size = sum(map(math.prod, shapes.values()))
    if size != len(exact.mean):
        raise InputError(f"a posterior in closed form must have the model's {size} parameters, got {len(exact.mean)}")
    return shapes


def _draws(exact: Gaussian, config: ExactConfig, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Independent draws `(chain, draw, parameter)` of a posterior, and their log density `(chain, draw)`."""
    factor = np.linalg.cholesky(exact.covariance)
    z = np.random.default_rng(seed).normal(size=(config.chains, config.draws, len(factor)))
    log_density = -0.5 * ((z**2).sum(-1) + len(factor) * LOG_2PI) - np.log(np.diag(factor)).sum()
    return exact.mean + z @ factor.T, log_density


def _check(problem: Problem, error: float, exact: Gaussian) -> None:
    """Refuse a closed form that is not the posterior of the model."""
    if not error <= TOLERANCE * (1 + abs(exact.log_evidence)):
        raise InputError(
            f"the closed form of the problem {problem.name} must be the posterior of its model, their log densities "
            f"differ by up to {error:.3g} nats; one of the two is wrong"
        )


def diagnose_exact(fit: xr.DataTree) -> xr.Dataset:
    """What diagnostics of samplers say of independent draws (see `sampled`), and `log_evidence` in nats."""
    return sampled(fit).assign(log_evidence=fit["fit_stats"]["log_evidence"])


METHOD = Method(
    name="exact",
    label="Exact",
    about="independent draws of the posterior in closed form",
    fit=fit_exact,
    diagnose=diagnose_exact,
    config=ExactConfig(),
    quick=ExactConfig(draws=500),
    trust=3,
)
