"""The one forward pass of the network over stored draws, in numpy: logits, slopes, and what a single unit adds."""

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.problems.network.activations import Activation
from bayesnet.problems.network.draws import Draws, blocks, draws_of

BLOCK = 2**18  # hidden activations held at a time, 2 MiB: more leave a core's cache, fewer wait for numpy


def hidden_inputs(draws: Draws, x: np.ndarray) -> np.ndarray:
    """Inputs of the hidden units, x w0 + b0: `(sample, hidden, row)` for standardised inputs `(row, feature)`."""
    return draws.w0.transpose(0, 2, 1) @ x.T + draws.b0[..., None]


def output(hidden: np.ndarray, draws: Draws) -> np.ndarray:
    """Logit of the score, w1 . hidden + b1: `(sample, row)` for a hidden layer `(sample, hidden, row)`."""
    return (draws.w1[:, None, :] @ hidden)[:, 0] + draws.b1[:, None]


def blocks_of(draws: Draws, n_rows: int, block: int = BLOCK) -> list[slice]:
    """Slices of the samples whose hidden layers hold at most `block` numbers together."""
    return list(blocks(len(draws.b1), block // (n_rows * draws.b0.shape[1])))


def logits(posterior: xr.Dataset, x: xr.DataArray, activation: Activation) -> xr.DataArray:
    """Logit of the score of every draw at every row.

    Parameters
    ----------
    posterior : xarray.Dataset
        `w0 (chain, draw, feature, hidden)`, `b0`, `w1 (chain, draw, hidden)`, `b1 (chain, draw)`.
    x : xarray.DataArray
        Standardised inputs `(simulation, feature)`.
    activation : Activation

    Returns
    -------
    xarray.DataArray
        `(chain, draw, simulation)`.
    """
    draws, inputs = draws_of(posterior), x.transpose("simulation", "feature").values
    out = np.empty((len(draws.b1), len(inputs)))
    for some in blocks_of(draws, len(inputs)):
        part = draws[some]
        out[some] = output(activation.value(hidden_inputs(part, inputs)), part)
    shape = (posterior.sizes["chain"], posterior.sizes["draw"], len(inputs))
    coords = {name: posterior[name].values for name in ("chain", "draw")} | {"simulation": x["simulation"].values}
    return xr.DataArray(out.reshape(shape), coords=coords, dims=("chain", "draw", "simulation"), name="logit")


def mean_slopes(draws: Draws, x: np.ndarray, activation: Activation, block: int = BLOCK) -> np.ndarray:
    """Derivative of the score with respect to each input, averaged over rows: `(sample, feature)`.

    dp/dx_i = p (1 - p) sum_j act'(a_j) w0_ij w1_j, with a the inputs of the hidden units, by the chain rule. The mean
    over rows is the average marginal effect (Bartus 2005, Stata J. 5, 309-329, equation 2).
    """
    out = np.empty((len(draws.b1), x.shape[1]))
    for some in blocks_of(draws, len(x), block):
        part = draws[some]
        inputs = hidden_inputs(part, x)
        p = expit(output(activation.value(inputs), part))  # (sample, row)
        active = (activation.slope(inputs) @ (p * (1 - p))[..., None])[..., 0] / len(x)  # (sample, hidden)
        out[some] = np.einsum("sfh,sh->sf", part.w0, part.w1 * active)
    return out


def path_products(draws: Draws) -> np.ndarray:
    """Sum over hidden units of w0_ij w1_j: `(sample, feature)` (Olden & Jackson 2002, Ecol. Model. 154, table 1)."""
    return np.einsum("sfh,sh->sf", draws.w0, draws.w1)


def unit_reach(posterior: xr.Dataset, x: np.ndarray, activation: Activation) -> np.ndarray:
    """Range over rows of w1 act(x w0 + b0) of each unit as drawn, `(chain, draw, hidden)`, in logits."""
    draws = draws_of(posterior)
    reach = np.empty_like(draws.b0)
    for some in blocks_of(draws, len(x)):
        reach[some] = np.ptp(activation.value(hidden_inputs(draws[some], x)), axis=2)
    return (reach * np.abs(draws.w1)).reshape(posterior.sizes["chain"], posterior.sizes["draw"], -1)
