"""What samplers share: the models that they refuse, the draws that they keep, their density, and steps in numbers."""

from collections.abc import Callable, Mapping

import numpy as np
import pymc as pm
import xarray as xr
from arviz import bfmi

from data import InputError


def refuse_discrete(model: pm.Model, method: str) -> None:
    """Refuse a model that has no gradient in some of its variables.

    Raises
    ------
    InputError
        For a model with discrete variables.
    """
    if model.discrete_value_vars:
        names = ", ".join(variable.name for variable in model.discrete_value_vars)
        raise InputError(f"{method} needs continuous variables, got the discrete {names}; leave the method out")


def thinned(draws: xr.Dataset, thin: int) -> xr.Dataset:
    """Every `thin`-th draw, renumbered."""
    kept = draws.isel(draw=slice(thin - 1, None, thin))
    return kept.assign_coords(draw=range(kept.sizes["draw"]))


def step_statistics(energy: xr.DataArray, diverged: xr.DataArray, cut: xr.DataArray) -> xr.Dataset:
    """Statistics of every step that was made, of arrays `(chain, draw)`.

    Returns
    -------
    xarray.Dataset
        `divergences`, energy Bayesian fraction of missing information `bfmi` and `at_max_depth (chain)`, the share of
        trajectories `cut` off at their largest length; the `energy (chain, step)`: its changes from step to step mean
        nothing between thinned draws.
    """
    return xr.Dataset(
        {
            "divergences": diverged.sum("draw"),
            "bfmi": bfmi(energy),
            "at_max_depth": cut.mean("draw"),
            "energy": energy.rename(draw="step"),
        }
    )


def log_densities(
    model: pm.Model, values: Mapping[str, np.ndarray], check_interrupt: Callable[..., None]
) -> np.ndarray:
    """Log density in nats `(chain, draw)` of the unconstrained variables `(chain, draw, ...)` of a model, by name."""
    log_p = model.compile_logp()
    lp = np.empty(next(iter(values.values())).shape[:2])
    for at in np.ndindex(lp.shape):
        check_interrupt()
        lp[at] = log_p({name: of_one[at] for name, of_one in values.items()})
    return lp
