"""What each run changes: every method compared with itself in the other runs, on the same test rows."""

import numpy as np
import xarray as xr

from bayesnet.context import along
from bayesnet.contract import Part
from bayesnet.grading import holm
from bayesnet.parts.differences import paired_differences
from bayesnet.runs import Runs


def changes(runs: Runs) -> xr.Dataset:
    """Paired differences of each method between the runs that have it.

    Returns
    -------
    xarray.Dataset
        As `paired_differences` of each method, with the dimensions `method`, `run` and `other` (a run too):
        `difference (method, run, other, metric)` is the grade in `run` minus that in `other`. `holm_p (method, run,
        other, metric)`: `p` adjusted for the number of runs and methods that are compared with `other` in this metric.
    """
    found = {}
    for method in runs.methods:
        having = {run: of_run[method] for run, of_run in runs.fits.items() if method in of_run}
        if len(having) > 1:
            paired = paired_differences(having, seed=runs.seed)
            of_classes = {"only_method_right": "only_run_right"} if "only_method_right" in paired else {}
            found[method] = paired.rename({"method": "run"} | of_classes)
    beside = along("method", found)
    if not beside.data_vars:
        return beside
    beside = beside.reindex({"run": list(runs.fits), "other": list(runs.fits)})
    return beside.assign(holm_p=_adjusted(beside["p"]))


def _adjusted(p: xr.DataArray) -> xr.DataArray:
    """Holm's adjustment over all runs and methods, separately for each run that they are compared with and metric."""
    others = p.where(p["run"] != p["other"]).transpose("other", "metric", "method", "run")
    return others.copy(data=np.stack([[holm(of_metric) for of_metric in of_other] for of_other in others.values]))


PART = Part(changes)
