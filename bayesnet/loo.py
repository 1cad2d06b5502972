"""Expected log predictive density by leave-one-out on the training rows, and how far it can be trusted."""

import warnings

import arviz as az
import numpy as np
import xarray as xr

ALIKE = 1e-12  # nats; draws whose log likelihoods of a row differ by less agree on it


def loo(fit: xr.DataTree) -> az.ELPDData | None:
    """PSIS-LOO of one fit; None where there is no `log_likelihood`.

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
    excess = stats["lp"] - stats["log_q"] if approximate(fit) else 0.0
    with warnings.catch_warnings():  # what ArviZ warns of is stored: the share of unreliable rows
        warnings.simplefilter("ignore", UserWarning)
        # of these densities the inverse is the ratio that is to be smoothed; their own sum means nothing
        ratios = az.loo(
            _with_densities(fit, _told_apart(whole - excess)),
            pointwise=True,
            var_name="y",
            reff=relative_efficiency(whole),
        )
        result = az.loo(
            _with_densities(fit, whole / fit["constant_data"]["weight"]),
            pointwise=True,
            var_name="y",
            log_weights=ratios.log_weights,
            pareto_k=ratios.pareto_k,
            reff=1.0,  # of the smoothing, which is done
        )
    result.approx_posterior = approximate(fit)
    return result


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


def _with_densities(fit: xr.DataTree, log_p: xr.DataArray) -> xr.DataTree:
    return xr.DataTree.from_dict(
        {"posterior": fit["posterior"].to_dataset(), "log_likelihood": log_p.to_dataset(name="y")}
    )


def _told_apart(log_p: xr.DataArray) -> xr.DataArray:
    """Draws that agree on a row told apart by less than counts: ArviZ refuses a tail of equal ratios.

    Where weights are large a row can have the log likelihood 0.0 in every draw; importance ratios of 1 are right there.
    """
    sizes = {dim: log_p.sizes[dim] for dim in ("chain", "draw")}
    ramp = xr.DataArray(np.linspace(0, ALIKE, np.prod(list(sizes.values()))).reshape(*sizes.values()), dims=list(sizes))
    alike = log_p.max(list(sizes)) - log_p.min(list(sizes)) < ALIKE
    return log_p + ramp.where(alike, 0.0)
