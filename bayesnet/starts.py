"""Draws from the prior: stored beside a posterior, and the points that chains and optimisers start from."""

import numpy as np
import pymc as pm
import xarray as xr
from pymc.initial_point import make_initial_point_fn

from bayesnet.parameters import as_draws


def prior_draws(model: pm.Model, draws: int, seed: int) -> xr.Dataset:
    """Draws of all variables of a model from their prior, `(chain, draw, ...)`, one chain.

    They are made by numpy and not compiled, which for so few is quicker.
    """
    variables = [*model.free_RVs, *model.deterministics]
    drawn = pm.draw(variables, draws=draws, random_seed=seed, mode="FAST_COMPILE")
    lead = (None,) if draws > 1 else (None, None)  # PyMC leaves the dimension of a single draw out
    values = {v.name: np.asarray(one)[lead] for v, one in zip(variables, drawn, strict=True)}
    return as_draws(model, values)


def starting_points(model: pm.Model, number: int, seed: int) -> list[dict[str, np.ndarray]]:
    """Independent draws of the prior, each as values of the unconstrained variables of the model by name.

    Starts that scatter as the prior does find modes that starts about its centre miss.
    """
    draw = make_initial_point_fn(model=model, default_strategy="prior", jitter_rvs=set(), return_transformed=True)
    seeds = np.random.SeedSequence(seed).generate_state(number)
    return [draw(int(one)) for one in seeds]
