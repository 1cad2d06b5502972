"""Stein variational gradient descent: particles that move together to the posterior, by weights or by functions."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import xarray as xr

from bayesnet.chains import refuse_discrete
from bayesnet.contract import Method, Problem
from bayesnet.hamiltonian import LogDensity
from bayesnet.parameters import as_draws, split
from bayesnet.starts import prior_draws
from data import InputError
from data.interrupts import held_back_interrupts
from data.seeds import seed_for

DECAY = (0.9, 0.999)  # of Adam's averages (Kingma & Ba 2015, ICLR)
LAST = 0.5  # share of the iterations, at the end, over which particles that have settled hardly move
SETTLED = 0.1  # of the particles' sds: how far their means, and these sds themselves, may move in it
KEPT = 0.999  # share of the prior variance of a function that its principal components hold


@dataclass(frozen=True)
class SvgdConfig:
    """Settings of Stein variational gradient descent (Liu & Wang 2016, NeurIPS 29)."""

    space: str = "weights"  # in which particles repel each other: "weights" or "functions"
    particles: int = 100
    iterations: int = 5000
    first_rate: float = 0.3  # Adam's rate at the start, decays exponentially to
    last_rate: float = 0.003  # this rate at the end
    prior_draws: int = 2000  # of functions, whose mean and covariance stand for their prior


# particles (particle, parameter) -> their coordinates in the space, the gradient of their log density there, and what
# turns a move there into one of the parameters
Look = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray]]]


def fit_svgd(problem: Problem, train: xr.Dataset, config: SvgdConfig, seed: int) -> xr.DataTree:
    """Move particles from the prior towards the posterior of the problem's PyMC model.

    Each follows the gradient of the log density, averaged over the particles near it, and is pushed away from them (Liu
    & Wang 2016, algorithm 1). In the space of functions both happen to the function that a particle stands for, and its
    parameters follow (Wang et al. 2019, ICLR; Agata, Shiraishi & Fujie 2023, IEEE TGRS 61): particles that differ in
    their parameters alone do not count as different. Functions are seen by the principal components of prior draws; the
    prior density is that of a Gaussian with their moments, as in Wang et al.

    Parameters
    ----------
    problem : Problem
        Its `model(train)`; for functions also the name `field` of the deterministic variable of the model that is the
        function, through which alone the likelihood depends on the parameters.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : SvgdConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: the particles, one chain; `log_likelihood`; `fit_stats`: `step (iteration)`, root mean square of
        the direction in which particles move; of the coordinate where it is most, over the sd of the particles, `moved`
        and `spread_changed`: how far mean and sd moved in the last half of the iterations.

    Raises
    ------
    InputError
        For a model with discrete variables, or for functions of a problem that names none.
    """
    name = getattr(problem, "field", "")
    if config.space == "functions" and not name:
        raise InputError(f"svgd_function needs a function, the problem {problem.name} has none; leave the method out")
    model = problem.model(train)
    refuse_discrete(model, "svgd")
    with held_back_interrupts() as check_interrupt:
        density, rng = LogDensity(model), np.random.default_rng(seed_for(seed, "particles"))
        theta = np.stack([density.start(rng) for _ in range(config.particles)])
        by_functions = config.space == "functions"
        look = _by_functions(model, density, name, config, seed) if by_functions else _by_weights(density)
        theta, stats = moved(look, theta, config, check_interrupt)
        posterior = as_draws(model, density.variables(theta[None]))
        tree = xr.DataTree.from_dict({"posterior": posterior})
        tree = pm.compute_log_likelihood(tree, model=model, progressbar=False)
    tree["fit_stats"] = xr.DataTree(stats)
    return tree


def moved(
    look: Look, theta: np.ndarray, config: SvgdConfig, check_interrupt: Callable
) -> tuple[np.ndarray, xr.Dataset]:
    """Particles at the end of their way along the Stein direction by Adam, and whether they have settled."""
    first, second, steps = np.zeros_like(theta), np.zeros_like(theta), np.empty(config.iterations)
    rates = np.geomspace(config.first_rate, config.last_rate, config.iterations)
    settled = int((1 - LAST) * config.iterations)
    for iteration, rate in enumerate(rates):
        check_interrupt()
        place, gradient, back = look(theta)
        if iteration == settled:
            before = place
        direction = back(stein_direction(place, gradient))
        steps[iteration] = np.sqrt((direction**2).mean())
        first = DECAY[0] * first + (1 - DECAY[0]) * direction
        second = DECAY[1] * second + (1 - DECAY[1]) * direction**2
        mean, square = (sum_ / (1 - d ** (iteration + 1)) for sum_, d in zip((first, second), DECAY, strict=True))
        theta = theta + rate * mean / (np.sqrt(square) + 1e-8)
    place, sd = look(theta)[0], before.std(axis=0)
    stats = {
        "step": ("iteration", steps),
        "moved": float((np.abs(place.mean(axis=0) - before.mean(axis=0)) / sd).max()),
        "spread_changed": float(np.abs(place.std(axis=0) / sd - 1).max()),
    }
    return theta, xr.Dataset(stats, {"iteration": np.arange(1, config.iterations + 1)})


def stein_direction(place: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The direction in which particles at `place (particle, coordinate)` lower their KL divergence most.

    The kernel is exp(-distance^2 / h) with h the median squared distance over the log of the number of particles (Liu &
    Wang 2016, section 5).
    """
    number = len(place)
    squared = ((place**2).sum(axis=1)[:, None] + (place**2).sum(axis=1) - 2 * place @ place.T).clip(min=0)
    width = np.median(squared[np.triu_indices(number, k=1)]) / np.log(number)
    kernel = np.exp(-squared / width)
    push = 2 / width * (place * kernel.sum(axis=1)[:, None] - kernel @ place)
    return (kernel @ gradient + push) / number


def _by_weights(density: LogDensity) -> Look:
    """Particles seen by the unconstrained variables of the model."""

    def look(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, Callable]:
        return theta, np.stack([density(one)[1] for one in theta]), lambda direction: direction

    return look


def _by_functions(model: pm.Model, density: LogDensity, name: str, config: SvgdConfig, seed: int) -> Look:
    """Particles seen by the principal components of the function that a variable of the model is."""
    mean, components, back = _components(model, name, config, seed)
    field, move, values = model[name], pt.vector("move"), model.value_vars
    likelihood = sum(pm.logp(rv, model.rvs_to_values[rv]).sum() for rv in model.observed_RVs)
    function, slope = model.replace_rvs_by_values([field, pytensor.grad(likelihood, field)])
    pulled = pytensor.function([*values, move], pytensor.grad((function * move).sum(), values))
    seen = pytensor.function(values, [function, slope])

    def points(theta: np.ndarray) -> list[list[np.ndarray]]:
        parts = [split(one, density.shapes) for one in theta]
        return [[part[value.name] for value in values] for part in parts]

    def look(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, Callable]:
        at = points(theta)
        functions, slopes = map(np.stack, zip(*(seen(*one) for one in at), strict=True))
        place = (functions - mean) @ back.T

        def follow(direction: np.ndarray) -> np.ndarray:
            moves = zip(at, direction @ back, strict=True)
            return np.stack([_side_by_side(pulled(*one, to), values, density) for one, to in moves])

        return place, slopes @ components.T - place, follow  # gradients of the likelihood and of the prior N(0, 1)

    return look


def _side_by_side(parts: list[np.ndarray], values: list, density: LogDensity) -> np.ndarray:
    """Variables of the model in the order of its parameters."""
    named = {value.name: np.ravel(part) for value, part in zip(values, parts, strict=True)}
    return np.concatenate([named[name] for name in density.shapes])


def _components(model: pm.Model, name: str, config: SvgdConfig, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean function; principal components in sds `(component, place)`; and what finds their amounts in a function."""
    functions = prior_draws(model, config.prior_draws, seed_for(seed, "prior functions"))[name].values[0]
    values, vectors = np.linalg.eigh(np.cov(functions.T))
    order = np.argsort(-values)
    share = np.cumsum(values[order]) / values.sum()
    kept = order[: int(np.searchsorted(share, KEPT)) + 1]
    sds = np.sqrt(values[kept])
    return functions.mean(axis=0), (vectors[:, kept] * sds).T, (vectors[:, kept] / sds).T


def diagnose_svgd(fit: xr.DataTree) -> xr.Dataset:
    """Whether the particles have settled: see `fit_svgd`. How well so few stand for the posterior it does not say."""
    stats = fit["fit_stats"].to_dataset()[["moved", "spread_changed"]]
    settled = float(stats["moved"]) < SETTLED and float(stats["spread_changed"]) < SETTLED
    return stats.assign(converged=int(settled))


METHOD = Method(
    name="svgd",
    label="SVGD",
    about="Stein variational gradient descent (Liu & Wang 2016)",
    fit=fit_svgd,
    diagnose=diagnose_svgd,
    config=SvgdConfig(),
    quick=SvgdConfig(particles=50, iterations=300),
)
FUNCTIONS = replace(
    METHOD,
    name="svgd_function",
    label="SVGD of functions",
    about="Stein variational gradient descent in the space of functions (Wang et al. 2019)",
    config=SvgdConfig(space="functions"),
    quick=SvgdConfig(space="functions", particles=50, iterations=300),
)
