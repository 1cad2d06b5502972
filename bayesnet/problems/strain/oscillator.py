"""The problem `ode`: an oscillator whose law is known, seen at few times, with boundary values that are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from bayesnet.problems.strain.splines import Line
from bayesnet.problems.whitened import WhitenedProblem, applied
from data.oscillator import DAMPING, FREQUENCY

SHOWN = (2.5, 5.0, 7.5)  # s, of the quantities


@dataclass(frozen=True)
class Oscillator(WhitenedProblem):
    """u'' + 2 damping frequency u' + frequency^2 u = 0 held softly, on thirteen cubic B-splines.

    The prior is exp(-(integral of the squared residual) / 2 rho^2) times a Gaussian of wide sds for the values at both
    ends: the law alone leaves two directions open. Free variables are the coefficients whitened by it.
    """

    rho: float = 0.3  # m s^-1.5: root of the integrated squared residual that is likely
    end_sd: float = 2.0  # m, of the values at both ends a priori
    intervals: int = 10  # between knots: three splines more than that

    name: ClassVar[str] = "ode"
    unit: ClassVar[str] = "m"
    about: ClassVar[str] = (
        "A damped oscillator on 13 cubic B-splines: its equation is held softly, its boundary values are uncertain, "
        "and the posterior is known exactly."
    )
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts", "hmc", "exact")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Oscillator": ("curve", "quantities"),
        "Exact posterior": ("closed_form",),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations",),
        "Fits": ("cost", "diagnostics"),
    }

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the training times."""
        return _rows(data, "train")

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the test times."""
        return _rows(data, "test")

    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Displacement of each row for a unit of each whitened number."""
        return np.zeros(rows.sizes["observation"]), self._displacement(rows, rows["time"].values)

    def curve(self, posterior: xr.Dataset, train: xr.Dataset, places: np.ndarray) -> xr.DataArray:
        """Displacement of every draw at times, `(chain, draw, place)` in m."""
        at = xr.DataArray(places, {"place": places}, "place")
        return applied(0.0, self._displacement(train, places), posterior, at, "displacement", self.unit)

    def domain(self, data: xr.Dataset) -> dict:
        """Where the curve is looked at, in words, and what was observed of it: see `bayesnet.parts.curve`."""
        seen = data.isel(observation=np.flatnonzero(data["split"].values == "train"))
        ends = {"low": 0.0, "high": float(data["duration"]), "axis": "time (s)", "value": "displacement (m)"}
        return ends | {"observed": seen["time"].values, "values": seen["displacement"].values}

    def true_curve(self, data: xr.Dataset, places: np.ndarray) -> np.ndarray:
        """True displacement at times."""
        return np.interp(places, data["fine"].values, data["true_displacement"].values)

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """`displacement (time)` in m between the data, and at both ends."""
        found = self.curve(posterior, train, self._shown(train)).rename(place="time")
        return xr.Dataset({"displacement": found})

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """What `quantities` should be."""
        times = self._shown(data)
        values = ("time", self.true_curve(data, times), {"units": "m"})
        return xr.Dataset({"displacement": values}, {"time": times})

    @staticmethod
    def _shown(data: xr.Dataset) -> np.ndarray:
        return np.array([0.0, *SHOWN, float(data["duration"])])

    def _displacement(self, rows: xr.Dataset, times: np.ndarray) -> np.ndarray:
        """Displacement at times for a unit of each whitened number, `(time, coefficient)`."""
        duration = float(rows["duration"])
        line = Line(0.0, duration / self.intervals, self.intervals)
        x, weight = line.quadrature()
        law = sum(
            factor * line.values(x, order) for order, factor in enumerate((FREQUENCY**2, 2 * DAMPING * FREQUENCY, 1))
        )
        ends = line.values(np.array([0.0, duration]))
        precision = law.T @ (weight[:, None] * law) / self.rho**2 + ends.T @ ends / self.end_sd**2
        values, vectors = np.linalg.eigh(precision)
        return line.values(times) @ (vectors / np.sqrt(values))


def _rows(data: xr.Dataset, part: str) -> xr.Dataset:
    some = data[["displacement", "sd"]].isel(observation=np.flatnonzero(data["split"].values == part))
    return some.rename(displacement="y").drop_vars("split").assign(duration=data["duration"])
