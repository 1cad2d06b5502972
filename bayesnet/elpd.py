"""Expected log predictive density by leave-one-out on the training rows, and how far it can be trusted."""

import warnings

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr


def loo(fit: xr.DataTree) -> az.ELPDData | None:
    """PSIS-LOO of one fit; None where there is no `log_likelihood`.

    For a variational fit the importance ratios also carry lp - log_q, which corrects the draws towards the posterior as
    far as they can be (Magnusson et al. 2019, ICML). A row that stands for several equal ones is left out with all of
    them.
    """
    if "log_likelihood" not in fit.children:
        return None
    with warnings.catch_warnings():  # what ArviZ warns of is stored: the share of unreliable rows
        warnings.simplefilter("ignore", UserWarning)
        if "log_q" in fit["sample_stats"]:
            stats = fit["sample_stats"]
            return az.loo_approximate_posterior(fit, stats["lp"], stats["log_q"], pointwise=True, var_name="y")
        return az.loo(fit, pointwise=True, var_name="y")


def elpd(fit: xr.DataTree) -> xr.Dataset:
    """Expected log predictive density of the training rows by PSIS-LOO (Vehtari, Gelman & Gabry 2017).

    Returns
    -------
    xarray.Dataset
        `elpd`, its standard error `elpd_se` and the effective number of parameters `p_loo`, in nats; of each training
        row `elpd_row` and `pareto_k (train_simulation)`; `unreliable`: share of rows whose k-hat is above the limit for
        this number of draws, min(1 - 1/log10(draws), 0.7) (Vehtari et al. 2024, JMLR 25); `reliable`: 1 where there is
        none. Empty for a point estimate.
    """
    result = loo(fit)
    if result is None:
        return xr.Dataset()
    k = np.asarray(result.pareto_k)
    unreliable = float((~(k <= result.good_k)).mean())
    return xr.Dataset(
        {
            "elpd": float(result.elpd),
            "elpd_se": float(result.se),
            "p_loo": float(result.p),
            "elpd_row": ("train_simulation", np.asarray(result.elpd_i)),
            "pareto_k": ("train_simulation", k),
            "unreliable": unreliable,
            "reliable": int(unreliable == 0),
        },
        coords={"train_simulation": fit["log_likelihood"]["simulation"].values},
    )


def compare_elpd(fits: dict[str, xr.DataTree]) -> pd.DataFrame:
    """`az.compare` of the fits that have a log likelihood: differences, their standard errors, stacking weights.

    The rows must be the same training rows; unlike the predictions, estimates of fits to different catalogues cannot be
    compared.
    """
    estimates = {name: result for name, fit in fits.items() if (result := loo(fit)) is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return az.compare(estimates, round_to="none") if len(estimates) > 1 else pd.DataFrame()
