"""The baseline of velocities: the elastic spline of the library verde (Uieda 2018, J. Open Source Softw. 3)."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.contract import Method, Problem
from bayesnet.parameters import as_draws
from bayesnet.problems.strain import ElasticSpline, StrainRate
from bayesnet.problems.strain.elastic import METRES, stations
from data import InputError


@dataclass(frozen=True)
class VerdeConfig:
    """Settings of verde's spline: it has none, cross-validation chooses (see `ElasticSpline`)."""


def fit_verde(problem: Problem, train: xr.Dataset, config: VerdeConfig, seed: int) -> xr.DataTree:
    """Fit the forces by verde's damped least squares.

    Returns
    -------
    xarray.DataTree
        `posterior`: the forces in their prior sds, one chain of one draw; `fit_stats`: `distance` (m) and `damping`.
    """
    east, north, velocity, sd = stations(train)
    spline = problem.spline(float(train["distance"]), float(train["damping"]))
    trend = train["trend"].values @ np.stack([np.ones_like(east), east, north])
    spline.fit((METRES * east, METRES * north), tuple(velocity - trend), weights=tuple(1 / sd**2))
    z = spline.force_ / train["force_sd"].values
    posterior = as_draws(problem.model(train), {"z": z[None, None]})
    return xr.DataTree.from_dict({"posterior": posterior, "fit_stats": train[["distance", "damping"]].reset_coords()})


def diagnose_verde(fit: xr.DataTree) -> xr.Dataset:
    """What cross-validation chose, and that least squares has nothing that could fail to converge."""
    return fit["fit_stats"].to_dataset().assign(converged=1)


def _elastic(problem: Problem) -> ElasticSpline:
    if not isinstance(problem, (StrainRate, ElasticSpline)):
        raise InputError(f"verde fits velocities only, got the problem {problem.name}; leave the method out")
    return problem if isinstance(problem, ElasticSpline) else ElasticSpline(noise=problem)


METHOD = Method(
    name="verde",
    label="Verde",
    about="elastic spline of the library verde, cross-validated",
    fit=fit_verde,
    diagnose=diagnose_verde,
    config=VerdeConfig(),
    quick=VerdeConfig(),
    trust=-1,
    problem=_elastic,
    baseline=True,
)
