"""Draws from the prior: stored beside a posterior, and the points that chains and optimisers start from."""

import numpy as np
import pymc as pm
import xarray as xr
from pymc.initial_point import make_initial_point_fn


def prior_draws(model: pm.Model, draws: int, seed: int) -> xr.Dataset:
    """Draws of all variables of a model from their prior, `(chain, draw, ...)`, one chain.

    They are made by numpy and not compiled, which for so few is quicker.
    """
    variables = [*model.free_RVs, *model.deterministics]
    drawn = pm.draw(variables, draws=draws, random_seed=seed, mode="FAST_COMPILE")
    dims = {v.name: model.named_vars_to_dims.get(v.name) for v in variables}
    coords = {dim: list(model.coords[dim]) for of_one in dims.values() for dim in of_one or () if model.coords.get(dim)}
    return xr.Dataset(
        {
            v.name: (("chain", "draw", *(dims[v.name] or _unnamed(v.name, values.ndim - 1))), values[None])
            for v, values in zip(variables, map(np.asarray, drawn), strict=True)
        },
        coords | {"chain": [0], "draw": np.arange(draws)},
    )


def _unnamed(name: str, dims: int) -> tuple[str, ...]:
    """Names of the dimensions of a variable that has none, as ArviZ gives them."""
    return tuple(f"{name}_dim_{place}" for place in range(dims))


def starting_points(model: pm.Model, number: int, seed: int) -> list[dict[str, np.ndarray]]:
    """Independent draws of the prior, each as values of the unconstrained variables of the model by name.

    Starts that scatter as the prior does find modes that starts about its centre miss.
    """
    draw = make_initial_point_fn(model=model, default_strategy="prior", jitter_rvs=set(), return_transformed=True)
    seeds = np.random.SeedSequence(seed).generate_state(number)
    return [draw(int(one)) for one in seeds]
