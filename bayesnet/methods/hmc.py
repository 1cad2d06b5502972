"""Hamiltonian Monte Carlo whose trajectories are of random length: an exact sampler whose steps cost little."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pymc as pm
import xarray as xr
from rich.progress import Progress

from bayesnet.adaptation import Adaptation
from bayesnet.chains import refuse_discrete, step_statistics, thinned
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import sampled
from bayesnet.hamiltonian import Chain, LogDensity, Trajectory
from bayesnet.parameters import as_draws
from data import InputError
from data.interrupts import held_back_interrupts
from data.seeds import seed_for
from data.workers import cores

ROUND = 10  # trajectories of a chain before an interrupt is looked for
FIRST, LAST = 25, 100  # trajectories at the start of the warm-up without a metric, and at its end with the last one
SHARES = 2 / 3, 4 / 3  # of the mean length, between which trajectories are drawn, so that none is always a whole period


class Moved(NamedTuple):
    """A trajectory of a chain, and where the chain is after it."""

    trajectory: Trajectory
    position: np.ndarray  # (parameter,)
    gradient: np.ndarray  # of the force there
    lp: float


@dataclass(frozen=True)
class HmcConfig:
    """Settings of Hamiltonian Monte Carlo (Neal 2011, Handbook of Markov Chain Monte Carlo, chapter 5)."""

    chains: int = 4
    warmup: int = 400  # trajectories of a chain that it adapts in, thrown away
    draws: int = 1000  # kept of each chain
    thin: int = 2  # trajectories made for each draw that is kept
    target_accept: float = 0.8  # mean acceptance that the step size is adapted to
    max_steps: int = 2000  # of a trajectory
    rough: bool = True  # whether steps follow the problem's cheaper model where it has one


def fit_hmc(problem: Problem, train: xr.Dataset, config: HmcConfig, seed: int) -> xr.DataTree:
    """Sample the posterior of the problem's PyMC model, each chain from a draw of the prior.

    Parameters
    ----------
    problem : Problem
        Its `model(train)` is sampled; its `rough_model(train)` only steers.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : HmcConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`, `sample_stats` (`lp`, `energy`, `diverging`, `acceptance_rate`, `n_steps`), `log_likelihood` of the
        kept draws, `(chain, draw, ...)`; `fit_stats`: of all draws, thinned away or not, `divergences`, `bfmi`,
        `at_max_depth (chain)` (share of trajectories of the largest number of steps), `energy (chain, step)`; what was
        learnt, `step_size` and `length`, the mean length of a trajectory, both in units of the metric.

    Raises
    ------
    InputError
        For a model with discrete variables, too short a warm-up, or where no draw of the prior has a density.
    """
    model = problem.model(train)
    refuse_discrete(model, "hmc")
    if config.warmup < FIRST + LAST:
        raise InputError(f"warmup must be at least {FIRST + LAST} trajectories, got {config.warmup}")
    with held_back_interrupts() as check_interrupt:
        density = LogDensity(model)
        cheaper = problem.rough_model(train) if config.rough else None
        force = LogDensity(cheaper) if cheaper else density
        made, learnt = sample(density, force, config, seed, check_interrupt)
        check_interrupt()
        tree = pm.compute_log_likelihood(_kept(made, density, model, config), model=model, progressbar=False)
    stats = step_statistics(made["energy"], made["diverged"], made["cut"])
    tree["fit_stats"] = xr.DataTree(stats.assign(step_size=learnt.step.value, length=learnt.time))
    return tree


def sample(
    density: LogDensity, force: LogDensity, config: HmcConfig, seed: int, check_interrupt: Callable = lambda: None
) -> tuple[xr.Dataset, Adaptation]:
    """Warm up and draw.

    Returns
    -------
    xarray.Dataset
        `position (chain, draw, parameter)` over the unconstrained variables, its log density `lp`, and what is known of
        each draw's `Trajectory (chain, draw)`; thinned by nothing.
    Adaptation
        What was learnt.
    """
    seeds = [seed_for(seed, f"chain {place}") for place in range(config.chains)]
    chains = [Chain(density, force, one) for one in seeds]
    learnt = Adaptation(density.size, config.target_accept, config.max_steps)
    rng = np.random.default_rng(seed_for(seed, "lengths"))
    with ThreadPoolExecutor(min(len(chains), cores())) as pool, Progress() as bar:

        def rounds(trajectories: int, size: int, what: str) -> Iterator[list[list[Moved]]]:
            """What each chain did in rounds of so many trajectories; all chains take trajectories of equal length."""
            for _ in bar.track(range(-(-trajectories // size)), description=f"HMC, {len(chains)} chains: {what}"):
                check_interrupt()
                shares = rng.uniform(*SHARES, size)
                yield list(pool.map(lambda chain, shares=shares: _round(chain, learnt, shares), chains))

        _warm_up(learnt, config, rounds(config.warmup, 1, "warm-up"))
        number = config.draws * config.thin
        made = list(rounds(number, ROUND, "draws"))
    return _as_dataset(made, number), learnt


def _round(chain: Chain, learnt: Adaptation, shares: np.ndarray) -> list[Moved]:
    """Some trajectories of one chain, with the position and the log density after each."""
    return [Moved(chain.move(learnt, share), chain.position, chain.gradient, chain.lp) for share in shares]


def _warm_up(learnt: Adaptation, config: HmcConfig, rounds: Iterator[list[list[Moved]]]) -> None:
    """Learn the step size from each trajectory of all chains, the metric from windows of them."""
    renew = _windows(config.warmup)
    for number, moves in enumerate(rounds, start=1):
        made = [one for [one] in moves]
        places, gradients = (np.array([getattr(one, name) for one in made]) for name in ("position", "gradient"))
        learnt.learn([one.trajectory.acceptance for one in made], places, gradients)
        if number in renew:
            learnt.renew()
    learnt.step.settle()


def _windows(warmup: int) -> list[int]:
    """Numbers of trajectories after which the metric is renewed, each window about twice as long as the one before."""
    ends = [FIRST]
    while 4 * ends[-1] <= warmup - LAST:
        ends.append(2 * ends[-1])
    return [*ends, warmup - LAST]


def _as_dataset(made: list, number: int) -> xr.Dataset:
    """Rounds of all chains as arrays `(chain, draw, ...)`."""
    chains = [[one for moves in made for one in moves[place]][:number] for place in range(len(made[0]))]
    moved = [[one.trajectory._asdict() for one in of_chain] for of_chain in chains]
    values = {name: [[move[name] for move in of_chain] for of_chain in moved] for name in moved[0][0]}
    return xr.Dataset(
        {name: (("chain", "draw"), np.array(value)) for name, value in values.items()}
        | {
            "lp": (("chain", "draw"), np.array([[one.lp for one in of_chain] for of_chain in chains])),
            "position": (
                ("chain", "draw", "parameter"),
                np.array([[one.position for one in of_chain] for of_chain in chains]),
            ),
        },
        {"chain": range(len(chains)), "draw": range(number)},
    )


def _kept(made: xr.Dataset, density: LogDensity, model: pm.Model, config: HmcConfig) -> xr.DataTree:
    """Groups `posterior` and `sample_stats` of every `thin`-th draw."""
    kept = thinned(made, config.thin)
    stats = kept[["lp", "energy", "diverged", "acceptance", "steps"]]
    names = {"diverged": "diverging", "acceptance": "acceptance_rate", "steps": "n_steps"}  # ArviZ's
    posterior = as_draws(model, density.variables(kept["position"].values))
    return xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stats.rename(names)})


METHOD = Method(
    name="hmc",
    label="HMC",
    about="Hamiltonian Monte Carlo with trajectories of random length (Neal 2011)",
    fit=fit_hmc,
    diagnose=sampled,
    config=HmcConfig(),
    quick=HmcConfig(warmup=300, draws=200, thin=1),
    trust=1,
)
