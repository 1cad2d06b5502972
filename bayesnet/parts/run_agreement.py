"""Agreement of every fit of several runs with the reference of the baseline."""

import xarray as xr

from bayesnet.context import along
from bayesnet.contract import Part
from bayesnet.parts.agreement import predictive_agreement
from bayesnet.runs import Runs

KEPT = ("class_agreement", "mean_total_variation", "mean_wasserstein", "mean_wasserstein_sd", "mean_sd_ratio")


def run_agreement(runs: Runs) -> xr.Dataset:
    """Agreement with the baseline's reference, `(run, method)`: see `predictive_agreement`."""
    reference = runs.fits[runs.baseline][runs.comparisons[runs.baseline].attrs["reference"]]
    return along("run", {run: _of_run(of_run, reference) for run, of_run in runs.fits.items()})


def _of_run(fits, reference: xr.DataTree) -> xr.Dataset:
    found = {method: predictive_agreement(fit, reference) for method, fit in fits.items()}
    return along("method", {m: one[[name for name in KEPT if name in one]] for m, one in found.items()})


PART = Part(run_agreement)
