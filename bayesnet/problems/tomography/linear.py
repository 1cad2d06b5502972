"""The problem `tomography`: slowness that is linear in unknowns, so that its posterior is known."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from bayesnet.problems.tomography.profile import Profile
from bayesnet.problems.whitened import WhitenedProblem
from data import InputError
from data.seeds import seed_for
from data.travel_times import BOTTOM, CELLS, LENGTH, SLOWNESS_SD, cell_depths, gaussian_modes, mean_slowness, paths

PRIORS = {
    "gp": "a Gaussian process with a squared exponential covariance, on its eigenfunctions",
    "rff": "random Fourier features of that process (Rahimi & Recht 2007, NeurIPS 20)",
    "residual": "that process, with arrival times unknown too and the eikonal equation dT/dz = slowness held softly",
}


@dataclass(frozen=True)
class Tomography(Profile, WhitenedProblem):
    """Slowness by depth as a Gaussian process, or nearly so, about the mean slowness.

    Free variables are the amounts `z` of the functions that it is a sum of, N(0, 1) each. With the prior `residual`
    further ones are the errors of the equation in each cell, whose sum down to a receiver delays its arrival; they are
    what a network of arrival times whose loss is the residual of the equation is free to choose.
    """

    prior: str = "gp"  # one of PRIORS
    features: int = 256  # of the prior `rff`
    residual_sd: float = 0.002  # s, of what the errors of the equation add up to over a km, with the prior `residual`
    feature_seed: int = 0  # of the frequencies and phases of the prior `rff`

    name: ClassVar[str] = "tomography"
    methods: ClassVar[tuple[str, ...]] = ("advi", "nuts", "hmc", "exact", "svgd")

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        if self.prior not in PRIORS:
            raise InputError(f"prior must be one of {', '.join(PRIORS)}, got {self.prior!r}; choose one of them")
        for name in ("features", "residual_sd"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}; leave it out for the usual one")

    @property
    def about(self) -> str:
        """The unknown function and its prior, in words."""
        number = f", {self.features} of them" if self.prior == "rff" else ""
        return (
            "Slowness by depth from first arrivals in a borehole with a gap between the receivers. Prior: "
            f"{PRIORS[self.prior]}{number}. The posterior is known exactly."
        )

    def functions(self) -> np.ndarray:
        """What a unit of each unknown adds to the slowness, `(cell, coefficient)` in s/km."""
        if self.prior == "rff":
            return SLOWNESS_SD * self._features()
        modes = SLOWNESS_SD * gaussian_modes()
        return np.hstack([modes, np.zeros((CELLS, CELLS))]) if self.prior == "residual" else modes

    def _features(self) -> np.ndarray:
        """Cosines of random frequency and phase, whose covariance tends to that of the process, `(cell, feature)`."""
        rng = np.random.default_rng(seed_for(self.feature_seed, "random Fourier features"))
        frequency, phase = rng.normal(0, 1 / LENGTH, self.features), rng.uniform(0, 2 * np.pi, self.features)
        return np.sqrt(2 / self.features) * np.cos(cell_depths()[:, None] * frequency + phase)

    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Arrival of each row with the mean slowness, and what a unit of each unknown adds to it."""
        way = paths(rows["depth"].values)
        operator = way @ self.functions()
        if self.prior == "residual":
            height = BOTTOM / CELLS
            operator[:, -CELLS:] = self.residual_sd * np.sqrt(height) * way / height
        return way @ mean_slowness(), operator

    predict = WhitenedProblem.predict  # slowness is not all that an arrival depends on with the prior `residual`

    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)` in s/km."""
        return mean_slowness() + posterior["z"].transpose("chain", "draw", "coefficient").values @ self.functions().T
