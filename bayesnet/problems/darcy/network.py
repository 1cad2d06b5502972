"""The problem `darcy_network`: log permeability as a Bayesian neural network of the place."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems import functional_prior
from bayesnet.problems.darcy.ground import Ground
from bayesnet.problems.functional_prior import SCALES
from data import InputError
from data.darcy.flow import centres
from data.darcy.heads import LENGTH, SIDE

COMPARED = 5  # places along each side at which functions are compared
SIDE_SD = 1 / np.sqrt(12)  # of places spread evenly along a side


@dataclass(frozen=True)
class NetworkDarcy(Ground):
    """Log permeability as a tanh network of the two coordinates of a place, in sds of the Gaussian process of `darcy`.

    Its output is the bias plus the sum over hidden units, divided by the root of the number of these terms. Weights are
    independent and Gaussian.
    """

    hidden: int = 20
    fitted: bool = False  # whether the sds of weights and biases are fitted (see `fitted_scales`) or 1

    name: ClassVar[str] = "darcy_network"
    field: ClassVar[str] = "log_permeability"  # variable of the model that is the function: see `bayesnet.methods.svgd`
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
            "Log permeability k of a square of ground from heads in wells, through which water flows from the left "
            f"side to the right one, as a network of {self.hidden} hidden tanh units. Prior: {prior}."
        )

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the wells that are fitted to, and the prior sds `scale (variable)` of the weights."""
        scales = fitted_scales(self.hidden) if self.fitted else dict.fromkeys(SCALES, 1.0)
        train = super().train(data, seed).assign(scale=("variable", list(scales.values())))
        return train.assign_coords(variable=list(scales))

    def unknowns(self, train: xr.Dataset) -> pt.TensorVariable:
        """Free variables `w0 (input, hidden)`, `b0`, `w1 (hidden)`, `b1`, and `log_permeability (cell)`."""
        pm.modelcontext(None).add_coords({"input": ["across", "up"], "hidden": np.arange(self.hidden)})
        sd = {name: float(train["scale"].sel(variable=name)) for name in SCALES}
        w0 = pm.Normal("w0", 0.0, sd["w0"], dims=("input", "hidden"))
        b0, w1 = (pm.Normal(name, 0.0, sd[name], dims="hidden") for name in ("b0", "w1"))
        b1 = pm.Normal("b1", 0.0, sd["b1"])
        output = (pt.tanh(places() @ w0 + b0) @ w1 + b1) / np.sqrt(self.hidden + 1)
        return pm.Deterministic(self.field, output, dims="cell")

    def log_permeability(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Log permeability of every draw, `(chain, draw, cell)`."""
        w0 = posterior["w0"].transpose("chain", "draw", "hidden", "input").values
        b0, w1 = (posterior[name].transpose("chain", "draw", "hidden").values for name in ("b0", "w1"))
        bias, x = posterior["b1"].transpose("chain", "draw").values[..., None], places()
        total = bias + sum(  # unit by unit, so that no array of all draws, cells and units is made
            w1[..., unit, None] * np.tanh(w0[..., unit, :] @ x.T + b0[..., unit, None]) for unit in range(self.hidden)
        )
        return total / np.sqrt(self.hidden + 1)


def places(number: int = SIDE) -> np.ndarray:
    """Centres of cells, so many along each side, as the network sees them: each coordinate of mean 0 and sd 1.

    Returns
    -------
    ndarray of shape (cell, 2)
        Across and up.
    """
    up, across = np.meshgrid(centres(number), centres(number), indexing="ij")
    return (np.column_stack([across.ravel(), up.ravel()]) - 0.5) / SIDE_SD


@cache
def fitted_scales(hidden: int) -> dict[str, float]:
    """Prior sds of a network of so many hidden units that bring its functions nearest to the Gaussian process."""
    return functional_prior.fitted_scales(places(COMPARED), LENGTH / SIDE_SD, hidden)
