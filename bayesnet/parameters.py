"""The variables of a model as one row of numbers: the name of every parameter, and draws as labelled datasets."""

import math
from collections.abc import Mapping

import numpy as np
import pymc as pm
import xarray as xr


def labels(shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Names of the single parameters of variables of these shapes, in their order: `slip[0, 1]`, `log_sd`."""
    return [
        name + (f"[{', '.join(map(str, index))}]" if shape else "")
        for name, shape in shapes.items()
        for index in np.ndindex(shape)
    ]


def split(theta: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Variables of these shapes, which stand side by side in the last axis of an array."""
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    parts = zip(shapes.items(), np.split(theta, ends[:-1], axis=-1), strict=True)
    return {name: part.reshape((*theta.shape[:-1], *shape)) for (name, shape), part in parts}


def gaussian_fit(shapes: Mapping[str, tuple[int, ...]], mean: np.ndarray, sd: np.ndarray) -> xr.Dataset:
    """The group `fit` of a Gaussian: `mean`, `sd (parameter)`, over variables of these shapes, each flattened."""
    return xr.Dataset({"mean": ("parameter", mean), "sd": ("parameter", sd)}, {"parameter": labels(shapes)})


def with_covariance(fit: xr.Dataset, covariance: np.ndarray) -> xr.Dataset:
    """The group `fit` of a Gaussian whose covariance is full: with `covariance (parameter, parameter_)`."""
    beside = fit.assign_coords(parameter_=fit["parameter"].values)
    return beside.assign(covariance=(("parameter", "parameter_"), covariance))


def as_draws(model: pm.Model, values: Mapping[str, np.ndarray]) -> xr.Dataset:
    """Arrays `(chain, draw, ...)` of variables of a model as a dataset with the model's dimensions and coordinates."""
    chains, draws = next(iter(values.values())).shape[:2]
    dims = {
        name: model.named_vars_to_dims.get(name) or tuple(f"{name}_dim_{place}" for place in range(array.ndim - 2))
        for name, array in values.items()  # the names of dimensions that have none are ArviZ's
    }
    coords = {dim: list(model.coords[dim]) for of_one in dims.values() for dim in of_one if model.coords.get(dim)}
    return xr.Dataset(
        {name: (("chain", "draw", *dims[name]), array) for name, array in values.items()},
        coords | {"chain": np.arange(chains), "draw": np.arange(draws)},
    )


def flattened(draws: xr.Dataset, names: list[str]) -> xr.DataArray:
    """Variables of draws side by side, `(chain, draw, parameter)`, labelled as in the group `fit` of a Gaussian."""
    parts = [draws[name].transpose("chain", "draw", ...) for name in names]
    shapes = {name: part.shape[2:] for name, part in zip(names, parts, strict=True)}
    values = np.concatenate([part.values.reshape(*part.shape[:2], -1) for part in parts], axis=-1)
    coords = {"chain": draws["chain"].values, "draw": draws["draw"].values, "parameter": labels(shapes)}
    return xr.DataArray(values, coords=coords, dims=("chain", "draw", "parameter"))
