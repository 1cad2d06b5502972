"""What the problems of fault slip have in common: rows, which are components of the displacement of stations."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import xarray as xr

from bayesnet.parameters import flattened
from bayesnet.problems.gaussian import GaussianProblem
from data.faults.observations import COMPONENTS


class FaultProblem(GaussianProblem):
    """Fault slip from displacements of the ground with Gaussian noise of known sd."""

    outcome: ClassVar[str] = "y"
    unit: ClassVar[str] = "m"

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the training stations: see `observed_rows`."""
        return observed_rows(data, "train")

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the test stations: see `observed_rows`."""
        return observed_rows(data, "test")

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Every parameter of the model."""
        posterior = fit["posterior"].to_dataset()
        return flattened(posterior, [str(name) for name in posterior.data_vars])


def observed_rows(data: xr.Dataset, part: str) -> xr.Dataset:
    """Rows of one part of the split, `"train"` or `"test"`, without anything of the truth.

    Parameters
    ----------
    data : xarray.Dataset
        See `data.faults.observations.load_observations`.
    part : str

    Returns
    -------
    xarray.Dataset
        `y (observation)`, the displacement, and `sd (observation)` of its noise, in m, with the coordinates `station`,
        `component`, `east` and `north` (km); where the plane of the fault is known, `plane (parameter)` and the
        coordinates `along` and `down` of its patches (km).
    """
    known = {name: data[name] for name in ("plane", "along", "down") if name in data.variables}
    some = data[["displacement", "sd"]].isel(station=np.flatnonzero(data["split"].values == part))
    flat = some.rename(displacement="y").stack(observation=("station", "component"), create_index=False)
    labels = {name: flat[name].variable for name in ("station", "component", "east", "north")}
    rows = flat.reset_coords(drop=True).assign_coords(labels | {"observation": np.arange(flat.sizes["observation"])})
    return rows.assign(known)


def stations_of(rows: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """East and north of each station once `(station,)`, and for each row its station and its component `(row,)`."""
    _, first, station = np.unique(rows["station"].values, return_index=True, return_inverse=True)
    component = np.array([COMPONENTS.index(name) for name in rows["component"].values.tolist()])
    return rows["east"].values[first], rows["north"].values[first], station, component


def predicted(values: np.ndarray, posterior: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
    """Labelled predictions `(chain, draw, observation)` from values `(sample, observation)`."""
    shape = (posterior.sizes["chain"], posterior.sizes["draw"], rows.sizes["observation"])
    coords = {name: posterior[name].values for name in ("chain", "draw")} | {
        name: rows[name] for name in ("observation", "station", "component", "east", "north")
    }
    array = xr.DataArray(values.reshape(shape), coords, ("chain", "draw", "observation"), name="displacement")
    return array.assign_attrs(units="m")


def samples(posterior: xr.Dataset, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Draws of scalar variables of all chains in a row, `(sample,)` each."""
    return {name: posterior[name].transpose("chain", "draw").values.ravel() for name in names}
