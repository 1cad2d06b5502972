"""Sequential Monte Carlo: particles that follow the posterior from the prior, with the evidence that they meet."""

from dataclasses import dataclass

import numpy as np
import pymc as pm
import xarray as xr
from pymc.backends.base import MultiTrace
from pymc.backends.report import SamplerReport

from bayesnet.chains import log_densities
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import EVIDENCE, sampled
from bayesnet.parameters import as_draws
from data import InputError
from data.interrupts import held_back_interrupts, remembered_interrupts

# proposals that move particles, and PyMC's name of the share of them that are accepted
KERNELS = {"independent": (pm.smc.IMH, "accept_rate"), "random_walk": (pm.smc.MH, "mean_accept_rate")}


@dataclass(frozen=True)
class SmcConfig:
    """Settings of sequential Monte Carlo (Del Moral, Doucet & Jasra 2006, JRSS B 68)."""

    kernel: str = "independent"  # one of KERNELS: proposals from the Gaussian with mean and covariance of the
    # particles, or steps from where each of them is
    chains: int = 4  # independent populations, whose spread says how far draws and evidence can be believed
    draws: int = 1000  # particles of a chain
    threshold: float = 0.5  # effective share of the particles that a stage leaves: the higher, the more stages
    correlation: float = 0.01  # a stage ends with the move that lowers the correlation with its start by less


def fit_smc(problem: Problem, train: xr.Dataset, config: SmcConfig, seed: int) -> xr.DataTree:
    """Take particles from the prior to the posterior of the problem's PyMC model, by PyMC's sampler.

    In each stage the power of the likelihood rises from 0 towards 1, particles are drawn anew by their weights, and
    Metropolis steps move them. The product of the mean weights of all stages estimates the evidence.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : SmcConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: the particles at the end; `sample_stats`: their log density `lp` over the unconstrained variables;
        `log_likelihood`; `fit_stats`: see `_stages`.

    Raises
    ------
    InputError
        For an unknown kernel.
    """
    if config.kernel not in KERNELS:
        raise InputError(f"kernel must be one of {', '.join(KERNELS)}, got {config.kernel!r}; choose one of them")
    model = problem.model(train)
    with remembered_interrupts():
        trace = _trace(model, config, seed)
    with held_back_interrupts() as check_interrupt:
        values = {name: np.stack(trace.get_values(name, combine=False, squeeze=False)) for name in trace.varnames}
        posterior = as_draws(model, {rv.name: values[rv.name] for rv in model.unobserved_RVs})
        lp = log_densities(model, {one.name: values[one.name] for one in model.value_vars}, check_interrupt)
        stats = xr.Dataset({"lp": (("chain", "draw"), lp)}, {name: posterior[name] for name in ("chain", "draw")})
        tree = xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stats})
        tree = pm.compute_log_likelihood(tree, model=model, progressbar=False)
    tree["fit_stats"] = xr.DataTree(_stages(trace.report, config))
    return tree


def _trace(model: pm.Model, config: SmcConfig, seed: int) -> MultiTrace:
    """Chains one after the other, in this process: a worker of a cluster may start none of its own."""
    return pm.sample_smc(
        config.draws,
        KERNELS[config.kernel][0],
        model=model,
        chains=config.chains,
        cores=1,
        blas_cores=1,  # more would give other last digits
        random_seed=seed,
        threshold=config.threshold,
        correlation_threshold=config.correlation,
        compute_convergence_checks=False,  # R-hat of single weights says nothing here: see bayesnet.diagnostics
        return_inferencedata=False,
    )


def _stages(report: SamplerReport, config: SmcConfig) -> xr.Dataset:
    """What is known of the stages of each chain.

    Returns
    -------
    xarray.Dataset
        `beta`, the power of the likelihood, and `acceptance`, the share of moves that were accepted, `(chain, stage)`,
        NaN after the last stage of a chain; `log_evidence_chain (chain)` in nats; `log_evidence`, their mean, and
        `log_evidence_se`, its standard error, NaN of a single chain.
    """

    def by_chain(name: str) -> list[list[float]]:
        return getattr(report, name) if config.chains > 1 else [getattr(report, name)]

    stages = {"beta": by_chain("beta"), "acceptance": by_chain(KERNELS[config.kernel][1])}
    evidence = np.array([of_chain[-1] for of_chain in by_chain("log_marginal_likelihood")])
    longest = max(map(len, stages["beta"]))
    filled = {
        name: (("chain", "stage"), [[*of_chain, *[np.nan] * (longest - len(of_chain))] for of_chain in values])
        for name, values in stages.items()
    }
    several = config.chains > 1
    return xr.Dataset(
        filled
        | {
            "log_evidence_chain": ("chain", evidence),
            "log_evidence": evidence.mean(),
            "log_evidence_se": evidence.std(ddof=1) / np.sqrt(config.chains) if several else np.nan,
        },
        {"chain": np.arange(config.chains), "stage": np.arange(1, longest + 1)},
    )


def diagnose_smc(fit: xr.DataTree) -> xr.Dataset:
    """Whether chains agree, in what the problem monitors and in the evidence.

    Particles of a chain descend from few where they do not move well, which no statistic of one chain shows: what is
    known comes from the differences between chains. What all chains share it does not show: the evidence is a little
    too low, as powers and proposals are chosen by the very particles that they weigh and move (on `tomography/gp`, of
    26 unknowns, by 0.1 to 0.3 nats with 1000 particles).

    Returns
    -------
    xarray.Dataset
        What `sampled` gives; `log_evidence`, `log_evidence_se` and `log_evidence_spread`, the highest minus the lowest
        of a chain, in nats. `converged` where chains agree by `sampled`, and on the evidence within a nat.
    """
    stats, found = fit["fit_stats"].to_dataset(), sampled(fit)
    spread = stats["log_evidence_chain"].max() - stats["log_evidence_chain"].min()
    agreed = found["converged"] * int(spread <= EVIDENCE)
    return found.assign(stats[["log_evidence", "log_evidence_se"]]).assign(log_evidence_spread=spread, converged=agreed)


METHOD = Method(
    name="smc",
    label="SMC",
    about="sequential Monte Carlo from the prior to the posterior, with the evidence",
    fit=fit_smc,
    diagnose=diagnose_smc,
    config=SmcConfig(),
    quick=SmcConfig(draws=300),
    trust=1,
)
