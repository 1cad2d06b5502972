"""The problem `tomography_log`: slowness that cannot be negative, as a Gaussian process of its logarithm."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems.tomography.profile import Profile
from data.travel_times import SLOWNESS_SD, gaussian_modes, mean_slowness, paths


@dataclass(frozen=True)
class LogTomography(Profile):
    """Log slowness by depth as a Gaussian process whose slowness has the sd of the problem `tomography` on average."""

    name: ClassVar[str] = "tomography_log"
    about: ClassVar[str] = (
        "Slowness by depth from first arrivals in a borehole with a gap between the receivers. Prior: a Gaussian "
        "process on log slowness, so that arrivals are not linear in it."
    )
    methods: ClassVar[tuple[str, ...]] = ("advi", "nuts", "hmc", "svgd")

    def functions(self) -> np.ndarray:
        """What a unit of each unknown adds to the log slowness, `(cell, coefficient)`."""
        return SLOWNESS_SD / mean_slowness().mean() * gaussian_modes()

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the training rows: free variable `z (coefficient)`, observed `y (observation)`."""
        functions, way = self.functions(), paths(train["depth"].values)
        coords = {"coefficient": np.arange(functions.shape[1]), "observation": train["observation"].values}
        with pm.Model(coords=coords) as model:
            z = pm.Normal("z", 0.0, 1.0, dims="coefficient")
            slowness = mean_slowness() * pt.exp(functions @ z)
            pm.Normal("y", way @ slowness, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)` in s/km."""
        z = posterior["z"].transpose("chain", "draw", "coefficient").values
        return mean_slowness() * np.exp(z @ self.functions().T)
