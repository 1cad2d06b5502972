"""Independent draws of a known posterior as a fit, with what the parts of a page of tomography take from one."""

import json

import numpy as np
import xarray as xr

from bayesnet.contract import Gaussian
from bayesnet.problems.tomography import Tomography


def drawn(problem: Tomography, data: xr.Dataset, posterior: Gaussian, draws: int = 1500) -> xr.DataTree:
    """A fit whose draws are those of a Gaussian, beside as many of the prior."""
    rng, train, test = np.random.default_rng(0), problem.train(data, 0), problem.test(data)
    white = rng.normal(size=(2, draws, len(posterior.mean)))
    coords = {"chain": [0, 1], "draw": np.arange(draws), "coefficient": np.arange(white.shape[-1])}

    def group(z: np.ndarray) -> xr.Dataset:
        return xr.Dataset({"z": (("chain", "draw", "coefficient"), z)}, coords)

    known = group(posterior.mean + white @ np.linalg.cholesky(posterior.covariance).T)
    groups = {
        "posterior": known,
        "prior": group(rng.normal(size=white.shape)),
        "observed_data": train[["y"]],
        "constant_data": train.drop_vars("y"),
        "predictions": problem.predict(known, train, test).to_dataset(),
        "predictions_constant_data": test,
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {"problem": json.dumps(problem.settings()), "method": "exact"}
    return tree
