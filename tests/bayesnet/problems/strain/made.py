"""Draws of a known posterior as a fit, without what no part of a strain rate needs."""

import json

import numpy as np
import xarray as xr

from bayesnet.contract import Gaussian, Problem


def drawn(problem: Problem, data: xr.Dataset, exact: Gaussian, draws: int = 300) -> xr.DataTree:
    """A fit whose draws are those of the posterior of the coefficients `z`."""
    rng, train = np.random.default_rng(0), problem.train(data, 0)
    z = exact.mean + rng.normal(size=(2, draws, len(exact.mean))) @ np.linalg.cholesky(exact.covariance).T
    coords = {"chain": [0, 1], "draw": np.arange(draws), "coefficient": np.arange(z.shape[-1])}
    posterior = xr.Dataset({"z": (("chain", "draw", "coefficient"), z)}, coords)
    groups = {"posterior": posterior, "observed_data": train[["y"]], "constant_data": train.drop_vars("y")}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {"problem": json.dumps(problem.settings()), "method": "exact"}
    return tree
