"""Expected log predictive density by leave-one-out on the training rows, and how far it can be trusted."""

import warnings

import arviz as az
import numpy as np
import xarray as xr

ALIKE = 1e-12  # nats; draws whose log likelihoods of a row differ by less agree on it


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
        return az.loo(_told_apart(fit), pointwise=True, var_name="y")


def _told_apart(fit: xr.DataTree) -> xr.DataTree:
    """The fit, with draws that agree on a row told apart by less than counts: ArviZ refuses a tail of equal ratios.

    Where weights are large a row can have the log likelihood 0.0 in every draw; importance ratios of 1 are right there.
    """
    log_p = fit["log_likelihood"]["y"]
    sizes = {dim: log_p.sizes[dim] for dim in ("chain", "draw")}
    ramp = xr.DataArray(np.linspace(0, ALIKE, np.prod(list(sizes.values()))).reshape(*sizes.values()), dims=list(sizes))
    alike = log_p.max(list(sizes)) - log_p.min(list(sizes)) < ALIKE
    out = fit.copy()
    out["log_likelihood"] = xr.DataTree((log_p + ramp.where(alike, 0.0)).to_dataset(name="y"))
    return out


def elpd(fits: dict[str, xr.DataTree]) -> xr.Dataset:
    """Expected log predictive density of the training rows by PSIS-LOO (Vehtari, Gelman & Gabry 2017), compared.

    Parameters
    ----------
    fits : dict
        Fits of the same training rows by name. Those without a log likelihood (point estimates) are left out.

    Returns
    -------
    xarray.Dataset
        With a dimension `method`; empty where no fit has a log likelihood. `elpd`, its standard error `elpd_se` and the
        effective number of parameters `p_loo`, in nats; of each training row `elpd_row` and `pareto_k (method,
        train_simulation)`. `unreliable`: share of rows whose k-hat is above the limit for this number of draws,
        min(1 - 1/log10(draws), 0.7) (Vehtari et al. 2024, JMLR 25). k-hat is blind to scale: rows predicted with near
        certainty can exceed it while their ratios hardly vary. So `unreliable_nats` says how much of the ELPD lies in
        such rows, and `reliable` is 1 where that is below `elpd_se` / 10. For two fits or more, of `az.compare`:
        `elpd_diff` to the best, its standard error `dse`, and the stacking `weight`.
    """
    estimates = {name: result for name, fit in fits.items() if (result := loo(fit)) is not None}
    if not estimates:
        return xr.Dataset()
    results = [_estimate(result) for result in estimates.values()]
    table = xr.concat(results, dim=xr.Variable("method", list(estimates)))
    if len(estimates) > 1:
        with warnings.catch_warnings():  # of unreliable rows, as above
            warnings.simplefilter("ignore", UserWarning)
            compared = az.compare(estimates, round_to="none").loc[list(estimates)]
        for name in ("elpd_diff", "dse", "weight"):
            table[name] = "method", compared[name].to_numpy(dtype=float)
    return table


def _estimate(result: az.ELPDData) -> xr.Dataset:
    row, k = result.elpd_i.values, result.pareto_k.values
    bad = ~(k <= result.good_k)
    nats = float(np.abs(row[bad]).sum())
    return xr.Dataset(
        {
            "elpd": float(result.elpd),
            "elpd_se": float(result.se),
            "p_loo": float(result.p),
            "elpd_row": ("train_simulation", row),
            "pareto_k": ("train_simulation", k),
            "unreliable": float(bad.mean()),
            "unreliable_nats": nats,
            "reliable": int(nats < result.se / 10),
        },
        coords={"train_simulation": result.elpd_i["simulation"].values},
    )
