"""The point of highest posterior density of any model, by L-BFGS-B from several starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pymc as pm
import xarray as xr
from scipy.optimize import minimize

from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import optimised
from bayesnet.interrupts import held_back_interrupts
from bayesnet.parameters import as_draws, split
from bayesnet.starts import starting_points
from data import InputError

WALL = 1e10  # nats that a point without density stands above the start, so that the line search turns back


@dataclass(frozen=True)
class MapConfig:
    """Settings of the point estimate."""

    restarts: int = 20  # independent starts, draws of the prior; the one of highest density is kept
    iterations: int = 5000  # of L-BFGS-B at most (Byrd et al. 1995, SIAM J. Sci. Comput. 16)


class Optimum(NamedTuple):
    """Where one restart ended."""

    theta: np.ndarray  # the unconstrained variables side by side
    loss: float  # minus log density in nats, infinite where the start had none
    lp: float  # log density over the unconstrained variables
    iterations: int
    converged: bool


def fit_map(problem: Problem, train: xr.Dataset, config: MapConfig, seed: int) -> xr.DataTree:
    """Find the point of highest posterior density of the problem's PyMC model, from several draws of the prior.

    It is the density of the model's own variables, without the Jacobian of the transformations that keep them within
    bounds, as of `pymc.find_MAP`.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : MapConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: the variables at the restart of highest density, one chain of one draw; `fit_stats`: `loss
        (restart)`, minus log density in nats, infinite where a start had no finite density or gradient; `lp (restart)`:
        log density over the unconstrained variables, with the Jacobian, which samplers store of their draws;
        `iterations`, `converged (restart)`; `dimensions`: number of unconstrained variables; `restarts`: the variables
        of every restart, `(restart, draw, ...)`.

    Raises
    ------
    InputError
        For a model with discrete variables, or where no start has a density.
    """
    with held_back_interrupts() as check_interrupt:
        model = problem.model(train)
        if model.discrete_value_vars:
            names = ", ".join(variable.name for variable in model.discrete_value_vars)
            raise InputError(f"map needs continuous variables, got the discrete {names}; leave the method out")
        starts = starting_points(model, config.restarts, seed)
        density = _Density(model, starts[0], check_interrupt)
        runs = [_restart(density, density.flat(start), config) for start in starts]
        values = density.variables([run.theta for run in runs])
    stats = _stats(runs)
    best = int(stats["loss"].values.argmin())
    if not np.isfinite(stats["loss"][best]):
        raise InputError(
            f"a start must have a finite log density, got none in {config.restarts} draws of the prior; "
            "use more restarts or mend the prior"
        )
    each = as_draws(model, {name: array[:, None] for name, array in values.items()})  # a chain for each restart
    groups = {
        "posterior": each.isel(chain=[best]).assign_coords(chain=[0]),
        "fit_stats": stats.assign(dimensions=len(runs[0].theta)),
        "restarts": each.rename(chain="restart"),
    }
    return xr.DataTree.from_dict(groups)


class _Density:
    """Log density of a model over its unconstrained variables side by side, compiled once."""

    def __init__(self, model: pm.Model, point: dict[str, np.ndarray], check_interrupt: Callable) -> None:
        self.shapes = {variable.name: np.shape(point[variable.name]) for variable in model.value_vars}
        self.check_interrupt = check_interrupt
        own = [model.logp(jacobian=False), model.dlogp(jacobian=False), model.logp()]
        self.compiled = model.compile_fn(own, inputs=model.value_vars)
        places = {variable.name: place for place, variable in enumerate(model.unobserved_value_vars)}
        self.places = {rv.name: places[rv.name] for rv in model.unobserved_RVs}
        self.forward = model.compile_fn(model.unobserved_value_vars, inputs=model.value_vars, mode="FAST_COMPILE")

    def flat(self, point: dict[str, np.ndarray]) -> np.ndarray:
        return np.concatenate([np.ravel(point[name]) for name in self.shapes])

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray, float]:
        """Minus log density without the Jacobian, its gradient, and the log density with it."""
        self.check_interrupt()
        with np.errstate(all="ignore"):
            value, gradient, lp = self.compiled(split(theta, self.shapes))
        return -float(value), -np.asarray(gradient), float(lp)

    def variables(self, thetas: list[np.ndarray]) -> dict[str, np.ndarray]:
        """The model's own variables and deterministics at points, `(point, ...)`."""
        found = [self.forward(split(theta, self.shapes)) for theta in thetas]
        return {name: np.stack([one[place] for one in found]) for name, place in self.places.items()}


def _restart(density: _Density, start: np.ndarray, config: MapConfig) -> Optimum:
    loss, gradient, lp = density(start)
    if not (np.isfinite(loss) and np.isfinite(gradient).all()):
        return Optimum(start, np.inf, lp if np.isfinite(lp) else np.nan, 0, False)

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        here, slope, _ = density(theta)
        if np.isfinite(here) and np.isfinite(slope).all():
            return here, slope
        return loss + WALL + abs(loss), np.zeros_like(theta)

    limits = {"maxiter": config.iterations, "maxfun": 10 * config.iterations}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options=limits)
    return Optimum(found.x, float(found.fun), density(found.x)[2], int(found.nit), bool(found.success))


def _stats(runs: list[Optimum]) -> xr.Dataset:
    columns = {name: [getattr(run, name) for run in runs] for name in ("loss", "lp", "iterations")}
    columns["converged"] = [int(run.converged) for run in runs]
    stats = xr.Dataset({name: ("restart", values) for name, values in columns.items()})
    return stats.assign_coords(restart=np.arange(len(runs)))


METHOD = Method(
    name="map",
    label="MAP",
    about="point of highest posterior density",
    fit=fit_map,
    diagnose=optimised,
    config=MapConfig(),
    quick=MapConfig(restarts=5),
)
