"""Draws of the parameters of each method and their true values, for a plot of every pair of them."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part

DRAWS = 500  # evenly spaced ones of each method
MOST = 12  # parameters; of more, pairs cannot be seen


def parameter_draws(fit: xr.DataTree, draws: int = DRAWS) -> xr.Dataset:
    """Some draws of the scalar variables of a model, all chains in one row.

    Parameters
    ----------
    fit : xarray.DataTree
    draws : int
        Evenly spaced draws to take where there are more of them.

    Returns
    -------
    xarray.Dataset
        `value (parameter, sample)` in the units of the model, and `chain (sample)`, which chain a draw is of; empty for
        a model without scalar variables or with more than 12.
    """
    posterior = fit["posterior"].to_dataset()
    names = [name for name, values in posterior.data_vars.items() if set(values.dims) == {"chain", "draw"}]
    if not 1 < len(names) <= MOST:
        return xr.Dataset()
    stacked = posterior[names].stack(sample=("chain", "draw"), create_index=False)
    kept = np.linspace(0, stacked.sizes["sample"] - 1, min(draws, stacked.sizes["sample"])).round().astype(int)
    some = stacked.isel(sample=kept)
    values = np.stack([some[name].values for name in names])
    return xr.Dataset(
        {"value": (("parameter", "sample"), values), "chain": ("sample", some["chain"].values.astype(float))},
        {"parameter": names, "sample": np.arange(len(kept))},
    )


def _compute(c: Context) -> xr.Dataset:
    found = c.of_each(parameter_draws)
    truth = c.problem.truth(c.data)
    if not found.data_vars or truth is None:
        return found
    names = [str(name) for name in found["parameter"].values]
    units = [str(truth[name].attrs.get("units", "")) if name in truth else "" for name in names]
    values = [float(truth[name]) if name in truth else np.nan for name in names]
    return found.assign(truth=("parameter", values)).assign_coords(units=("parameter", units))


PART = Part(_compute)
