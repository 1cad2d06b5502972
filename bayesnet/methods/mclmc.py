"""Microcanonical Langevin Monte Carlo: a sampler that accepts every step, fast, and biased by the size of its steps."""

from dataclasses import dataclass

import xarray as xr

from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import ENERGY, sampled
from bayesnet.methods.nuts import by_nutpie, kept_draws
from data.interrupts import remembered_interrupts


@dataclass(frozen=True)
class MclmcConfig:
    """Settings of microcanonical Langevin Monte Carlo (Robnik et al. 2023, JMLR 24), by nutpie."""

    chains: int = 4
    warmup: int = 1000  # adaptation steps a chain, thrown away
    draws: int = 1000  # kept of each chain
    thin: int = 4  # draws made for each one kept
    step_size: float = 0.1  # in whitened units: the larger, the faster, and the more the draws are biased

    def options(self) -> dict[str, object]:
        """What nutpie is told besides numbers of chains and draws."""
        return {"sampler": "mclmc", "step_size": self.step_size}


def fit_mclmc(problem: Problem, train: xr.Dataset, config: MclmcConfig, seed: int) -> xr.DataTree:
    """Sample the posterior of the problem's PyMC model nearly: no step is ever refused.

    So the draws are those of another density, the nearer to the posterior's the smaller the steps. No diagnostic of
    chains shows it, as all of them are biased alike; that energy is hardly conserved does.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : MclmcConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`, `sample_stats`, `log_likelihood` of the kept draws; `fit_stats`: `energy_variance`, the variance
        over all draws of the change of energy from one to the next, over the number of parameters.
    """
    model = problem.model(train)
    with remembered_interrupts():
        tree = by_nutpie(model, config, seed, "MCLMC")
    change = tree["sample_stats"]["energy_change"]
    size = sum(tree["posterior"][variable.name][0, 0].size for variable in model.free_RVs)
    tree = kept_draws(tree, model, config)
    tree["fit_stats"] = xr.DataTree(xr.Dataset({"energy_variance": change.var() / size}))
    return tree


def diagnose_mclmc(fit: xr.DataTree) -> xr.Dataset:
    """What chains say of each other (see `sampled`), and whether steps are small enough for the bias to be small.

    Returns
    -------
    xarray.Dataset
        What `sampled` gives, and `energy_variance`. `converged` where chains agree, and that is at most 0.0005, see
        `bayesnet.diagnostics`.
    """
    found, variance = sampled(fit), fit["fit_stats"]["energy_variance"]
    return found.assign(energy_variance=variance, converged=found["converged"] * int(variance <= ENERGY))


METHOD = Method(
    name="mclmc",
    label="MCLMC",
    about="microcanonical Langevin Monte Carlo, not adjusted: biased by its step size",
    fit=fit_mclmc,
    diagnose=diagnose_mclmc,
    config=MclmcConfig(),
    quick=MclmcConfig(warmup=300, draws=200, thin=1),
)
