"""The problem `tomography`: slowness that is Gaussian a priori, so that its posterior is known."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.contract import Gaussian
from bayesnet.problems.tomography.profile import Profile
from bayesnet.problems.whitened import WhitenedProblem
from data import InputError
from data.travel_times import (
    CELLS,
    CORRELATION,
    DEPTH,
    SLOWNESS_SD,
    cell_depths,
    covariance_modes,
    mean_slowness,
    paths,
    slowness_covariance,
)

PRIORS = ("gp", "rff", "residual")
FEATURE_SEED = 0  # of the random frequencies


@dataclass(frozen=True)
class Tomography(Profile, WhitenedProblem):
    """Slowness is its mean plus modes @ z with z ~ N(0, 1): a Gaussian process, or random Fourier features of it.

    With the prior `residual` the arrival times at the edges of the cells are unknown too, and dT/dz = s holds but for
    an error of each cell: the equation is a soft constraint, as in a physics-informed network.
    """

    prior: str = "gp"  # one of PRIORS
    features: int = 256  # of `rff`
    residual_sd: float = 1e-4  # s, of `residual`: error of the equation over a cell

    name: ClassVar[str] = "tomography"
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts", "exact", "svgd", "svgd_function")

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        if self.prior not in PRIORS:
            raise InputError(f"prior must be one of {', '.join(PRIORS)}, got {self.prior!r}; choose one of them")
        for name in ("features", "residual_sd"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}; use for example 256 or 1e-4")

    @property
    def about(self) -> str:
        """The prior in words."""
        process = f"a Gaussian process (sd {SLOWNESS_SD:g} s/km, squared exponential of {CORRELATION:g} km)"
        words = {
            "gp": f"The prior of slowness is {process}; its posterior is known exactly.",
            "rff": f"The prior of slowness are {self.features} random Fourier features of {process}.",
            "residual": (
                f"The prior of slowness is {process}. Arrival times in between are unknown as well: dT/dz = s is held "
                f"with an error of {1000 * self.residual_sd:g} ms a cell."
            ),
        }
        return words[self.prior]

    def modes(self) -> np.ndarray:
        """Slowness for a unit of each z, `(cell, mode)` in s/km."""
        depth = cell_depths()
        if self.prior != "rff":
            return covariance_modes(slowness_covariance(depth))
        rng = np.random.default_rng(FEATURE_SEED)
        frequency = rng.normal(size=self.features) / CORRELATION  # Rahimi & Recht 2007, NeurIPS 20
        phase = rng.uniform(0, 2 * np.pi, self.features)
        return SLOWNESS_SD * np.sqrt(2 / self.features) * np.cos(depth[:, None] * frequency + phase)

    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Arrival of each row for a unit of each unknown: z, and of `residual` the errors of the equation."""
        way = paths(rows["depth"].values)
        operator = way @ self.modes()
        if self.prior == "residual":
            operator = np.hstack([operator, self.residual_sd * self._passed(rows)])
        return way @ mean_slowness(cell_depths()), operator

    def _passed(self, rows: xr.Dataset) -> np.ndarray:
        """Share of each cell that the way to a receiver has passed, `(row, cell)`: errors add up along it."""
        return paths(rows["depth"].values) * CELLS / DEPTH

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model: free `z (mode)`, of `residual` also `error (cell)`; `slowness (cell)`; observed `y`."""
        modes = self.modes()
        coords = {
            "mode": np.arange(modes.shape[1]),
            "cell": np.arange(CELLS),
            "observation": train["observation"].values,
        }
        with pm.Model(coords=coords) as model:
            z = pm.Normal("z", 0.0, 1.0, dims="mode")
            slowness = pm.Deterministic("slowness", mean_slowness(cell_depths()) + z @ modes.T, dims="cell")
            arrival = slowness @ paths(train["depth"].values).T
            if self.prior == "residual":
                error = pm.Normal("error", 0.0, 1.0, dims="cell")
                arrival = arrival + error @ (self.residual_sd * self._passed(train)).T
            pm.Normal("y", arrival, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Arrival (s) without noise of every draw; of `residual` with the errors of the equation."""
        found = Profile.predict(self, posterior, train, rows)
        if self.prior != "residual":
            return found
        error = posterior["error"].transpose("chain", "draw", "cell").values
        return found + error @ (self.residual_sd * self._passed(rows)).T

    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)`."""
        z = posterior["z"].transpose("chain", "draw", "mode").values
        return mean_slowness(cell_depths()) + z @ self.modes().T

    def exact(self, train: xr.Dataset) -> Gaussian:
        """The posterior of the unknowns and the evidence, in closed form."""
        return WhitenedProblem.exact(self, train)
