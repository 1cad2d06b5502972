"""What the problems of slowness down a borehole have in common: rows, which are arrivals at receivers."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import xarray as xr

from bayesnet.problems.gaussian import GaussianProblem
from data.travel_times import DEPTH, cell_depths, paths

PLACES = {"0.5 to 3 km": (0.5, 3.0), "3 to 7 km": (3.0, 7.0), "7 to 10 km": (7.0, 10.0)}


class Profile(GaussianProblem):
    """Slowness in cells of depth, from arrivals of a wave that goes straight down."""

    outcome: ClassVar[str] = "y"
    unit: ClassVar[str] = "s"
    field: ClassVar[str] = "slowness"
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Slowness": ("curve", "quantities"),
        "Exact posterior": ("closed_form", "replicates"),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling"),
        "Data": ("observations",),
        "Fits": ("cost", "diagnostics"),
    }

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the training receivers: `y`, `sd (observation)` in s and `depth (observation)` in km."""
        return arrivals(data, "train")

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the test receivers."""
        return arrivals(data, "test")

    @abstractmethod
    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)` in s/km."""

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Arrival (s) without noise of every draw at rows, `(chain, draw, observation)`."""
        values = self.slowness(posterior, train) @ paths(rows["depth"].values).T
        coords = {name: posterior[name].values for name in ("chain", "draw")} | {"observation": rows["observation"]}
        array = xr.DataArray(values, coords, ("chain", "draw", "observation"), name="arrival")
        return array.assign_attrs(units="s")

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Slowness of every cell: the function, not the numbers that make it."""
        posterior, train = fit["posterior"].to_dataset(), fit["constant_data"].to_dataset()
        coords = {name: posterior[name].values for name in ("chain", "draw")} | {"cell": np.arange(len(cell_depths()))}
        return xr.DataArray(self.slowness(posterior, train), coords, ("chain", "draw", "cell"))

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """`mean_slowness (interval)` between depths, in s/km: above, in and below the gap between the receivers."""
        values = self.slowness(posterior, train)
        coords = {name: posterior[name].values for name in ("chain", "draw")} | {"interval": list(PLACES)}
        array = xr.DataArray(_means(values), coords, ("chain", "draw", "interval"))
        return xr.Dataset({"mean_slowness": array.assign_attrs(units="s/km")})

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """What `quantities` should be."""
        values = "interval", _means(data["slowness"].values), {"units": "s/km"}
        return xr.Dataset({"mean_slowness": values}, {"interval": list(PLACES)})

    def domain(self, data: xr.Dataset) -> dict:
        """Where the curve is looked at, in words: see `bayesnet.parts.curve`."""
        seen = data["depth"].values[data["split"].values == "train"]
        words = {"axis": "depth (km)", "value": "slowness (s/km)", "reciprocal": "velocity (km/s)"}
        return words | {"low": 0.0, "high": DEPTH, "observed": seen}

    def curve(self, posterior: xr.Dataset, train: xr.Dataset, places: np.ndarray) -> xr.DataArray:
        """Slowness of every draw at depths, `(chain, draw, place)`."""
        values = self.slowness(posterior, train)[..., _cells(places)]
        coords = {name: posterior[name].values for name in ("chain", "draw")} | {"place": places}
        return xr.DataArray(values, coords, ("chain", "draw", "place"))

    def true_curve(self, data: xr.Dataset, places: np.ndarray) -> np.ndarray:
        """True slowness at depths."""
        return data["slowness"].values[_cells(places)]


def arrivals(data: xr.Dataset, part: str) -> xr.Dataset:
    """Rows of one part of the split without anything of the truth."""
    some = data[["arrival", "sd"]].isel(observation=np.flatnonzero(data["split"].values == part))
    some = some.rename(arrival="y").drop_vars("split")
    return some.assign_coords(observation=np.arange(some.sizes["observation"]))


def _cells(places: np.ndarray) -> np.ndarray:
    """Number of the cell that holds each depth."""
    size = cell_depths()[1] - cell_depths()[0]
    return np.minimum(np.asarray(places) // size, len(cell_depths()) - 1).astype(int)


def _means(slowness: np.ndarray) -> np.ndarray:
    """Mean of the last axis over the cells of each interval, `(..., interval)`."""
    depth = cell_depths()
    return np.stack([slowness[..., (depth > low) & (depth < high)].mean(-1) for low, high in PLACES.values()], axis=-1)
