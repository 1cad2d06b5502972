"""The problem `tomography_network`: slowness by depth as a Bayesian neural network."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems.tomography.functional_prior import SCALES, fitted_scales, standardised
from bayesnet.problems.tomography.profile import Profile
from data import InputError
from data.travel_times import CELLS, SLOWNESS_SD, cell_depths, mean_slowness, paths


@dataclass(frozen=True)
class NetworkTomography(Profile):
    """Slowness as the mean one plus a tanh network of depth, in sds of the Gaussian process of `tomography`.

    Its output is the bias plus the sum over hidden units, divided by the root of the number of these terms. Weights are
    independent and Gaussian.
    """

    hidden: int = 20
    fitted: bool = False  # whether the sds of weights and biases are fitted (see `fitted_scales`) or 1

    name: ClassVar[str] = "tomography_network"
    field: ClassVar[str] = "slowness"  # variable of the model that is the function: see `bayesnet.methods.svgd`
    methods: ClassVar[tuple[str, ...]] = ("advi", "nuts", "hmc", "svgd", "svgd_function")

    def __post_init__(self) -> None:
        """Refuse a network without units."""
        if self.hidden < 1:
            raise InputError(f"hidden must be at least 1, got {self.hidden}; use for example 20")

    @property
    def about(self) -> str:
        """The network and its prior, in words."""
        prior = (
            "Gaussian, with the sd of each layer's weights and biases fitted so that functions look like those of a "
            "Gaussian process (after Tran et al. 2022)"
            if self.fitted
            else "N(0, 1) on every weight"
        )
        return (
            "Slowness by depth from first arrivals in a borehole with a gap between the receivers, as a network of "
            f"{self.hidden} hidden tanh units. Prior: {prior}."
        )

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the receivers that are fitted to, and the prior sds `scale (variable)` of the weights."""
        scales = fitted_scales(self.hidden) if self.fitted else dict.fromkeys(SCALES, 1.0)
        return (
            super()
            .train(data, seed)
            .assign(scale=("variable", list(scales.values())))
            .assign_coords(variable=list(scales))
        )

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the training rows: free `w0`, `b0`, `w1 (hidden)`, `b1`, observed `y (observation)`."""
        x, way = standardised(cell_depths()), paths(train["depth"].values)
        coords = {
            "hidden": np.arange(self.hidden),
            "observation": train["observation"].values,
            "cell": np.arange(CELLS),
        }
        sd = {name: float(train["scale"].sel(variable=name)) for name in SCALES}
        with pm.Model(coords=coords) as model:
            w0, b0, w1 = (pm.Normal(name, 0.0, sd[name], dims="hidden") for name in ("w0", "b0", "w1"))
            b1 = pm.Normal("b1", 0.0, sd["b1"])
            output = (pt.tanh(x[:, None] * w0 + b0) @ w1 + b1) / np.sqrt(self.hidden + 1)  # (cell,)
            slowness = pm.Deterministic(self.field, mean_slowness() + SLOWNESS_SD * output, dims="cell")
            pm.Normal("y", way @ slowness, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)` in s/km."""
        w0, b0, w1 = (posterior[name].transpose("chain", "draw", "hidden").values for name in ("w0", "b0", "w1"))
        bias = posterior["b1"].transpose("chain", "draw").values[..., None]
        x = standardised(cell_depths())
        total = bias + sum(  # unit by unit, so that no array of all draws, cells and units is made
            w1[..., unit, None] * np.tanh(w0[..., unit, None] * x + b0[..., unit, None]) for unit in range(self.hidden)
        )
        return mean_slowness() + SLOWNESS_SD * total / np.sqrt(self.hidden + 1)
