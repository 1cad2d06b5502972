"""Velocity and strain rate of the ground on a lattice: mean and sd by method, beside the truth, and its coverage."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.problems import problem_of
from bayesnet.problems.strain.strain_rate import FIELDS, true_fields
from data.velocities.observations import sources_of

SIDE = 21  # places along each side of the area
DRAWS = 500  # evenly spaced ones that means and sds are taken over, where there are more
NEAR = 25.0  # km: how far the depth of the source matters
LEVEL = 1.96  # sds to each side of the mean: 95 % of a Gaussian


def strain(fit: xr.DataTree) -> xr.Dataset:
    """Velocity and strain rate that a fit expects.

    Returns
    -------
    xarray.Dataset
        `mean` and `sd (field, north, east)` over draws, without the sd for a point estimate: see `FIELDS` for the
        units; and `residual (station, component)` of the training stations in mm/yr, from the mean prediction.
    """
    train, posterior = training_rows(fit), fit["posterior"].to_dataset()
    step = max(1, posterior.sizes["chain"] * posterior.sizes["draw"] // DRAWS)
    some = posterior.isel(draw=slice(None, None, step))
    east, north = lattice(train["area"].values)
    places = np.meshgrid(east, north)
    found = problem_of(fit).fields(some, train, *(side.ravel() for side in places))
    several = found.sizes["chain"] * found.sizes["draw"] > 1
    sd = found.std(("chain", "draw")).where(several)
    maps = {
        name: _as_map(values, east, north) for name, values in {"mean": found.mean(("chain", "draw")), "sd": sd}.items()
    }
    expected = problem_of(fit).predict(some, train, train).mean(("chain", "draw"))
    return xr.Dataset(maps).assign(residual=_by_station(train["y"] - expected, train))


def lattice(area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """East and north of the places of the maps (km)."""
    west, south, east, north = area
    return np.linspace(west, east, SIDE), np.linspace(south, north, SIDE)


def _as_map(values: xr.DataArray, east: np.ndarray, north: np.ndarray) -> xr.DataArray:
    array = values.values.reshape(len(FIELDS), len(north), len(east))
    return xr.DataArray(array, {"field": list(FIELDS), "north": north, "east": east}, ("field", "north", "east"))


def _by_station(values: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
    names = {name: ("observation", rows[name].values) for name in ("station", "component")}
    table = values.reset_coords(drop=True).assign_coords(names).set_index(observation=["station", "component"])
    _, first = np.unique(rows["station"].values, return_index=True)
    places = {f"station_{name}": ("station", rows[name].values[first]) for name in ("east", "north")}
    return table.unstack("observation").assign_coords(places)


def _compute(c: Context) -> xr.Dataset:
    """All of it, `observed (station, component)`, and where it is known `truth` and `covered (field)`.

    `covered`: share of the lattice where the truth is within 1.96 sds of the mean; `covered_near`: of its places
    within 25 km of the source.
    """
    found = c.of_each(strain)
    train = training_rows(c.fits[c.reference])
    found = found.assign(observed=_by_station(train["y"], train)).assign_coords(
        units=("field", [FIELDS[str(name)] for name in found["field"].values])
    )
    if c.problem.truth(c.data) is None:
        return found
    east, north = lattice(train["area"].values)
    truth = _as_map(true_fields(c.data, *(side.ravel() for side in np.meshgrid(east, north))), east, north)
    inside = (np.abs(found["mean"] - truth) <= LEVEL * found["sd"]).where(found["sd"].notnull())
    sources = sources_of(c.data)
    near = np.hypot(found["east"] - sources.source_east, found["north"] - sources.source_north) <= NEAR
    both = ("north", "east")
    return found.assign(truth=truth, covered=inside.mean(both), covered_near=inside.where(near).mean(both))


PART = Part(_compute, across=("covered", "covered_near"))
