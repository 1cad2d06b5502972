"""Fits of fault problems made by hand: draws that scatter about the truth."""

import json

import numpy as np
import xarray as xr

from bayesnet.contract import Problem
from data.faults.observations import load_observations


def made_fit(
    problem: Problem, data: xr.Dataset, *, chains: int = 2, draws: int = 30, scatter: float = 0.01
) -> xr.DataTree:
    """A fit whose draws are the true values of the model's variables, each times 1 plus some noise."""
    rng = np.random.default_rng(0)
    train, test, truth = problem.train(data, 0), problem.test(data), problem.truth(data)
    names = [variable.name for variable in problem.model(train).free_RVs]
    posterior = xr.Dataset(
        {
            name: (
                ("chain", "draw", *truth[name].dims),
                truth[name].values * (1 + scatter * rng.normal(size=(chains, draws, *truth[name].shape))),
            )
            for name in names
        },
        truth[names].coords | {"chain": np.arange(chains), "draw": np.arange(draws)},
    )
    groups = {"posterior": posterior, "observed_data": train[["y"]], "constant_data": train.drop_vars("y")}
    groups["predictions"] = problem.predict(posterior, train, test).to_dataset()
    tree = xr.DataTree.from_dict(groups | {"predictions_constant_data": test})
    tree.attrs = {"problem": json.dumps(problem.settings()), "method": "nuts"}
    return tree


def observed(name: str) -> xr.Dataset:
    """The synthetic observations of a study."""
    return load_observations(name)
