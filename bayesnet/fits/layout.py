"""The layout that every fit shares: weights of a point estimate as a posterior of one chain and one draw."""

import numpy as np
import xarray as xr

from bayesnet.draws import DIMS


def posterior_tree(weights: dict[str, np.ndarray], feature: np.ndarray) -> xr.DataTree:
    """Group `posterior` from one set of weights.

    Parameters
    ----------
    weights : dict
        w0 of shape (n_features, n_hidden), b0 and w1 of shape (n_hidden,), b1 a number.
    feature : ndarray of shape (n_features,)
        Names of the inputs.
    """
    variables = {name: (("chain", "draw", *DIMS[name]), np.asarray(weights[name])[None, None]) for name in DIMS}
    coords = {"chain": [0], "draw": [0], "feature": feature, "hidden": np.arange(len(weights["b0"]))}
    return xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords)})
