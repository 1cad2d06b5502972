"""Samplers of one posterior: effective draws per second and per gradient, and whether they agree."""

import importlib.util
import time
from collections.abc import Callable
from typing import NamedTuple

import arviz as az
import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from scipy.special import expit

from bayesnet.diagnostics import TAILS
from bayesnet.hamiltonian import LogDensity
from bayesnet.methods import METHODS, hmc, nuts
from bayesnet.parts.samplers import sampler_differences
from bayesnet.problems.network import Network
from bayesnet.speed.network import catalogue_and_rows, plain_model
from data.seeds import seed_for

OWN = ("hmc", "nuts")
PEERS = ("nutpie", "pymc", "numpyro")  # of `pm.sample`, at its defaults, on PyTensor's own graph of the same posterior
QUICK = {"draws": 100, "tune": 200}  # of the peers
REFERENCE = "nuts"  # which the others are compared with


class Drawn(NamedTuple):
    """What a sampler drew, and what it took."""

    posterior: xr.Dataset  # every draw, none thinned away
    gradients: float  # of these draws; those of the warm-up are not known of all samplers
    seconds: float  # warm-up and draws
    compilation: float  # seconds


def measure(hidden: int, repeat: int, quick: bool, seed: int) -> xr.Dataset:
    """Sample the posterior of a network once with every sampler that is installed.

    Parameters
    ----------
    hidden : int
        Hidden units of the network.
    repeat : int
        Number of this repeat: each has another seed, and starts with another sampler, so that none is always first.
    quick : bool
        Whether few draws are made.
    seed : int
        The study's seed.

    Returns
    -------
    xarray.Dataset
        By `sampler`: `seconds` of warm-up and draws, `compilation` (s), `gradients` of the draws; over the logits of
        the test rows `ess_min` and `ess_median` (the smaller of bulk and tail of each row), `rhat_max`;
        `ess_min_second`, `ess_median_second` (per second) and `ess_min_gradient`, `ess_median_gradient` (per 1000
        gradients of the draws); of the score p of each row `largest` and `limit`: see `sampler_differences`,
        compared with `nuts`; `p_difference`, the largest difference of its posterior means. The attribute `missing`
        names samplers that are not installed.
    """
    network, own_seed = Network(hidden=hidden), seed_for(seed, f"repeat {repeat}")
    _, train, test = catalogue_and_rows(network)
    known = _samplers(network, train, quick)
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    names = [name for name in known if name not in missing]
    first = repeat % len(names)
    drawn = {}
    for name in names[first:] + names[:first]:
        with pytensor.config.change_flags(numba__fastmath=False):  # as in every fit
            drawn[name] = known[name](own_seed)
    scores = {name: network.logit(drawn[name].posterior, train, test) for name in names}
    found = xr.concat([_graded(drawn[name], scores[name]) for name in names], xr.Variable("sampler", names))
    found = found.merge(_agreement(scores))
    return found.assign_attrs(missing=", ".join(missing))


def _samplers(network: Network, train: xr.Dataset, quick: bool) -> dict[str, Callable[[int], Drawn]]:
    """Every sampler as a function of the seed: our own with the settings of their methods, the peers with theirs."""
    options = QUICK if quick else {}
    configs = {name: METHODS[name].quick if quick else METHODS[name].config for name in OWN}
    return {
        "hmc": lambda seed: _hmc(network, train, configs["hmc"], seed),
        "nuts": lambda seed: _by_pymc(lambda: nuts.sample(network.model(train), configs["nuts"], seed)),
        **{name: _peer(network, train, name, options) for name in PEERS},
    }


def _peer(network: Network, train: xr.Dataset, name: str, options: dict) -> Callable[[int], Drawn]:
    """`pm.sample` with this sampler."""

    def drawn(seed: int) -> Drawn:
        model = plain_model(network, train)
        return _by_pymc(
            lambda: pm.sample(
                model=model, nuts_sampler=name, random_seed=seed, compute_convergence_checks=False, **options
            )
        )

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
    """Times, effective sample sizes and R-hat: see `measure`."""
    ess = np.minimum(az.ess(logit, method="bulk"), az.ess(logit, method="tail", prob=TAILS))
    found = {"ess_min": ess.min(), "ess_median": ess.median(), "rhat_max": az.rhat(logit).max()}
    rates = {"second": drawn.seconds, "gradient": drawn.gradients / 1000}
    found |= {f"{name}_{per}": found[name] / cost for name in ("ess_min", "ess_median") for per, cost in rates.items()}
    costs = {"seconds": drawn.seconds, "compilation": drawn.compilation, "gradients": drawn.gradients}
    return xr.Dataset(found | costs)


def _agreement(logit: dict[str, xr.DataArray]) -> xr.Dataset:
    """Posterior means and sds of the scores of each sampler beside the reference."""
    scores = {name: values.copy(data=expit(values.values)) for name, values in logit.items()}
    means = {name: values.mean(("chain", "draw")) for name, values in scores.items()}
    found = {}
    for name, values in scores.items():
        found[name] = sampler_differences(values, scores[REFERENCE])[["largest", "limit"]]
        found[name]["p_difference"] = abs(means[name] - means[REFERENCE]).max()
    return xr.concat(list(found.values()), xr.Variable("sampler", list(found)))
