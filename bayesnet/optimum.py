"""The log density of a model as a function of one row of numbers, and the optima that climbs from starts end in."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pymc as pm
from scipy.optimize import minimize

from bayesnet.parameters import split
from bayesnet.starts import starting_points

ITERATIONS = 5000  # of L-BFGS-B at most
WALL = 1e10  # nats that a point without density stands above the start, so that the line search turns back


class Optimum(NamedTuple):
    """Where one climb ended."""

    theta: np.ndarray  # the unconstrained variables side by side
    loss: float  # minus log density in nats, infinite where the start had none
    lp: float  # log density over the unconstrained variables
    iterations: int
    converged: bool


# what is minimised at a point, its gradient, and the `lp` of an `Optimum`
Loss = Callable[[np.ndarray], tuple[float, np.ndarray, float]]


class Density:
    """Log density of a model over its unconstrained variables side by side, compiled once."""

    def __init__(
        self, model: pm.Model, point: dict[str, np.ndarray], check_interrupt: Callable[..., None] = lambda: None
    ) -> None:
        self.model = model
        self.shapes = {variable.name: np.shape(point[variable.name]) for variable in model.value_vars}
        self.check_interrupt = check_interrupt
        own = [model.logp(jacobian=False), model.dlogp(jacobian=False), model.logp()]
        self.compiled = model.compile_fn(own, inputs=model.value_vars)
        places = {variable.name: place for place, variable in enumerate(model.unobserved_value_vars)}
        self.places = {rv.name: places[rv.name] for rv in model.unobserved_RVs}
        self.forward = model.compile_fn(model.unobserved_value_vars, inputs=model.value_vars, mode="FAST_COMPILE")

    def flat(self, point: dict[str, np.ndarray]) -> np.ndarray:
        """Values of the unconstrained variables side by side."""
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


def climb(density: Loss, start: np.ndarray, iterations: int = ITERATIONS) -> Optimum:
    """Minimise a loss from a start by L-BFGS-B (Byrd et al. 1995, SIAM J. Sci. Comput. 16)."""
    loss, gradient, lp = density(start)
    if not (np.isfinite(loss) and np.isfinite(gradient).all()):
        return Optimum(start, np.inf, lp if np.isfinite(lp) else np.nan, 0, False)

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        here, slope, _ = density(theta)
        if np.isfinite(here) and np.isfinite(slope).all():
            return here, slope
        return loss + WALL + abs(loss), np.zeros_like(theta)

    limits = {"maxiter": iterations, "maxfun": 10 * iterations}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options=limits)
    return Optimum(found.x, float(found.fun), density(found.x)[2], int(found.nit), bool(found.success))


def highest_of(density: Density, number: int, seed: int) -> dict[str, np.ndarray]:
    """The highest of several optima that climbs from draws of the prior end in, as values of the model's variables.

    Highest is that of the density over the unconstrained variables, in which samplers move.
    """
    starts = starting_points(density.model, number, seed)
    found = [climb(density, density.flat(start)) for start in starts]
    best = max(found, key=lambda one: one.lp if np.isfinite(one.lp) else -np.inf)
    return {name: values[0] for name, values in density.variables([best.theta]).items()}
