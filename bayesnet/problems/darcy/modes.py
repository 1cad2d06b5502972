"""The problem `darcy`: log permeability as the first modes of a Gaussian process."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems.darcy.ground import Ground
from data.darcy.heads import MODES, modes


@dataclass(frozen=True)
class Darcy(Ground):
    """Log permeability as the sum of the largest modes of a Gaussian process, whose amounts `z` are N(0, 1) each."""

    name: ClassVar[str] = "darcy"
    about: ClassVar[str] = (
        "Log permeability k of a square of ground from heads in wells, through which water flows from the left side to "
        f"the right one. Prior: a Gaussian process on its {MODES} largest modes."
    )
    methods: ClassVar[tuple[str, ...]] = ("advi", "nuts", "hmc", "svgd")

    def unknowns(self, train: xr.Dataset) -> pt.TensorVariable:
        """Free variable `z (mode)`."""
        pm.modelcontext(None).add_coord("mode", np.arange(MODES))
        return pt.as_tensor(modes()) @ pm.Normal("z", 0.0, 1.0, dims="mode")

    def log_permeability(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Log permeability of every draw, `(chain, draw, cell)`."""
        return posterior["z"].transpose("chain", "draw", "mode").values @ modes().T
