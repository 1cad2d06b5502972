"""The problem `elastic_spline`: velocities interpolated by forces on an elastic sheet, as the library verde does it."""

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import xarray as xr

from bayesnet.problems.strain.strain_rate import FIELDS, StrainRate, centres, shaped
from bayesnet.problems.whitened import WhitenedProblem, applied
from data.velocities.observations import COMPONENTS
from data.velocities.sources import NANOSTRAIN

if TYPE_CHECKING:
    from verde import VectorSpline2D

METRES = 1000.0  # verde's length, in a km
DISTANCES = (10e3, 50e3, 100e3)  # m, that verde adds to distances: the larger, the smoother
DAMPINGS = (1e-4, 1e-3, 1e-2, 1e-1)
STEP = 0.01  # km, of the differences that strain rates are taken from


@dataclass(frozen=True)
class ElasticSpline(WhitenedProblem):
    """Forces at the training stations on an elastic sheet (Sandwell & Wessel 2016), beside a linear trend.

    Damped least squares finds the most probable forces of a Gaussian prior, which is the prior here. Minimal distance
    and damping are those of best score in verde's cross-validation of the training stations. Free variables are the
    forces in their prior sds.
    """

    poisson: float = 0.5  # of the sheet: verde's default
    noise: StrainRate = field(
        default_factory=StrainRate
    )  # the problem in whose place it stands: both are judged with the same noise

    name: ClassVar[str] = "elastic_spline"
    unit: ClassVar[str] = "mm/yr"
    about: ClassVar[str] = "Forces at the stations on an elastic sheet, with a linear trend (Sandwell & Wessel 2016)."
    methods: ClassVar[tuple[str, ...]] = ("verde",)
    parts: ClassVar = StrainRate.parts

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the training stations with what was chosen from them.

        That is the `trend (component_, term)`; places of the forces and their prior sds; `distance` (m) and `damping`.
        """
        some = self.noise.train(data, seed).drop_vars(["rho", "sigma"])
        east, north, velocity, sd = stations(some)
        design = np.column_stack([np.ones_like(east), east, north])
        trend = [np.linalg.lstsq(design / s[:, None], v / s, rcond=None)[0] for v, s in zip(velocity, sd, strict=True)]
        distance, damping = self._cross_validated(east, north, velocity - np.array(trend) @ design.T, sd)
        chosen = some.assign(
            trend=(("component_", "term"), np.array(trend)),
            force_east=("force", east),
            force_north=("force", north),
            distance=distance,
            damping=damping,
        )
        scale = self._jacobian(chosen, east, north).std(axis=0)
        return chosen.assign(force_sd=("parameter_", 1 / (np.sqrt(damping) * scale)))

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the test stations."""
        return self.noise.test(data)

    @classmethod
    def of(cls, fit: xr.DataTree) -> Self:
        """The problem that a fit was made with."""
        stored = cls.stored(fit)
        return cls(stored["poisson"], StrainRate(**stored["noise"]))

    def spline(self, distance: float, damping: float) -> "VectorSpline2D":
        """Verde's spline with these settings."""
        from verde import VectorSpline2D  # here: it takes seconds, and other studies do not need it

        return VectorSpline2D(poisson=self.poisson, mindist=distance, damping=damping)

    def _cross_validated(
        self, east: np.ndarray, north: np.ndarray, velocity: np.ndarray, sd: np.ndarray
    ) -> tuple[float, float]:
        """Minimal distance (m) and damping of best score."""
        from verde import cross_val_score

        places, scores = (METRES * east, METRES * north), {}
        for distance in DISTANCES:
            for damping in DAMPINGS:
                spline = self.spline(distance, damping)
                with warnings.catch_warnings():  # verde's own, of fewer data than forces
                    warnings.filterwarnings("ignore", "Under-determined", UserWarning)
                    score = {"weights": tuple(1 / sd**2), "scoring": "neg_root_mean_squared_error"}
                    found = cross_val_score(spline, places, tuple(velocity), **score)
                scores[distance, damping] = found.mean()
        return max(scores, key=scores.get)

    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Trend of each row, and its velocity for a unit of each whitened force."""
        places, place = np.unique(rows["station"].values, return_index=True)
        east, north = rows["east"].values[place], rows["north"].values[place]
        station = np.searchsorted(places, rows["station"].values)
        component = (rows["component"].values == COMPONENTS[1]).astype(int)
        trend = self._trend(train, east, north)[component, station]
        operator = self._jacobian(train, east, north).reshape(2, len(east), -1)[component, station]
        return trend, operator * train["force_sd"].values

    def fields(self, posterior: xr.Dataset, train: xr.Dataset, east: np.ndarray, north: np.ndarray) -> xr.DataArray:
        """Velocity and strain rate of every draw at places, `(chain, draw, field, place)`."""
        sd = train["force_sd"].values
        moved = [(0.0, 0.0), (STEP, 0.0), (-STEP, 0.0), (0.0, STEP), (0.0, -STEP)]
        values = np.stack([self._jacobian(train, east + dx, north + dy) * sd for dx, dy in moved])
        trends = np.stack([self._trend(train, east + dx, north + dy).ravel() for dx, dy in moved])
        operator, offset = _fields(values), _fields(trends[..., None])[..., 0]
        places = xr.DataArray(np.zeros(offset.size), dims="value")
        flat = operator.reshape(offset.size, -1)
        return shaped(applied(offset.ravel(), flat, posterior, places, "fields", ""), len(east))

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """As of `StrainRate`."""
        return StrainRate.by_quarter(self.fields(posterior, train, *centres(train["area"].values)))

    def _trend(self, train: xr.Dataset, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """Both components of the trend at places, `(component, place)`."""
        return train["trend"].values @ np.stack([np.ones_like(east), east, north])

    def _jacobian(self, train: xr.Dataset, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """Velocity of places for a unit of each force: east of all places, then north; `(2 place, 2 force)`."""
        forces = METRES * train["force_east"].values, METRES * train["force_north"].values
        spline = self.spline(float(train["distance"]), float(train["damping"]))
        return spline.jacobian((METRES * east, METRES * north), forces)


def stations(train: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """East, north `(station,)`, velocity and sd `(component, station)` of rows that have both components of each."""
    table = train[["y", "sd"]].set_index(observation=["station", "component"]).unstack("observation")
    some = table.sel(component=list(COMPONENTS)).transpose("component", "station")
    _, first = np.unique(train["station"].values, return_index=True)
    return train["east"].values[first], train["north"].values[first], some["y"].values, some["sd"].values


def _fields(values: np.ndarray) -> np.ndarray:
    """FIELDS `(field, place, ...)` from velocities at five places `(moved, 2 place, ...)`: see `fields`."""
    v = values.reshape(5, 2, -1, *values.shape[2:])
    by_east, by_north = (v[1] - v[2]) / (2 * STEP), (v[3] - v[4]) / (2 * STEP)
    strain = NANOSTRAIN * np.stack([by_east[0] + by_north[1], (by_east[1] + by_north[0]) / 2])
    found = np.concatenate([v[0], strain])
    return found.reshape(len(FIELDS), -1, *values.shape[2:])
