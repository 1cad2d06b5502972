"""Slip of each patch of the fault: its mean and sd by method, beside the true slip."""

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.problems import problem_of


def patch_slip(fit: xr.DataTree) -> xr.Dataset:
    """Mean and sd over draws of the slip of each patch.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd (along, down)` in m; a point estimate has no sd. Empty where the problem has no patches.
    """
    posterior = fit["posterior"].to_dataset()
    quantities = problem_of(fit).quantities(posterior, training_rows(fit))
    if "patch_slip" not in quantities:
        return xr.Dataset()
    slip = quantities["patch_slip"]
    draws = slip.sizes["chain"] * slip.sizes["draw"]
    sd = slip.std(("chain", "draw")).where(draws > 1)
    return xr.Dataset({"mean": slip.mean(("chain", "draw")), "sd": sd}).assign_attrs(units="m")


def _compute(c: Context) -> xr.Dataset:
    found = c.of_each(patch_slip)
    truth = c.problem.truth(c.data)
    if not found.data_vars or truth is None or "patch_slip" not in truth:
        return found
    return found.assign(truth=truth["patch_slip"].transpose("along", "down"))


PART = Part(_compute)
