"""The point of highest posterior density of any model, by L-BFGS-B from several starts."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.chains import refuse_discrete
from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import optimised
from bayesnet.optimum import ITERATIONS, Density, Optimum, climb
from bayesnet.parameters import as_draws
from bayesnet.starts import starting_points
from data import InputError
from data.interrupts import held_back_interrupts


@dataclass(frozen=True)
class MapConfig:
    """Settings of the point estimate."""

    restarts: int = 20  # independent starts, draws of the prior; the one of highest density is kept
    iterations: int = ITERATIONS  # of L-BFGS-B at most (Byrd et al. 1995, SIAM J. Sci. Comput. 16)


def fit_map(problem: Problem, train: xr.Dataset, config: MapConfig, seed: int) -> xr.DataTree:
    """Find the point of highest posterior density of the problem's PyMC model, from several draws of the prior.

    It is the density of the model's own variables, without the Jacobian of the transformations that keep them within
    bounds, as of `pymc.find_MAP`.

    Parameters
    ----------
    problem : Problem
        Nothing but its `model(train)` is used.
    train : xarray.Dataset
        As the `train` of the problem gives it.
    config : MapConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: the variables at the restart of highest density, one chain of one draw; `fit_stats`: `loss
        (restart)`, minus log density in nats, infinite where a start had no finite density or gradient; `lp (restart)`:
        log density over the unconstrained variables, with the Jacobian, which samplers store of their draws;
        `iterations`, `converged (restart)`; `dimensions`: number of unconstrained variables; `restarts`: the variables
        of every restart, `(restart, draw, ...)`.

    Raises
    ------
    InputError
        For a model with discrete variables, or where no start has a density.
    """
    with held_back_interrupts() as check_interrupt:
        model = problem.model(train)
        refuse_discrete(model, "map")
        starts = starting_points(model, config.restarts, seed)
        density = Density(model, starts[0], check_interrupt)
        runs = [climb(density, density.flat(start), config.iterations) for start in starts]
        values = density.variables([run.theta for run in runs])
    stats = _stats(runs)
    best = int(stats["loss"].values.argmin())
    if not np.isfinite(stats["loss"][best]):
        raise InputError(
            f"a start must have a finite log density, got none in {config.restarts} draws of the prior; "
            "use more restarts or mend the prior"
        )
    each = as_draws(model, {name: array[:, None] for name, array in values.items()})  # a chain for each restart
    groups = {
        "posterior": each.isel(chain=[best]).assign_coords(chain=[0]),
        "fit_stats": stats.assign(dimensions=len(runs[0].theta)),
        "restarts": each.rename(chain="restart"),
    }
    return xr.DataTree.from_dict(groups)


def _stats(runs: list[Optimum]) -> xr.Dataset:
    columns = {name: [getattr(run, name) for run in runs] for name in ("loss", "lp", "iterations")}
    columns["converged"] = [int(run.converged) for run in runs]
    stats = xr.Dataset({name: ("restart", values) for name, values in columns.items()})
    return stats.assign_coords(restart=np.arange(len(runs)))


METHOD = Method(
    name="map",
    label="MAP",
    about="point of highest posterior density",
    fit=fit_map,
    diagnose=optimised,
    config=MapConfig(),
    quick=MapConfig(restarts=5),
)
