"""Samplers of one posterior: effective draws per second and per gradient, and what they say of the test rows."""

import time
from collections.abc import Callable
from typing import NamedTuple

import arviz as az
import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from scipy.special import expit

from bayesnet.adaptation import Adaptation
from bayesnet.compiled import forget
from bayesnet.diagnostics import TAILS
from bayesnet.hamiltonian import Chain, LogDensity
from bayesnet.methods import METHODS, hmc, nuts
from bayesnet.problems.network import Network
from bayesnet.speed.network import catalogue_and_rows, plain_model
from bayesnet.speed.pieces import OWN
from data.seeds import seed_for

PEER_QUICK = {"draws": 100, "tune": 200}


class Drawn(NamedTuple):
    """What a sampler drew, and what it took."""

    posterior: xr.Dataset  # every draw, none thinned away
    gradients: float  # of these draws; those of the warm-up are not known of all samplers
    seconds: float  # warm-up and draws
    compilation: float  # seconds


def measure(sampler: str, hidden: int, repeat: int, quick: bool, seed: int) -> xr.Dataset:
    """Sample the posterior of a network once.

    Parameters
    ----------
    sampler : str
        `hmc` or `nuts`, methods of the toolkit with their own settings; or a sampler of `pm.sample` that runs at its
        defaults, on PyTensor's own graph of the same posterior.
    hidden : int
        Hidden units of the network.
    repeat : int
        Number of this repeat: each has another seed.
    quick : bool
        Whether few draws are made.
    seed : int
        The study's seed.

    Returns
    -------
    xarray.Dataset
        `seconds` of warm-up and draws, `compilation` (s), `gradients` of the draws; over the logits of the test rows
        `ess_min` and `ess_median` (the smaller of bulk and tail of each row), `rhat_max`; of these sizes
        `ess_min_second`, `ess_median_second` (per second) and `ess_min_gradient`, `ess_median_gradient` (per 1000
        gradients of the draws); of the score p of each row the posterior `mean` and its Monte Carlo standard error
        `mcse (simulation)`.
    """
    network = Network(hidden=hidden)
    _, train, test = catalogue_and_rows(network)
    if sampler in OWN:
        small, usual = METHODS[sampler].quick, METHODS[sampler].config
    else:  # NumPyro too, which is also a method
        small, usual = PEER_QUICK, {}
    sample = {"hmc": _hmc, "nuts": _nuts}.get(sampler) or _peer(sampler)
    forget()
    with pytensor.config.change_flags(numba__fastmath=False):  # as in every fit
        drawn = sample(network, train, small if quick else usual, seed_for(seed, f"repeat {repeat}"))
    return _graded(drawn, network.logit(drawn.posterior, train, test))


def _nuts(network: Network, train: xr.Dataset, config: nuts.NutsConfig, seed: int) -> Drawn:
    """What `nuts` draws, before any draw is thinned away."""
    return _by_pymc(lambda: nuts.sample(network.model(train), config, seed))


def _peer(sampler: str) -> Callable[..., Drawn]:
    """`pm.sample` with this sampler."""

    def drawn(network: Network, train: xr.Dataset, options: dict, seed: int) -> Drawn:
        model = plain_model(network, train)
        quiet = {"progressbar": False, "compute_convergence_checks": False}
        return _by_pymc(lambda: pm.sample(model=model, nuts_sampler=sampler, random_seed=seed, **quiet, **options))

    return drawn


def _by_pymc(sample: Callable[[], xr.DataTree]) -> Drawn:
    """What `pm.sample` drew; it tells how long sampling took, and what it took besides is compilation.

    NumPyro compiles while it samples, so that its compilation counts as sampling.
    """
    started = time.perf_counter()
    tree = sample()
    whole = time.perf_counter() - started
    seconds = float(tree["posterior"].attrs["sampling_time"])
    steps = tree["sample_stats"]["n_steps"]
    return Drawn(tree["posterior"].to_dataset(), float(steps.sum()), seconds, whole - seconds)


def _hmc(network: Network, train: xr.Dataset, config: hmc.HmcConfig, seed: int) -> Drawn:
    """What `hmc` draws, steered in single precision."""
    started = time.perf_counter()
    density, force = LogDensity(network.model(train)), LogDensity(network.rough_model(train))
    Chain(density, force, seed).move(Adaptation(density.size, config.target_accept, 1), 1.0)  # compiles the steps
    compiled = time.perf_counter()
    made, _ = hmc.sample(density, force, config, seed)
    seconds = time.perf_counter() - compiled
    names = {"w0": ("feature", "hidden"), "b0": ("hidden",), "w1": ("hidden",), "b1": ()}
    variables = density.variables(made["position"].values)
    posterior = xr.Dataset(
        {name: (("chain", "draw", *dims), variables[name]) for name, dims in names.items()},
        {"chain": made["chain"], "draw": made["draw"], "feature": train["feature"].values},
    )
    return Drawn(posterior, float(made["steps"].sum()), seconds, compiled - started)


def _graded(drawn: Drawn, logit: xr.DataArray) -> xr.Dataset:
    """Times, effective sample sizes, R-hat and scores: see `measure`."""
    ess = np.minimum(az.ess(logit, method="bulk"), az.ess(logit, method="tail", prob=TAILS))
    p = logit.copy(data=expit(logit.values))
    found = {"ess_min": ess.min(), "ess_median": ess.median(), "rhat_max": az.rhat(logit).max()}
    rates = {"second": drawn.seconds, "gradient": drawn.gradients / 1000}
    found |= {f"{name}_{per}": found[name] / cost for name in ("ess_min", "ess_median") for per, cost in rates.items()}
    found |= {"seconds": drawn.seconds, "compilation": drawn.compilation, "gradients": drawn.gradients}
    return xr.Dataset(found | {"mean": p.mean(("chain", "draw")), "mcse": az.mcse(p)})
