"""What all problems of travel-time tomography share: rows, velocity and slowness at depths, and the parts of a page."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import xarray as xr

from bayesnet.problems.gaussian import GaussianProblem
from data.travel_times import BOTTOM, cell_depths, paths

SHOWN = (1.0, 2.0, 4.0, 5.0, 6.0, 8.0, 9.0)  # km, of the quantities
EVERY = 5  # cells from one that chains must agree on to the next: half a length of the Gaussian process
# km: where receivers decide the slowness, and where none is within half a km
ZONES = {"near receivers": ((0.5, 3.0), (7.0, BOTTOM)), "in the gap": ((3.5, 6.5),)}


class Profile(GaussianProblem):
    """A problem that looks for slowness by depth in cells, from arrivals at receivers in a borehole."""

    unit: ClassVar[str] = "s"
    outcome: ClassVar[str] = "y"
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Velocity": ("curve", "zones", "quantities"),
        "Exact posterior": ("closed_form", "replicates"),
        "Predictions": ("scores", "differences", "coverage", "arrivals"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations", "turning"),
        "Fits": ("cost", "diagnostics"),
    }

    @abstractmethod
    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)` in s/km."""

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the receivers that are fitted to."""
        return rows(data, "train")

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the receivers that are held out."""
        return rows(data, "test")

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Arrival without noise of every draw at rows, `(chain, draw, observation)` in s."""
        values = self.slowness(posterior, train) @ paths(rows["depth"].values).T
        coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values}
        coords |= {name: rows["observation"][name] for name in rows["observation"].coords}
        found = xr.DataArray(values, coords, ("chain", "draw", "observation"), name="predicted")
        return found.assign_attrs(units=self.unit)

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Slowness of every fifth cell: weights that make the same function need not agree."""
        posterior = fit["posterior"].to_dataset()
        train = fit["constant_data"].to_dataset()
        values = self.slowness(posterior, train)[..., EVERY // 2 :: EVERY]
        depth = [f"{one:.2f} km" for one in cell_depths()[EVERY // 2 :: EVERY]]
        coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values, "depth": depth}
        return xr.DataArray(values, coords, ("chain", "draw", "depth"), name="slowness")

    def curve(self, posterior: xr.Dataset, train: xr.Dataset, places: np.ndarray) -> xr.DataArray:
        """Velocity of every draw at depths, `(chain, draw, place)` in km/s."""
        values = 1 / (self.slowness(posterior, train) @ between(places).T)
        coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values, "place": places}
        return xr.DataArray(values, coords, ("chain", "draw", "place"), name="velocity").assign_attrs(units="km/s")

    def domain(self, data: xr.Dataset) -> dict:
        """Where the curve is looked at, in words, and where the receivers are: see `bayesnet.parts.curve`."""
        seen = data["depth"].values[data["split"].values == "train"]
        return {"low": 0.0, "high": BOTTOM, "axis": "depth (km)", "value": "velocity (km/s)", "observed": seen}

    def true_curve(self, data: xr.Dataset, places: np.ndarray) -> np.ndarray:
        """True velocity at depths."""
        return 1 / (between(places) @ data["slowness"].values)

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """`velocity (depth)` in km/s, near receivers and between them."""
        return xr.Dataset({"velocity": self.curve(posterior, train, np.array(SHOWN)).rename(place="depth")})

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """What `quantities` should be."""
        values = ("depth", self.true_curve(data, np.array(SHOWN)), {"units": "km/s"})
        return xr.Dataset({"velocity": values}, {"depth": list(SHOWN)})


def rows(data: xr.Dataset, part: str) -> xr.Dataset:
    """Rows of one part of the split, `y` and `sd (observation)` in s with their `depth`; nothing of the truth."""
    some = data[["arrival", "sd"]].isel(observation=np.flatnonzero(data["split"].values == part))
    return some.rename(arrival="y").drop_vars("split")


def between(places: np.ndarray) -> np.ndarray:
    """What each cell adds to the slowness at depths, `(place, cell)`: linear between the centres of the cells."""
    depth = cell_depths()
    return np.array([np.interp(places, depth, one) for one in np.eye(len(depth))]).T


def zone_cells() -> dict[str, np.ndarray]:
    """Which cells belong to each of ZONES, `(cell,)` of bool."""
    depth = cell_depths()
    return {
        name: np.any([(low < depth) & (depth < high) for low, high in spans], axis=0) for name, spans in ZONES.items()
    }
