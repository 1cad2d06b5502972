"""What a fit says about its inputs, in quantities that no symmetry of the hidden layer can touch.

Path products, gradients of the score and partial dependence are the same whatever the order, scale or sign of the
hidden units, so they need no alignment and can be compared between any two draws.
"""

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.draws import Draws, blocks, draws_of, summarise
from bayesnet.fitting import network_of, predicted_inputs
from bayesnet.network import ACTIVATIONS, LEAK
from data import InputError

BLOCK = 2**20  # hidden activations held at a time by default, 8 MiB

# derivative of each activation; at its kink a ReLU is taken as inactive
SLOPES = {
    "relu": lambda a: (a > 0).astype(float),
    "tanh": lambda a: 1.0 - np.tanh(a) ** 2,
    "sigmoid": lambda a: expit(a) * expit(-a),
    "leaky_relu": lambda a: np.where(a > 0, 1.0, LEAK),
    "softplus": expit,
}


def path_products(fit: xr.DataTree, *, prob: float = 0.95) -> xr.Dataset:
    """Sum over hidden units of w0_ij w1_j: the slope of the logit along input i where every unit has slope 1.

    Parameters
    ----------
    fit : xarray.DataTree
    prob : float
        Probability inside the interval.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `lower`, `upper (feature)` over draws, in logits per training sd of the input. A point estimate
        has a mean only, the others are NaN.

    Notes
    -----
    Source: the connection weight method of Olden & Jackson (2002), Ecol. Model. 154, 135-150, equation in table 1,
    applied to each draw.
    """
    draws = draws_of(fit["posterior"])
    out = summarise(np.einsum("sfh,sh->sf", draws.w0, draws.w1), ("feature",), prob)
    return _labelled(out, fit, "logit per sd of the input")


def input_sensitivities(fit: xr.DataTree, *, prob: float = 0.95, block: int = BLOCK) -> xr.Dataset:
    """Derivative of the score with respect to each input, averaged over the test rows.

    dp/dx_i = p (1 - p) sum_j act'(a_j) w0_ij w1_j, with a the inputs of the hidden units, by the chain rule.

    Parameters
    ----------
    fit : xarray.DataTree
    prob : float
        Probability inside the interval.
    block : int
        Hidden activations held at a time; bounds the memory and does not change the numbers.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `lower`, `upper (per, feature)` over draws. `per` is `sd`, change of the score per training sd of
        the input, or `unit`, per unit of the input in the catalogue (`units (feature)`, for example 1/MPa). A point
        estimate has a mean only, the others are NaN.

    Notes
    -----
    Source: the average marginal effect, Bartus (2005), Stata J. 5, 309-329, equation 2.
    """
    slope, activation = SLOPES[network_of(fit).activation], ACTIVATIONS[network_of(fit).activation][1]
    x, draws = predicted_inputs(fit).values, draws_of(fit["posterior"])
    out = np.empty((len(draws.b1), x.shape[1]))  # (sample, feature)
    for some in blocks(len(out), block // (len(x) * draws.b0.shape[1])):
        part = draws[some]
        inputs = x @ part.w0 + part.b0[:, None, :]  # (block, simulation, hidden)
        p = _score(activation(inputs), part)  # (block, simulation)
        active = np.einsum("sn,snh->sh", p * (1 - p), slope(inputs)) / len(x)  # (block, hidden)
        out[some] = np.einsum("sfh,sh->sf", part.w0, part.w1 * active)
    both = np.stack([out, out / fit["constant_data"]["feature_sd"].values], axis=1)  # (sample, per, feature)
    labelled = _labelled(summarise(both, ("per", "feature"), prob), fit, "score per sd, or per unit, of the input")
    return labelled.assign_coords(per=["sd", "unit"])


def partial_dependence(
    fit: xr.DataTree, *, points: int = 25, draws: int | None = 1000, prob: float = 0.95, block: int = BLOCK
) -> xr.Dataset:
    """Mean score over the test rows when one input is set to a value in all of them.

    Parameters
    ----------
    fit : xarray.DataTree
    points : int
        Values of each input, evenly spaced from its smallest to its largest among the test rows.
    draws : int, optional
        Evenly spaced draws to use where there are more of them; None for all.
    prob : float
        Probability inside the bands.
    block : int
        Hidden activations held at a time; bounds the memory and does not change the numbers.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `lower`, `upper (feature, point)` over draws, and the inputs' `value (feature, point)` in the
        catalogue's units (`units (feature)`). A point estimate has a mean only, the others are NaN. Rows made up this
        way can lie where no simulation does if inputs are correlated (Apley & Zhu 2020, J. R. Stat. Soc. B 82).

    Raises
    ------
    InputError
        For fewer than two points, or no draws.

    Notes
    -----
    Source: Friedman (2001), Ann. Stat. 29, 1189-1232, section 8.2; per draw what
    `sklearn.inspection.partial_dependence(method="brute", percentiles=(0, 1))` computes.
    """
    if points < 2:
        raise InputError(f"points must be at least 2, got {points}; use for example 25")
    if draws is not None and draws < 1:
        raise InputError(f"draws must be at least 1, got {draws}; use for example 1000, or None for all")
    every, x = draws_of(fit["posterior"]), predicted_inputs(fit).values
    total = len(every.b1)
    used = every if draws is None or draws >= total else every[np.linspace(0, total - 1, draws).astype(int)]
    grid = np.linspace(x.min(axis=0), x.max(axis=0), points, axis=1)  # (feature, point)
    out = np.empty((len(used.b1), *grid.shape))
    for some in blocks(len(out), block // (len(x) * used.b0.shape[1])):
        out[some] = _dependence(used[some], x, grid, network_of(fit).activation)
    labelled = _labelled(summarise(out, ("feature", "point"), prob), fit, "score")
    constant = fit["constant_data"]
    value = grid * constant["feature_sd"].values[:, None] + constant["feature_mean"].values[:, None]
    labelled.attrs["draws"] = len(out)
    return labelled.assign_coords(point=np.arange(points), value=(("feature", "point"), value))


def _dependence(draws: Draws, x: np.ndarray, grid: np.ndarray, name: str) -> np.ndarray:
    """Partial dependence of a block of draws, `(sample, feature, point)`."""
    activation = ACTIVATIONS[name][1]
    inputs = x @ draws.w0 + draws.b0[:, None, :]  # (sample, simulation, hidden)
    out = np.empty((len(inputs), *grid.shape))
    for feature, values in enumerate(grid):
        weight = draws.w0[:, None, feature, :]  # (sample, 1, hidden)
        others = inputs - x[:, feature, None] * weight  # (sample, simulation, hidden)
        for point, value in enumerate(values):
            out[:, feature, point] = _score(activation(others + value * weight), draws).mean(axis=1)
    return out


def _score(hidden: np.ndarray, draws: Draws) -> np.ndarray:
    """Probability of class 1 from the hidden layer `(sample, simulation, hidden)`, `(sample, simulation)`."""
    return expit((hidden @ draws.w1[:, :, None])[..., 0] + draws.b1[:, None])


def _labelled(out: xr.Dataset, fit: xr.DataTree, unit: str) -> xr.Dataset:
    feature = fit["posterior"]["feature"].values
    units = fit["predictions_constant_data"]["units"].sel(feature=feature)
    for variable in out.values():
        variable.attrs["units"] = unit
    return out.assign_coords(feature=feature, units=("feature", units.values))
