"""Automatic differentiation variational inference, with a diagonal or a full covariance, from several starts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pymc as pm
import xarray as xr
from rich.progress import Progress

from bayesnet.chains import refuse_discrete
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import approximated
from bayesnet.hamiltonian import LogDensity
from bayesnet.parameters import as_draws, gaussian_fit, with_covariance
from bayesnet.variational import Ascent
from data.interrupts import held_back_interrupts
from data.seeds import seed_for
from data.workers import cores

BLOCK = 500  # iterations between two looks for an interrupt
FIRST_SD = np.log(2)  # of every parameter at the start, as in PyMC's ADVI
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
    InputError
        For a model with discrete variables, or where a draw of the Gaussian has no finite log density.
    """
    model = problem.model(train)
    refuse_discrete(model, "advi")
    with held_back_interrupts() as check_interrupt:
        density = LogDensity(model)
        ascents = _climbed(density, config, seed, check_interrupt)
        drawn = [ascent.draw(config.draws) for ascent in ascents]
        lp = [np.array([density(one)[0] for one in positions]) for positions, _ in drawn]
        check_interrupt()
        stats = _convergence([one.losses for one in ascents], np.array(lp) - [log_q for _, log_q in drawn])
        posteriors = as_draws(model, density.variables(np.stack([positions for positions, _ in drawn])))
        best = int(stats["elbo"].values.argmax())
        densities = {"lp": lp[best], "log_q": drawn[best][1]}
        tree = xr.DataTree.from_dict(
            {
                "posterior": posteriors.isel(chain=[best]).assign_coords(chain=[0]),
                "sample_stats": xr.Dataset(
                    {name: (("chain", "draw"), values[None]) for name, values in densities.items()},
                    {"chain": [0], "draw": posteriors["draw"]},
                ),
            }
        )
        tree = pm.compute_log_likelihood(tree, model=model, progressbar=False)
    tree["fit"] = xr.DataTree(_gaussian(density, ascents[best]))
    tree["fit_stats"] = xr.DataTree(stats)
    tree["restarts"] = xr.DataTree(posteriors.rename(chain="restart"))
    return tree


def _climbed(density: LogDensity, config: AdviConfig, seed: int, check_interrupt: Callable) -> list[Ascent]:
    """Every restart at the end of its way; a full covariance starts at a fitted diagonal one."""
    rngs = [np.random.default_rng(seed_for(seed, f"restart {place}")) for place in range(config.restarts)]
    sd = np.full(density.size, FIRST_SD)
    diagonal = START if config.covariance == "full" else config
    ascents = [Ascent(density, density.start(rng), sd, False, rng) for rng in rngs]
    _climb(ascents, diagonal, "ADVI", check_interrupt)
    if config.covariance == "full":
        # from elsewhere a full covariance does not get there in time
        ascents = [Ascent(density, one.mean, np.diag(one.cholesky), True, one.rng) for one in ascents]
        _climb(ascents, config, "full-rank ADVI", check_interrupt)
    return ascents


def _climb(ascents: list[Ascent], config: AdviConfig, name: str, check_interrupt: Callable) -> None:
    """Take all restarts through their iterations, in blocks; Adam's rate decays exponentially, as in the paper."""
    rates = np.geomspace(config.first_rate, config.last_rate, config.iterations)
    blocks = np.array_split(rates, -(-config.iterations // BLOCK))
    with ThreadPoolExecutor(min(len(ascents), cores())) as pool, Progress() as bar:
        for block in bar.track(blocks, description=f"{name}, {len(ascents)} starts"):
            check_interrupt()
            list(pool.map(lambda ascent, rates=block: ascent.go_on(rates), ascents))


def _gaussian(density: LogDensity, ascent: Ascent) -> xr.Dataset:
    """Mean, sd and, where it is full, covariance of the unconstrained parameters, each under its name."""
    covariance = ascent.cholesky @ ascent.cholesky.T
    fit = gaussian_fit(density.shapes, ascent.mean, np.sqrt(np.diag(covariance)))
    return with_covariance(fit, covariance) if ascent.full else fit


def _convergence(losses: list[np.ndarray], final: np.ndarray) -> xr.Dataset:
    """ELBO traces and what they say, from lp - log_q of the final draws `(restart, draw)`.

    `elbo_trace (restart, iteration)`: one-draw estimates during the optimisation. `elbo`, `elbo_se (restart)`: mean of
    lp - log_q over the final draws and its standard error. `elbo_gain`, `elbo_gain_se (restart)`: mean of the last
    tenth of the trace minus that of the tenth before. A restart counts as `converged` where that gain is below
    `PLATEAU` by two standard errors: small beside the spread of lp - log_q itself, some 10 to 20 nats.
    """
    trace = -np.stack(losses)  # (restart, iteration)
    n = max(1, int(WINDOW * trace.shape[1]))
    last, before = trace[:, -n:], trace[:, -2 * n : -n]
    gain = last.mean(1) - before.mean(1)
    gain_se = np.sqrt((last.var(1) + before.var(1)) / n)
    return xr.Dataset(
        {
            "elbo_trace": (("restart", "iteration"), trace),
            "elbo": ("restart", final.mean(1)),
            "elbo_se": ("restart", final.std(1) / np.sqrt(final.shape[1])),
            "elbo_gain": ("restart", gain),
            "elbo_gain_se": ("restart", gain_se),
            "converged": ("restart", (gain + 2 * gain_se < PLATEAU).astype(int)),
        },
        coords={"restart": np.arange(len(losses)), "iteration": np.arange(1, trace.shape[1] + 1)},
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
