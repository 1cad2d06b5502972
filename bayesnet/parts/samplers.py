"""Whether samplers that draw from the same posterior agree, within the Monte Carlo error of both."""

import arviz as az
import numpy as np
import xarray as xr
from scipy.stats import norm

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.diagnostics import sampled
from bayesnet.methods import METHODS

CHANCE = 0.05  # of two samplers of one posterior to be told apart in any of the quantities


def sampler_differences(one: xr.DataArray, other: xr.DataArray) -> xr.Dataset:
    """Posterior means and sds of two samplers, in standard errors of their difference.

    Parameters
    ----------
    one, other : xarray.DataArray
        Draws of the same quantities, `(chain, draw, <one more dimension>)`, from two samplers of one posterior.

    Returns
    -------
    xarray.Dataset
        Of each quantity `mean_errors` and `sd_errors`: difference divided by its Monte Carlo standard error (Vehtari
        et al. 2021, Bayesian Analysis 16); NaN where no draws vary. `largest`: of all their absolute values; `limit`:
        what chance exceeds in any of them with a probability of at most 0.05 (Bonferroni); `agree`: 1 where `largest`
        keeps to `limit`.
    """
    found = xr.Dataset()
    for name, value in {"mean": _mean, "sd": _sd}.items():
        with np.errstate(invalid="ignore"):  # of draws that do not vary
            error = np.hypot(az.mcse(one, method=name), az.mcse(other, method=name))
        found[f"{name}_errors"] = (value(one) - value(other)) / error.where(error > 0)
    errors = np.abs(np.concatenate([np.ravel(values) for values in found.data_vars.values()]))
    errors = errors[np.isfinite(errors)]
    limit = norm.isf(CHANCE / 2 / max(1, errors.size))
    largest = errors.max(initial=0.0)
    return found.assign(largest=largest, limit=limit, agree=int(largest <= limit))


def _mean(draws: xr.DataArray) -> xr.DataArray:
    return draws.mean(("chain", "draw"))


def _sd(draws: xr.DataArray) -> xr.DataArray:
    return draws.std(("chain", "draw"), ddof=1)


def _compute(c: Context) -> xr.Dataset:
    samplers = {
        name: fit
        for name, fit in c.own.items()
        if name in METHODS and METHODS[name].diagnose is sampled and fit["posterior"].sizes["chain"] > 1
    }
    reference = samplers.pop(c.reference, None)
    if reference is None:
        return xr.Dataset()
    known = c.problem.monitored(reference)
    found = {name: sampler_differences(c.problem.monitored(fit), known) for name, fit in samplers.items()}
    return along("method", found)


PART = Part(_compute, across=("largest", "limit", "agree"))
