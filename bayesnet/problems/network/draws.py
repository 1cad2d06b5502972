"""Draws of a fit as plain arrays, all chains in one row, and the summary of a quantity that has one value per draw."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayesnet.problems.network.training import input_units
from data import InputError

DIMS = {"w0": ("feature", "hidden"), "b0": ("hidden",), "w1": ("hidden",), "b1": ()}  # of each group of weights


class Draws(NamedTuple):
    """Weights of every draw, chain after chain."""

    w0: np.ndarray  # (sample, feature, hidden)
    b0: np.ndarray  # (sample, hidden)
    w1: np.ndarray  # (sample, hidden)
    b1: np.ndarray  # (sample,)

    def __getitem__(self, index: slice) -> "Draws":
        """Some of the samples, as `Draws`."""
        return Draws(*(array[index] for array in tuple(self)))


def draws_of(posterior: xr.Dataset | xr.DataTree) -> Draws:
    """Weights of a posterior in the layout of a fit."""
    weights = posterior.dataset if isinstance(posterior, xr.DataTree) else posterior
    arrays = [weights[name].transpose("chain", "draw", *DIMS[name]).values for name in Draws._fields]
    return Draws(*(array.reshape(array.shape[0] * array.shape[1], *array.shape[2:]) for array in arrays))


def blocks(samples: int, size: int) -> Iterator[slice]:
    """Slices of at most `size` samples, at least one, that cover all of them."""
    step = max(1, size)
    return (slice(start, start + step) for start in range(0, samples, step))


def summarise(values: np.ndarray, dims: tuple[str, ...], prob: float = 0.95) -> xr.Dataset:
    """Mean, sd and equal-tailed interval over draws.

    Parameters
    ----------
    values : ndarray of shape (n_samples, ...)
        A value of the quantity a draw.
    dims : tuple of str
        Names of the dimensions after the first.
    prob : float
        Probability inside the interval, between 0 and 1.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd` (divisor n - 1), `lower`, `upper`, each of dimensions `dims`. A point estimate, with one sample,
        has a mean only: the others are NaN.

    Raises
    ------
    InputError
        For a `prob` outside (0, 1).
    """
    if not 0 < prob < 1:
        raise InputError(f"prob must lie between 0 and 1, got {prob}; use for example 0.95")
    mean = values.mean(axis=0)
    if len(values) > 1:
        sd = values.std(axis=0, ddof=1)
        lower, upper = np.quantile(values, [(1 - prob) / 2, (1 + prob) / 2], axis=0)
    else:
        sd = lower = upper = np.full_like(mean, np.nan)
    parts = {"mean": mean, "sd": sd, "lower": lower, "upper": upper}
    return xr.Dataset({name: (dims, part) for name, part in parts.items()}, attrs={"prob": prob})


def by_input(
    values: np.ndarray,
    dims: tuple[str, ...],
    fit: xr.DataTree,
    unit: str,
    prob: float,
    inputs: Sequence[str] | None = None,
) -> xr.Dataset:
    """Summary (see `summarise`) of a quantity of a fit's inputs, by default all, with their names and units."""
    out = summarise(values, dims, prob)
    feature = fit["posterior"]["feature"].values.tolist() if inputs is None else list(inputs)
    for variable in out.values():
        variable.attrs["units"] = unit
    return out.assign_coords(feature=feature, units=("feature", input_units(fit, feature)))
