"""Change of the expected log predictive density from the baseline to each run."""

import numpy as np
import xarray as xr

from bayesnet.context import along
from bayesnet.contract import Part, Problem
from bayesnet.fitting import training_rows
from bayesnet.loo import approximate
from bayesnet.runs import Runs

DENSITY = ("y", "weight", "sd")  # of training rows: what the density of an observation depends on


def elpd_changes(runs: Runs) -> xr.Dataset:
    """ELPD of each run minus that of the baseline, row by row (Vehtari, Gelman & Gabry 2017, section 5).

    Returns
    -------
    xarray.Dataset
        `elpd_diff (run, method)` and its standard error `dse`, in nats, for the runs that were fitted to the same
        training rows, labels and weights with the same likelihood: of others the densities are of different things.
        Only where both are `reliable`, and not of variational fits, whose ELPD is no score of theirs: see `elpd`.
    """
    comparisons, fits = runs.comparisons, runs.fits
    other, other_fits = comparisons[runs.baseline], fits[runs.baseline]
    found = {}
    for run, comparison in comparisons.items():
        both = [m for m in fits[run] if _reliable(comparison, m) and _reliable(other, m)]
        sampled = [m for m in both if not (approximate(fits[run][m]) or approximate(other_fits[m]))]
        alike = [m for m in sampled if _same_density(fits[run][m], other_fits[m])]
        if alike:
            at = {"method": alike}
            row = comparison["elpd"]["elpd_row"].sel(at) - other["elpd"]["elpd_row"].sel(at)
            n = row.sizes["train_simulation"]
            dse = np.sqrt(n * row.var("train_simulation"))
            found[run] = xr.Dataset({"elpd_diff": row.sum("train_simulation"), "dse": dse})
    return along("run", found) if len(found) > 1 else xr.Dataset()


def _reliable(comparison: xr.DataTree, method: str) -> bool:
    """Whether there is an ELPD, and it can be believed."""
    if "elpd" not in comparison.children or method not in comparison["elpd"]["method"].values:
        return False
    return bool(comparison["elpd"]["reliable"].sel({"method": method}))


def _same_density(fit: xr.DataTree, other: xr.DataTree) -> bool:
    """Whether the log likelihoods of two fits are of the same observations, and in the same unit."""
    mine, theirs = training_rows(fit), training_rows(other)
    alike = Problem.stored(fit).get("likelihood") == Problem.stored(other).get("likelihood")
    return alike and all(name in theirs and mine[name].identical(theirs[name]) for name in DENSITY if name in mine)


PART = Part(elpd_changes)
