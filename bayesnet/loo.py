"""Expected log predictive density by leave-one-out on the training rows, and how far it can be trusted."""

import warnings
from collections.abc import Mapping
from copy import deepcopy

import arviz as az
import numpy as np
import pymc as pm
import xarray as xr
from arviz_stats.utils import ELPDDataLOO
from scipy.special import logsumexp

from bayesnet.diagnostics import KHAT
from bayesnet.fitting import config_of, training_rows
from bayesnet.grading import some_positions
from bayesnet.methods import METHODS
from bayesnet.problems import problem_of
from data.seeds import seed_for

ALIKE = 1e-12  # nats; draws whose log likelihoods of a row differ by less agree on it


def loo(fit: xr.DataTree, most: int | None = None) -> az.ELPDData | None:
    """PSIS-LOO of one fit; None where there is no `log_likelihood`.

    Where there are more training rows than `most` it is of so many of them: see `bayesnet.grading.some_positions`.

    A row of weight w, which stands for w equal ones in the likelihood, is left out with all of it: its importance
    ratios are exp(-w log p). What is evaluated under them is the log density log p of its label, once. For a
    variational fit the ratios also carry lp - log_q (Magnusson et al. 2019, ICML): its draws are a proposal only, and
    the result, marked `approx_posterior`, estimates the exact posterior's score, not a score of the approximation.

    The relative efficiency, which decides how long a tail is smoothed, is that of the likelihood (Vehtari, Gelman &
    Gabry 2017, section 2.1). ArviZ would take that of the model's variables, which chains do not agree on where hidden
    units change places.
    """
    if "log_likelihood" not in fit.children:
        return None
    whole, stats = fit["log_likelihood"]["y"], fit["sample_stats"]  # whole: w log p (chain, draw, simulation)
    whole = whole.isel(simulation=some_positions(whole.sizes["simulation"], most))
    excess = stats["lp"] - stats["log_q"] if approximate(fit) else 0.0
    with warnings.catch_warnings():  # what ArviZ warns of is stored: the share of unreliable rows
        warnings.simplefilter("ignore", UserWarning)
        # of these densities the inverse is the ratio that is to be smoothed
        log_weights, pareto_k = _told_apart(whole - excess).azstats.psislw(
            r_eff=relative_efficiency(whole), dim=["chain", "draw"]
        )
    log_p, draws = whole / fit["constant_data"]["weight"], whole.sizes["chain"] * whole.sizes["draw"]
    elpd_i = _log_sum(log_p + log_weights)
    elpd, se, p_loo, _ = elpd_i.azstats.loo_summary(_log_sum(log_p) - np.log(draws) - elpd_i)
    good_k = min(1 - 1 / np.log10(draws), KHAT)
    return ELPDDataLOO(
        elpd=float(elpd),
        se=float(se),
        p=float(p_loo),
        n_samples=draws,
        n_data_points=elpd_i.size,
        scale="log",
        warning=bool((pareto_k > good_k).any()),
        good_k=good_k,
        elpd_i=elpd_i,
        pareto_k=pareto_k,
        approx_posterior=approximate(fit),
    )


def left_out_density(fit: xr.DataTree, row: int) -> float:
    """Log density of a training row under the posterior without it, by fitting once more: exact leave-one-out.

    It takes as long as the fit did. For rows whose k-hat is too high it is what is left: ArviZ's moment matching moves
    all draws by one affine map, which means nothing where hidden units change places from draw to draw. (On
    `rupture2d`, of the row that held 2.8 of the 2.9 nats in question it turned a k-hat of 0.75 into 15.)

    Parameters
    ----------
    fit : xarray.DataTree
        Of a method that samples the posterior.
    row : int
        Its number, as in `log_likelihood`.
    """
    method, problem, train = METHODS[fit.attrs["method"]], problem_of(fit), training_rows(fit)
    (dim,) = train["y"].dims
    others = train.isel({dim: np.flatnonzero(train[dim].values != row)})
    again = method.fit(problem, others, config_of(fit), seed_for(int(fit.attrs["seed"]), f"without row {row}"))
    posterior = xr.DataTree.from_dict({"posterior": again["posterior"].to_dataset()})
    whole = pm.compute_log_likelihood(posterior, model=problem.model(train), progressbar=False)["log_likelihood"]["y"]
    density = whole.sel({dim: row}) / train["weight"].sel({dim: row})
    return float(logsumexp(density) - np.log(density.size))


def with_exact_rows(result: az.ELPDData, exact: Mapping[int, float]) -> az.ELPDData:
    """A leave-one-out estimate with the log densities of some rows in place of their estimates, and k-hat 0 there."""
    mended, (dim,) = deepcopy(result), result.elpd_i.dims
    for row, density in exact.items():
        mended.elpd_i.loc[{dim: row}] = density
        mended.pareto_k.loc[{dim: row}] = 0.0
    mended.elpd = float(mended.elpd_i.sum())
    mended.se = float(np.sqrt(mended.elpd_i.size * mended.elpd_i.var(ddof=1)))
    mended.p = float(result.p + result.elpd - mended.elpd)
    return mended


def approximate(fit: xr.DataTree) -> bool:
    """Whether the draws are of a variational approximation, whose log density is stored as `log_q`."""
    return "log_q" in fit.get("sample_stats", {})


def relative_efficiency(log_p: xr.DataArray) -> float:
    """Effective sample size of the likelihood over the number of draws, mean over the rows.

    Parameters
    ----------
    log_p : xarray.DataArray
        Log likelihood `(chain, draw, row)` in nats. Of rows whose likelihood does not vary, nothing is known.
    """
    ess = az.ess(np.exp(log_p), method="mean").values / (log_p.sizes["chain"] * log_p.sizes["draw"])
    known = ess[np.isfinite(ess)]
    return float(known.mean()) if known.size else 1.0


def _log_sum(values: xr.DataArray) -> xr.DataArray:
    """Log of the sum of exponentials over draws, of every row."""
    highest = values.max(["chain", "draw"])
    return highest + np.log(np.exp(values - highest).sum(["chain", "draw"]))


def _told_apart(log_p: xr.DataArray) -> xr.DataArray:
    """Draws that agree on a row told apart by less than counts: ArviZ refuses a tail of equal ratios.

    Where weights are large a row can have the log likelihood 0.0 in every draw; importance ratios of 1 are right there.
    """
    sizes = {dim: log_p.sizes[dim] for dim in ("chain", "draw")}
    ramp = xr.DataArray(np.linspace(0, ALIKE, np.prod(list(sizes.values()))).reshape(*sizes.values()), dims=list(sizes))
    alike = log_p.max(list(sizes)) - log_p.min(list(sizes)) < ALIKE
    return log_p + ramp.where(alike, 0.0)
