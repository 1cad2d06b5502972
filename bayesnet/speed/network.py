"""The network whose speed is measured: as the toolkit writes it, and as anybody would write it in PyMC."""

import json

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.problems.network import Network
from bayesnet.problems.network.activations import ACTIVATIONS
from data import load_catalogue

CATALOGUE = "rupture2d"  # comes with the program


def catalogue_and_rows(network: Network) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """The catalogue, what the network is trained on, and its test rows."""
    catalogue = load_catalogue(CATALOGUE)
    return catalogue, network.train(catalogue, 0), network.test(catalogue)


def plain_model(network: Network, train: xr.Dataset) -> pm.Model:
    """The posterior of `network.model(train)`, with rows of weight 1, in PyMC's own words: PyTensor's graph.

    Free variables of the same names and shapes, so that the draws of both can be treated alike.
    """
    coords = {"feature": train["feature"].values, "hidden": np.arange(network.hidden)}
    with pm.Model(coords=coords) as model:
        w0 = pm.Normal("w0", 0, network.prior_sd, dims=("feature", "hidden"))
        b0 = pm.Normal("b0", 0, network.prior_sd, dims="hidden")
        w1 = pm.Normal("w1", 0, network.prior_sd, dims="hidden")
        b1 = pm.Normal("b1", 0, network.prior_sd)
        hidden = ACTIVATIONS[network.activation].symbol(train["x"].values @ w0 + b0)
        pm.Bernoulli("y", logit_p=hidden @ w1 + b1, observed=train["y"].values)
    return model


def prior_fit(network: Network, train: xr.Dataset, draws: int, seed: int) -> xr.DataTree:
    """A fit whose draws are some of the prior's, for timings of what is done with a fit."""
    rng, sizes = np.random.default_rng(seed), {"hidden": network.hidden, "feature": train.sizes["feature"]}
    dims = {"w0": ("feature", "hidden"), "b0": ("hidden",), "w1": ("hidden",), "b1": ()}
    posterior = xr.Dataset(
        {
            name: (("chain", "draw", *own), rng.normal(size=(1, draws, *(sizes[dim] for dim in own))))
            for name, own in dims.items()
        },
        {"chain": [0], "draw": range(draws), "feature": train["feature"].values, "hidden": range(network.hidden)},
    )
    fit = xr.DataTree.from_dict({"posterior": posterior, "constant_data": train.drop_vars("y")})
    fit.attrs["problem"] = json.dumps(network.settings())
    return fit
