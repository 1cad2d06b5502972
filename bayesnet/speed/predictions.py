"""What predictions and importance of inputs cost, beside the bare matrix products that they consist of."""

import numpy as np
import xarray as xr

from bayesnet.parts.importance import DRAWS, permutation_importance, thinned
from bayesnet.problems.network import Network
from bayesnet.problems.network.draws import Draws, draws_of
from bayesnet.problems.network.forward import blocks_of
from bayesnet.problems.network.training import network_inputs
from bayesnet.speed.network import catalogue_and_rows, prior_fit
from bayesnet.speed.timing import in_turns, one_thread


def measure(hidden: int, draws: int, shuffles: int, repeats: int, seed: int) -> xr.Dataset:
    """Time the prediction of all test rows by many draws, and the importance of every input.

    Parameters
    ----------
    hidden : int
        Hidden units of the network.
    draws : int
        Draws that predict; importance takes as many of them as in a comparison.
    shuffles : int
        Of each input, for its importance.
    repeats : int
        Timings of each, taken in turns.
    seed : int
        Of the draws, which are the prior's, and of the shuffles.

    Returns
    -------
    xarray.Dataset
        `seconds` and `products` (of the bare products, median over repeats) and their ratio `times`, by `what`:
        `prediction`, of which the products are those of both layers, and `importance`, those of both layers again for
        every shuffle of every input.
    """
    network = Network(hidden=hidden)
    catalogue, train, test = catalogue_and_rows(network)
    fit = prior_fit(network, train, draws, seed)
    posterior, x = fit["posterior"].to_dataset(), network_inputs(train, test).values
    every, some = draws_of(posterior), draws_of(thinned(posterior, DRAWS))
    again = 1 + shuffles * train.sizes["feature"]
    with one_thread():
        predicted = in_turns(
            {
                "seconds": lambda: network.predict(posterior, train, test),
                "products": lambda: _products(every, x),
            },
            repeats,
        )
        important = in_turns(
            {
                "seconds": lambda: permutation_importance(
                    fit, catalogue, metric="log_score", repeats=shuffles, seed=seed
                ),
                "products": lambda: [_products(some, x) for _ in range(again)],
            },
            repeats,
        )
    taken = {"prediction": predicted, "importance": important}
    found = xr.Dataset(
        {
            name: ("what", [float(np.median(of_what[name])) for of_what in taken.values()])
            for name in ("seconds", "products")
        },
        {"what": list(taken)},
    )
    return found.assign(times=found["seconds"] / found["products"])


def _products(draws: Draws, x: np.ndarray) -> None:
    """Inputs times the weights of the hidden layer, and what it holds times those of the output, of every draw."""
    for some in blocks_of(draws, len(x)):
        part = draws[some]
        _ = part.w1[:, None, :] @ (part.w0.transpose(0, 2, 1) @ x.T)
