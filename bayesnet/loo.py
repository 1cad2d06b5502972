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
    """
    if "log_likelihood" not in fit.children:
        return None
    whole, stats = fit["log_likelihood"]["y"], fit["sample_stats"]  # whole: w log p (chain, draw, simulation)
    excess = stats["lp"] - stats["log_q"] if approximate(fit) else 0.0
    with warnings.catch_warnings():  # what ArviZ warns of is stored: the share of unreliable rows
        warnings.simplefilter("ignore", UserWarning)
        # of these densities the inverse is the ratio that is to be smoothed; their own sum means nothing
        ratios = az.loo(_with_densities(fit, _told_apart(whole - excess)), pointwise=True, var_name="y")
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
        train_simulation)`. The sum runs over distinct rows, each counted once: a row that stands for several equal ones
        is left out with all of them. `unreliable`: share of rows whose k-hat is above the limit for this number of
        draws, min(1 - 1/log10(draws), 0.7) (Vehtari et al. 2024, JMLR 25). k-hat is blind to scale: rows predicted with
        near certainty can exceed it while their ratios hardly vary. So `unreliable_nats` says how much of the ELPD lies
        in such rows, and `reliable` is 1 where that is below `elpd_se` / 10. For two sampled and reliable fits or more,
        of `az.compare`: `elpd_diff` to the best of them, its standard error `dse`, and the stacking `weight`.

        For a variational fit the ELPD is that of the exact posterior too, estimated from the approximation's draws (see
        `loo`): a check on a sampler's, not a score of the approximation. So what is compared, and `p_loo`, is NaN.
    """
    estimates = {name: result for name, fit in fits.items() if (result := loo(fit)) is not None}
    if not estimates:
        return xr.Dataset()
    results = [_estimate(result) for result in estimates.values()]
    table = xr.concat(results, dim=xr.Variable("method", list(estimates)))
    fair = {
        name: result
        for (name, result), reliable in zip(estimates.items(), table["reliable"].values, strict=True)
        if reliable and not result.approx_posterior
    }
    if len(fair) > 1:
        with warnings.catch_warnings():  # of unreliable rows, as above
            warnings.simplefilter("ignore", UserWarning)
            compared = az.compare(fair, round_to="none").reindex(list(estimates))
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
            "p_loo": np.nan if result.approx_posterior else float(result.p),
            "elpd_row": ("train_simulation", row),
            "pareto_k": ("train_simulation", k),
            "unreliable": float(bad.mean()),
            "unreliable_nats": nats,
            "reliable": int(nats < result.se / 10),
        },
        coords={"train_simulation": result.elpd_i["simulation"].values},
    )
