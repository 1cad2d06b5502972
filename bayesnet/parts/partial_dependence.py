"""Partial dependence: the mean score over the test rows when one input is set to a value in all of them."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.contract import Part
from bayesnet.grading import MOST_TESTED, some_positions
from bayesnet.problems.network.activations import ACTIVATIONS, Activation
from bayesnet.problems.network.draws import Draws, by_input, draws_of
from bayesnet.problems.network.forward import BLOCK, blocks_of, hidden_inputs, output
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.training import test_inputs
from data import InputError


def partial_dependence(
    fit: xr.DataTree,
    *,
    points: int = 25,
    draws: int | None = 1000,
    prob: float = 0.95,
    block: int = BLOCK,
    inputs: Sequence[str] | None = None,
    tested: int | None = MOST_TESTED,
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
    inputs : sequence of str, optional
        Inputs of the network that are set, by default all.
    tested : int, optional
        Test rows to use where there are more of them, drawn at random and always the same; None for all.

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
    every, x = draws_of(fit["posterior"]), test_inputs(fit)
    total = len(every.b1)
    used = every if draws is None or draws >= total else every[np.linspace(0, total - 1, draws).astype(int)]
    names = fit["posterior"]["feature"].values.tolist()
    columns = [names.index(name) for name in (names if inputs is None else inputs)]
    grid = np.linspace(x.min(axis=0), x.max(axis=0), points, axis=1)[columns]  # (feature, point)
    x = x[some_positions(len(x), tested)]
    out = np.empty((len(used.b1), *grid.shape))
    for some in blocks_of(used, len(x), block):
        out[some] = _dependence(used[some], x, columns, grid, ACTIVATIONS[Network.of(fit).activation])
    result = by_input(out, ("feature", "point"), fit, "score", prob, inputs)
    mean, sd = (fit["constant_data"][name].values[columns, None] for name in ("feature_mean", "feature_sd"))
    value = grid * sd + mean
    result.attrs["draws"] = len(out)
    return result.assign_coords(point=np.arange(points), value=(("feature", "point"), value))


def _dependence(
    draws: Draws, x: np.ndarray, columns: list[int], grid: np.ndarray, activation: Activation
) -> np.ndarray:
    """Partial dependence of a block of draws on some columns of the rows `x`, `(sample, feature, point)`."""
    inputs = hidden_inputs(draws, x)  # (sample, hidden, row)
    out = np.empty((len(inputs), *grid.shape))
    for feature, (column, values) in enumerate(zip(columns, grid, strict=True)):
        weight = draws.w0[:, column, :, None]  # (sample, hidden, 1)
        others = inputs - weight * x[:, column]  # (sample, hidden, row)
        for point, value in enumerate(values):
            out[:, feature, point] = expit(output(activation.value(others + value * weight), draws)).mean(axis=1)
    return out


PART = Part(lambda c: c.of_own(partial(partial_dependence, inputs=c.inputs)))
