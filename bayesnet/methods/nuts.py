"""The reference: the No-U-Turn sampler, by nutpie, PyMC or NumPyro."""

import importlib.util
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import nutpie
import pymc as pm
import xarray as xr
from rich.progress import Progress

from bayesnet.chains import step_statistics, thinned
from bayesnet.compiled import compiled
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import sampled
from bayesnet.optimum import Density, highest_of
from bayesnet.parameters import as_draws
from bayesnet.starts import prior_draws, starting_points
from data import InputError
from data.interrupts import held_back_interrupts, remembered_interrupts
from data.seeds import seed_for
from data.workers import cores

# Each sampler's name for the largest depth of a trajectory's tree.
DEPTH = {"nutpie": "maxdepth", "pymc": "max_treedepth", "numpyro": "max_tree_depth"}
# Options that keep a sampler from moving a given start by up to 1 at random: of `pm.sample`, and of the sampler.
UNMOVED = {"pymc": {"init": "adapt_diag"}}
UNMOVED_NUTS = {"numpyro": {"jitter": False}}


class Chains(Protocol):
    """Settings of a sampler that nutpie or PyMC runs."""

    chains: int
    warmup: int
    draws: int
    thin: int

    def options(self) -> dict[str, object]:
        """What the sampler is told besides these numbers, by its own names."""


@dataclass(frozen=True)
class NutsConfig:
    """Settings of the No-U-Turn sampler (Hoffman & Gelman 2014, JMLR 15)."""

    sampler: str = "nutpie"  # one of DEPTH
    chains: int = 4
    warmup: int = 1000  # adaptation steps a chain, thrown away
    draws: int = 1000  # kept a chain
    thin: int = 4  # draws made for each one kept: the slowest predictions need some 10,000 draws, stored files do not
    max_depth: int = 8  # of a trajectory's tree: at most 2^8 gradients a draw
    target_accept: float = 0.8  # mean acceptance that the step size is adapted to
    climbs: int = 0  # draws of the prior that an optimiser climbs from for each chain, which starts at the highest
    # optimum; 0: each chain starts at a draw of the prior itself

    def options(self) -> dict[str, object]:
        """What the sampler is told besides numbers of chains and draws, by its own names."""
        adapted = {DEPTH[self.sampler]: self.max_depth, "target_accept": self.target_accept}
        return adapted | UNMOVED_NUTS.get(self.sampler, {})


def fit_nuts(problem: Problem, train: xr.Dataset, config: NutsConfig, seed: int) -> xr.DataTree:
    """Sample the posterior of the problem's PyMC model, each chain from a draw of the prior or from an optimum.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : NutsConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`, `sample_stats`, `log_likelihood` of the kept draws, with dimensions `chain` and `draw`;
        `fit_stats`: see `_chain_stats`, over all draws, thinned away or not.

    Raises
    ------
    InputError
        For an unknown sampler, or one that is not installed.
    KeyboardInterrupt
        Where sampling was interrupted: the samplers themselves would return the draws made so far.
    """
    if config.sampler not in DEPTH:
        raise InputError(f"sampler must be one of {', '.join(DEPTH)}, got {config.sampler!r}; choose one of them")
    if importlib.util.find_spec(config.sampler) is None:
        raise InputError(f"the sampler {config.sampler} is not installed; install it: pip install {config.sampler}")
    model = problem.model(train)
    with remembered_interrupts():
        tree = _sampled_from_optima(model, config, seed) if config.climbs else sample(model, config, seed)
    stats = tree["sample_stats"].to_dataset()
    tree = kept_draws(tree, model, config)
    tree["fit_stats"] = xr.DataTree(_chain_stats(stats, config))
    return tree


def kept_draws(tree: xr.DataTree, model: pm.Model, config: Chains) -> xr.DataTree:
    """Groups `posterior`, `sample_stats` and `log_likelihood` of every `thin`-th draw.

    Raises
    ------
    KeyboardInterrupt
        Where draws are missing: samplers return those made so far when they are interrupted.
    """
    made = tree["posterior"].sizes
    if (made["chain"], made["draw"]) != (config.chains, config.draws * config.thin):
        raise KeyboardInterrupt
    kept = {name: _kept(tree[name].to_dataset(), config.thin) for name in ("posterior", "sample_stats")}
    with held_back_interrupts():
        return pm.compute_log_likelihood(xr.DataTree.from_dict(kept), model=model, progressbar=False)


def sample(
    model: pm.Model, config: NutsConfig, seed: int, start: Mapping[str, np.ndarray] | None = None
) -> xr.DataTree:
    """All draws: groups `posterior` and `sample_stats`, with the seconds of sampling as the first one's attribute.

    Chains start at `start`, values of the model's variables, or else each at a draw of its own from the prior.
    """
    if config.sampler == "nutpie":
        return by_nutpie(model, config, seed, "NUTS", start)
    tree = pm.sample(
        draws=config.draws * config.thin,
        tune=config.warmup,
        chains=config.chains,
        cores=_cores(config),
        model=model,
        nuts_sampler=config.sampler,
        nuts=config.options(),
        initvals=start or _prior_starts(model, config, seed),
        random_seed=seed,
        compute_convergence_checks=False,  # R-hat of single weights says nothing here: see bayesnet.diagnostics
        **UNMOVED.get(config.sampler, {}),
    )
    if config.sampler == "numpyro":  # of which PyMC stores the potential energy under the name of its negative
        tree["sample_stats"]["lp"] = -tree["sample_stats"]["lp"]
    return tree


def by_nutpie(
    model: pm.Model, config: Chains, seed: int, name: str, start: Mapping[str, np.ndarray] | None = None
) -> xr.DataTree:
    """All draws of nutpie, as `pm.sample` makes them, with functions that an earlier fit may have compiled."""
    functions, draws = compiled(model, start), config.draws * config.thin
    with Progress() as bar:
        task = bar.add_task(f"{name}, {config.chains} chains", total=config.chains * (config.warmup + draws))
        started = time.perf_counter()
        tree = nutpie.sample(
            functions,
            draws=draws,
            tune=config.warmup,
            chains=config.chains,
            cores=_cores(config),
            seed=_seed(config, seed),
            **config.options(),
            save_warmup=False,
            progress_bar=False,
            progress_callback=lambda chains: bar.update(task, completed=sum(one.finished_draws for one in chains)),
        )
        seconds = time.perf_counter() - started
    posterior = as_draws(model, {rv.name: tree["posterior"][rv.name].values for rv in model.unobserved_RVs})
    groups = {
        "posterior": posterior.assign_attrs(sampling_time=seconds),
        "sample_stats": tree["sample_stats"].to_dataset(),
    }
    return xr.DataTree.from_dict(groups)


def _seed(config: Chains, seed: int) -> int:
    """The seed that `pm.sample` would give to nutpie."""
    return int(np.random.default_rng(seed).spawn(config.chains)[0].integers(2**30))


def _cores(config: Chains) -> int:
    """Chains that run at once; PyMC's own default leaves half of the hardware threads idle."""
    return min(config.chains, cores())


def _prior_starts(model: pm.Model, config: NutsConfig, seed: int) -> list[dict[str, np.ndarray]]:
    """For each chain a draw of its own from the prior."""
    drawn = prior_draws(model, config.chains, seed)
    points = [drawn.isel(chain=0, draw=place) for place in range(config.chains)]
    return [{rv.name: point[rv.name].values for rv in model.free_RVs} for point in points]


def _sampled_from_optima(model: pm.Model, config: NutsConfig, seed: int) -> xr.DataTree:
    """One chain after the other, each from the highest optimum that its own climbs find: see `highest_of`."""
    density = Density(model, starting_points(model, 1, seed)[0])
    chains = []
    for chain in range(config.chains):
        own = seed_for(seed, f"chain {chain}")
        highest = highest_of(density, config.climbs, own)
        start = {rv.name: highest[rv.name] for rv in model.free_RVs}
        chains.append(sample(model, replace(config, chains=1), own, start))
    groups = {
        name: xr.concat([tree[name].to_dataset() for tree in chains], dim="chain").assign_coords(
            chain=range(len(chains))
        )
        for name in ("posterior", "sample_stats")
    }
    return xr.DataTree.from_dict(groups)


def _chain_stats(stats: xr.Dataset, config: NutsConfig) -> xr.Dataset:
    """What is known of every draw made: see `step_statistics`."""
    depth = stats["depth"] if "depth" in stats else stats["tree_depth"]
    return step_statistics(stats["energy"], stats["diverging"], depth >= config.max_depth)


def _kept(draws: xr.Dataset, thin: int) -> xr.Dataset:
    """Every `thin`-th draw, renumbered; without the statistics that NetCDF cannot hold (messages of divergences)."""
    kept = thinned(draws, thin)
    kept = kept.rename(logp="lp") if "logp" in kept else kept  # nutpie's name of what ArviZ calls lp
    return kept[[name for name, values in kept.data_vars.items() if values.dtype != object]]


METHOD = Method(
    name="nuts",
    label="NUTS",
    about="No-U-Turn sampler (Hoffman & Gelman 2014)",
    fit=fit_nuts,
    diagnose=sampled,
    config=NutsConfig(),
    quick=NutsConfig(warmup=300, draws=200, thin=1),
    trust=2,
)
