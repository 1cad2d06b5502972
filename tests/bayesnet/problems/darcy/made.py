"""Draws made by hand as a fit of the problem `darcy`, with what the parts of its page take from one."""

import json

import numpy as np
import xarray as xr

from bayesnet.problems.darcy import Darcy
from data.darcy.heads import MODES, modes


def true_amounts(data: xr.Dataset) -> np.ndarray:
    """Amounts of the modes that the truth is made of."""
    return np.linalg.lstsq(modes(), data["log_permeability"].values.ravel(), rcond=None)[0]


def group(z: np.ndarray) -> xr.Dataset:
    """Draws of the amounts `(chain, draw, mode)`."""
    coords = {"chain": np.arange(z.shape[0]), "draw": np.arange(z.shape[1]), "mode": np.arange(MODES)}
    return xr.Dataset({"z": (("chain", "draw", "mode"), z)}, coords)


def drawn(data: xr.Dataset, sd: float, shift: float = 0.0, draws: int = 300) -> xr.DataTree:
    """A fit whose amounts scatter with an sd about the true ones, or about a shift from them, beside prior draws."""
    rng, problem = np.random.default_rng(0), Darcy()
    train, test = problem.train(data, 0), problem.test(data)
    white = rng.normal(size=(2, draws, MODES))
    posterior = group(true_amounts(data) + shift + sd * white)
    groups = {
        "posterior": posterior,
        "prior": group(rng.normal(size=white.shape)),
        "observed_data": train[["y"]],
        "constant_data": train.drop_vars("y"),
        "predictions": problem.predict(posterior, train, test).to_dataset(),
        "predictions_constant_data": test,
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {"problem": json.dumps(problem.settings()), "method": "nuts"}
    return tree
