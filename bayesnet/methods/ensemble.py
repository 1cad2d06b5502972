"""Deep ensemble: the networks that the MLP's starts end in, one draw each."""

import numpy as np
import xarray as xr

from bayesnet.contract import Method
from bayesnet.methods import mlp


def fit_ensemble(fit: xr.DataTree) -> xr.DataTree:
    """The restarts of an MLP as the draws of one posterior, all of equal weight.

    Parameters
    ----------
    fit : xarray.DataTree
        Of the method `mlp`.

    Returns
    -------
    xarray.DataTree
        `posterior`: one chain with a draw for each start; `fit_stats`: see `fit_mlp`, and `averaged`, 1.

    Notes
    -----
    Source: Lakshminarayanan, Pritzel & Blundell (2017), NeurIPS, without the adversarial training. Its members differ
    by their starts alone; it is no sample of a posterior.
    """
    restarts = fit["restarts"].to_dataset()
    members = restarts.isel(draw=0, drop=True).rename(restart="draw").expand_dims(chain=[0])
    members = members.transpose("chain", "draw", ...).assign_coords(draw=np.arange(members.sizes["draw"]))
    return xr.DataTree.from_dict({"posterior": members, "fit_stats": fit["fit_stats"].to_dataset().assign(averaged=1)})


def diagnose_ensemble(fit: xr.DataTree) -> xr.Dataset:
    """`converged`: 1 where the optimiser of every member says so; `members`: their number."""
    converged = fit["fit_stats"]["converged"]
    return xr.Dataset({"converged": converged.min(), "members": converged.size})


METHOD = Method(
    name="ensemble",
    label="Ensemble",
    about="deep ensemble: the networks of all starts of the MLP, averaged",
    fit=fit_ensemble,
    diagnose=diagnose_ensemble,
    config=mlp.METHOD.config,
    quick=mlp.METHOD.quick,
    made_from="mlp",
)
