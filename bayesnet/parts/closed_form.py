"""How far each fit is from the posterior where that is known in closed form, and whether that is near enough."""

import arviz as az
import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Gaussian, Part
from bayesnet.fitting import training_rows
from bayesnet.loo import approximate
from bayesnet.parameters import flattened
from bayesnet.problems.gaussian import divergence, mean_field_optimum

MEAN_ERRORS = 4.0  # Monte Carlo standard errors that the mean of a sampler may be off
SD_ERROR = 0.05  # share that an sd may be off, of a sampler from the posterior's, of a variational fit from its optimum
ELBO_ERROR = 0.5  # nats that an ELBO may be off its optimum
CHECKS = {
    "mean": f"every mean within {MEAN_ERRORS:.0f} Monte Carlo standard errors",
    "sd": f"every sd within {100 * SD_ERROR:.0f} % of the posterior's",
    "sd_optimum": f"every sd within {100 * SD_ERROR:.0f} % of the best that the family allows",
    "elbo": f"ELBO within {ELBO_ERROR} nats of the best that the family allows",
}


def closed_form(fit: xr.DataTree, exact: Gaussian, names: list[str]) -> xr.Dataset:
    """Errors of one fit of a problem whose posterior is known.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    exact : Gaussian
        The posterior.
    names : list of str
        Free variables of the model, in the order of `exact`.

    Returns
    -------
    xarray.Dataset
        Of a variational fit by its Gaussian, of others by their draws: `mean_error_sd (parameter)`, mean minus the
        exact one in sds of the posterior; `sd_ratio (parameter)`: sd over the exact one. Of a sampler `mean_error_mcse
        (parameter)`: the error of its mean in Monte Carlo standard errors. Of a variational fit `kl`: KL(q ||
        posterior) in nats; `elbo`: log evidence minus that, so without Monte Carlo error; `elbo_estimate` from draws
        and its standard error `elbo_se`; `elbo_optimum`: the highest ELBO that independent
        Gaussians can have (see `mean_field_optimum`), with a full covariance the log evidence; `sd_ratio_optimum
        (parameter)`: sd over that of this optimum. Of a method that estimates the evidence `log_evidence_error`, nats
        above the exact one. Largest absolute errors: `mean_error_sd_max`,
        `mean_error_mcse_max`, `sd_error_max`, `sd_error_optimum_max`. `within (check)`: 1 where a check of `CHECKS` is
        passed, 0 where not, NaN where it is not asked of the method.
    """
    draws = flattened(fit["posterior"].to_dataset(), names)
    found = _variational(fit, exact, draws) if approximate(fit) else _drawn(fit, exact, draws)
    worst = {f"{name}_max": np.abs(found[name]).max() for name in ("mean_error_sd", "mean_error_mcse") if name in found}
    ratios = {"sd_ratio": "sd_error_max", "sd_ratio_optimum": "sd_error_optimum_max"}
    worst |= {key: np.abs(found[name] - 1).max() for name, key in ratios.items() if name in found}
    found = found.assign(worst)
    if "log_evidence" in fit.get("fit_stats", {}):
        found = found.assign(log_evidence_error=fit["fit_stats"]["log_evidence"] - exact.log_evidence)
    return found.assign_coords(check=list(CHECKS)).assign(within=("check", [_within(found, check) for check in CHECKS]))


def _drawn(fit: xr.DataTree, exact: Gaussian, draws: xr.DataArray) -> xr.Dataset:
    """Errors of the mean and sd of draws; a single one has no sd, and no Monte Carlo error."""
    mean, several = draws.mean(("chain", "draw")), draws.sizes["chain"] * draws.sizes["draw"] > 1
    sd = draws.std(("chain", "draw"), ddof=1) if several else xr.full_like(mean, np.nan)
    found = _errors(mean, sd, exact)
    return found.assign(mean_error_mcse=(mean - exact.mean) / az.mcse(draws)) if several else found


def _variational(fit: xr.DataTree, exact: Gaussian, draws: xr.DataArray) -> xr.Dataset:
    """Errors of a Gaussian, and how far it is from the best of its family."""
    own, stats = fit["fit"].to_dataset().sel(parameter=draws["parameter"].values), fit["fit_stats"].to_dataset()
    best = int(stats["elbo"].values.argmax())
    if "covariance" in own:
        covariance = own["covariance"].sel(parameter_=draws["parameter"].values).values
        sds, elbo = np.sqrt(np.diag(exact.covariance)), exact.log_evidence
    else:
        covariance = np.diag(own["sd"].values ** 2)
        sds, elbo = mean_field_optimum(exact)
    kl = divergence(own["mean"].values, covariance, exact)
    return _errors(own["mean"], own["sd"], exact).assign(
        kl=kl,
        elbo=exact.log_evidence - kl,
        elbo_estimate=float(stats["elbo"][best]),
        elbo_se=float(stats["elbo_se"][best]),
        elbo_optimum=elbo,
        sd_ratio_optimum=own["sd"] / sds,
    )


def _errors(mean: xr.DataArray, sd: xr.DataArray, exact: Gaussian) -> xr.Dataset:
    known = np.sqrt(np.diag(exact.covariance))
    return xr.Dataset({"mean_error_sd": (mean - exact.mean) / known, "sd_ratio": sd / known})


def _within(found: xr.Dataset, check: str) -> float:
    """Whether a fit passes a check, NaN where it is not asked of it."""
    sampler, variational = "mean_error_mcse" in found, "kl" in found
    if check == "mean":
        return float(found["mean_error_mcse_max"] <= MEAN_ERRORS) if sampler else np.nan
    if check == "sd":
        return float(found["sd_error_max"] <= SD_ERROR) if sampler else np.nan
    if check == "sd_optimum":
        return float(found["sd_error_optimum_max"] <= SD_ERROR) if variational else np.nan
    return float(abs(found["elbo"] - found["elbo_optimum"]) <= ELBO_ERROR) if variational else np.nan


def _compute(c: Context) -> xr.Dataset:
    train = training_rows(c.fits[c.reference])
    exact = c.problem.exact(train)
    if exact is None:
        return xr.Dataset()
    names = [variable.name for variable in c.problem.model(train).free_RVs]
    found = c.of_own(lambda fit: closed_form(fit, exact, names))
    return found.assign(
        log_evidence=exact.log_evidence,
        exact_mean=("parameter", exact.mean),
        exact_sd=("parameter", np.sqrt(np.diag(exact.covariance))),
    ).assign_coords(label=("check", list(CHECKS.values())))


PART = Part(
    _compute,
    across=(
        "mean_error_sd_max",
        "mean_error_mcse_max",
        "sd_error_max",
        "sd_error_optimum_max",
        "kl",
        "elbo",
        "elbo_optimum",
        "log_evidence_error",
        "within",
        "log_evidence",
    ),
)
