"""Hamiltonian Monte Carlo over the compiled log density of any PyMC model: one chain, and how it moves.

Velocities have the covariance that the metric says. Leapfrog steps are compiled and leave Python's lock: chains in
threads run at once. Each chain draws random numbers from a generator of its own, so that the number of threads changes
nothing.
"""

from typing import NamedTuple

import numba
import numpy as np
import pymc as pm
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from bayesnet.adaptation import Adaptation
from bayesnet.compiled import compiled
from bayesnet.metric import stretched
from data import InputError

DIVERGED = 1000.0  # nats of energy error from which a trajectory counts as diverged, as in Stan
STARTS = 100  # draws of the prior among which a chain looks for one that has a density


@intrinsic
def called(typing, address, size, position, gradient, value, data):
    """Call the C function at an address, which nutpie compiled: 0, or a number that says what is not finite."""

    def code(context, builder, signature, arguments):
        whole, pointer = ir.IntType(64), ir.IntType(8).as_pointer()
        kind = ir.FunctionType(whole, [whole, *[pointer] * 4])
        function = builder.inttoptr(arguments[0], kind.as_pointer())
        return builder.call(function, [arguments[1], *(builder.inttoptr(one, pointer) for one in arguments[2:])])

    return types.int64(*[types.uint64] * 6), code


@numba.njit(nogil=True, error_model="numpy")
def evaluate(address, data, position, gradient):
    """Log density at a position, whose gradient is written; minus infinity where either is not finite."""
    value = np.empty(1)
    failed = called(address, position.size, position.ctypes.data, gradient.ctypes.data, value.ctypes.data, data)
    return -np.inf if failed else value[0]


@numba.njit(nogil=True, error_model="numpy")
def leapfrog(address, data, position, velocity, gradient, scale, directions, columns, extra, step, steps):
    """Steps of the leapfrog integrator, in place; False where one ended at a place without density.

    Velocities are in units of the scales; see `Metric` for the rest.
    """
    value = np.empty(1)
    velocity += 0.5 * step * stretched(scale * gradient, directions, columns, extra)
    for left in range(steps - 1, -1, -1):
        position += step * scale * velocity
        if called(address, position.size, position.ctypes.data, gradient.ctypes.data, value.ctypes.data, data):
            return False
        velocity += (step if left else 0.5 * step) * stretched(scale * gradient, directions, columns, extra)
    return True


class LogDensity:
    """Log density of a model over its unconstrained variables side by side, with its gradient, compiled by nutpie."""

    def __init__(self, model: pm.Model) -> None:
        self.compiled = compiled(model)
        address, data = self.compiled.compiled_logp_func.address, self.compiled.user_data.ctypes.data
        self.place = np.uint64(address), np.uint64(data)
        self.size = self.compiled.n_dim
        self.own = [variable.name for variable in model.unobserved_RVs]
        self.free = [model.rvs_to_values[variable].name for variable in model.free_RVs]

    def __call__(self, position: np.ndarray) -> tuple[float, np.ndarray]:
        """Log density in nats and its gradient `(parameter,)` at a position `(parameter,)`."""
        gradient = np.zeros(self.size)
        return evaluate(*self.place, position, gradient), gradient

    def start(self, rng: np.random.Generator) -> np.ndarray:
        """A draw of the prior that has a density."""
        for _ in range(STARTS):
            position = self.compiled.initial_point_func(int(rng.integers(2**31)))
            if np.isfinite(self(position)[0]):
                return position
        raise InputError(f"no start: {STARTS} draws of the prior have no finite log density; check the model's bounds")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the unconstrained variables by name, in the order in which they stand side by side."""
        shapes = {name: shape for name, _, shape in zip(*self.compiled.shape_info, strict=True)}
        return {name: tuple(map(int, shapes[name])) for name in self.free}

    def variables(self, positions: np.ndarray) -> dict[str, np.ndarray]:
        """The model's variables and deterministics, `(chain, draw, ...)`, at positions `(chain, draw, parameter)`."""
        flat = np.stack([self.compiled.expand_func(one)[0] for one in positions.reshape(-1, self.size)])
        places = {name: (part, shape) for name, part, shape in zip(*self.compiled.shape_info, strict=True)}
        found = {name: places[name] for name in self.own}
        return {name: flat[:, part].reshape(*positions.shape[:2], *shape) for name, (part, shape) in found.items()}


class Trajectory(NamedTuple):
    """What one trajectory did."""

    acceptance: float  # probability of its end to be accepted
    energy: float  # at its start, in nats
    diverged: bool
    steps: int
    cut: bool  # at the largest number of steps


class Chain:
    """One chain: where it is, and how it moves with what all chains have learnt.

    `force` may be another model's gradient than that of `density`: steps along any force that depends on the position
    alone keep volume and can be run backwards, and what they end in is accepted by the log density itself (Neal 2011,
    Handbook of Markov Chain Monte Carlo, section 5.5.4), so that the posterior stays exact.
    """

    def __init__(self, density: LogDensity, force: LogDensity, seed: int) -> None:
        self.density, self.force = density, force
        self.rng = np.random.default_rng(seed)
        self.position = density.start(self.rng)
        self.lp, self.gradient = density(self.position)[0], force(self.position)[1]

    def move(self, learnt: Adaptation, share: float) -> Trajectory:
        """Follow a trajectory for a share of the mean length, and go to its end where that is accepted."""
        standard, chance = self.rng.standard_normal(self.density.size), self.rng.uniform()
        step, metric = learnt.step.value, learnt.metric
        steps = int(min(np.ceil(share * learnt.time / step), learnt.max_steps))
        position, gradient, velocity = self.position.copy(), self.gradient.copy(), metric.velocity(standard)
        energy, turn = standard @ standard / 2 - self.lp, metric.stretch(metric.variances)
        arrived = leapfrog(*self.force.place, position, velocity, gradient, metric.scale, *turn, step, steps)
        lp = self.density(position)[0] if arrived else -np.inf
        with np.errstate(over="ignore", invalid="ignore"):  # of a trajectory that diverged
            error = metric.kinetic(velocity) - lp - energy
        acceptance = float(np.exp(min(0.0, -error))) if error < DIVERGED else 0.0
        if chance < acceptance:
            self.position, self.gradient, self.lp = position, gradient, lp
        diverged, cut = not error < DIVERGED, steps == learnt.max_steps
        return Trajectory(acceptance, energy, diverged, steps, cut)
