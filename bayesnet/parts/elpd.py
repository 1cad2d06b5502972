"""Expected log predictive density of the training rows by leave-one-out, and whether it can be believed."""

import warnings
from collections.abc import Mapping

import arviz as az
import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.loo import loo, with_exact_rows

MOST_LEFT_OUT = 10_000  # training rows that are left out in turn, where there are more


def elpd(fits: Mapping[str, xr.DataTree], *, exact: Mapping[str, Mapping[int, float]] | None = None) -> xr.Dataset:
    """Expected log predictive density of the training rows by PSIS-LOO (Vehtari, Gelman & Gabry 2017), compared.

    Parameters
    ----------
    fits : dict
        Fits of the same training rows by name. Those without a log likelihood (point estimates) are left out.
    exact : mapping, optional
        Of some fits, by name, exact log densities of some rows by their number, to be used in place of the estimates:
        see `left_out_density`.

    Returns
    -------
    xarray.Dataset
        With a dimension `method`; empty where no fit has a log likelihood. `elpd`, its standard error `elpd_se` and the
        effective number of parameters `p_loo`, in nats; of each training row `elpd_row` and `pareto_k (method,
        train_simulation)`, and `k_limit`, up to which k-hat is good. The sum runs over distinct rows, each counted
        once: a row that stands for several equal ones is left out with all of them. Of more than 10,000 rows so many
        are left out, drawn at random and always the same, and the sum is over these. `unreliable`: share of rows whose
        k-hat is above the limit for this number of draws, min(1 - 1/log10(draws), 0.7) (Vehtari et al. 2024, JMLR 25).
        k-hat is blind to scale: rows predicted with near certainty can exceed it while their ratios hardly vary. So
        `unreliable_nats` says how much of the ELPD lies in such rows, and `reliable` is 1 where that is below `elpd_se`
        / 10. Of `az.compare`: `elpd_diff` to the best of the sampled and reliable fits and its standard error `dse`,
        where they are several; the `weight` of `stacking`, of the sampled fits, where they are several.

        For a variational fit the ELPD is that of the exact posterior too, estimated from the approximation's draws (see
        `loo`): a check on a sampler's, not a score of the approximation. So what is compared, and `p_loo`, is NaN.
    """
    estimates = {name: result for name, fit in fits.items() if (result := loo(fit, MOST_LEFT_OUT)) is not None}
    if not estimates:
        return xr.Dataset()
    estimates |= {name: with_exact_rows(estimates[name], rows) for name, rows in (exact or {}).items()}
    results = [_estimate(result) for result in estimates.values()]
    table = xr.concat(results, dim=xr.Variable("method", list(estimates)))
    sampled = {name: result for name, result in estimates.items() if not result.approx_posterior}
    reliable = {name: result for name, result in sampled.items() if table["reliable"].sel({"method": name})}
    return table.assign(_compared(reliable, table, "elpd_diff", "dse") | _compared(sampled, table, "weight"))


def _compared(estimates: Mapping[str, az.ELPDData], table: xr.Dataset, *columns: str) -> dict[str, tuple]:
    """Columns of `az.compare`, NaN of methods of the table that are not compared; none for fewer than two."""
    if len(estimates) < 2:
        return {}
    with warnings.catch_warnings():  # of rows whose k-hat is high, which are stored
        warnings.simplefilter("ignore", UserWarning)
        found = az.compare(estimates, round_to="none").reindex(table["method"].values)
    return {name: ("method", found[name].to_numpy(dtype=float)) for name in columns}


def _estimate(result: az.ELPDData) -> xr.Dataset:
    row, k = result.elpd_i.values, result.pareto_k.values
    bad = ~(k <= result.good_k)
    nats = float(np.abs(row[bad]).sum())
    return xr.Dataset(
        {
            "elpd": float(result.elpd),
            "elpd_se": float(result.se),
            "p_loo": np.nan if result.approx_posterior else float(result.p),
            "elpd_row": ("train_simulation", row),
            "pareto_k": ("train_simulation", k),
            "k_limit": float(result.good_k),
            "unreliable": float(bad.mean()),
            "unreliable_nats": nats,
            "reliable": int(nats < result.se / 10),
        },
        coords={"train_simulation": result.elpd_i["simulation"].values},
    )


PART = Part(lambda c: elpd(c.fits), across=("elpd", "elpd_se", "p_loo", "unreliable", "unreliable_nats", "reliable"))
