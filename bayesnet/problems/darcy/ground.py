"""What all problems of groundwater flow share: rows, heads of a log permeability, quantities, and parts of a page."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems.darcy.operation import Heads
from bayesnet.problems.gaussian import GaussianProblem
from data.darcy.flow import centres, effective_permeability, heads_of, outflow
from data.darcy.heads import SIDE, recharge

EVERY = 4  # cells, along each side, from one that chains must agree on to the next
QUARTERS = {  # of the square: which half upwards, which half across
    "lower left": (0, 0),
    "lower right": (0, 1),
    "upper left": (1, 0),
    "upper right": (1, 1),
}


class Ground(GaussianProblem):
    """A problem that looks for the log permeability of square cells, from heads in wells."""

    unit: ClassVar[str] = "1"
    outcome: ClassVar[str] = "y"
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Permeability": ("permeability", "quantities"),
        "Predictions": ("heads", "scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations", "flow"),
        "Fits": ("cost", "diagnostics"),
    }

    @abstractmethod
    def unknowns(self, train: xr.Dataset) -> pt.TensorVariable:
        """The free variables, made in the model that is being built, and the log permeability `(cell)` of them."""

    @abstractmethod
    def log_permeability(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Log permeability of every draw, `(chain, draw, cell)`."""

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the wells that are fitted to."""
        return rows(data, "train")

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the wells that are held out."""
        return rows(data, "test")

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the training rows: the unknowns, observed `y (observation)`."""
        coords = {"cell": np.arange(SIDE**2), "observation": train["observation"].values}
        with pm.Model(coords=coords) as model:
            heads, _ = Heads()(self.unknowns(train).reshape((SIDE, SIDE)), recharge())
            expected = heads.flatten()[train["cell_of_well"].values]
            pm.Normal("y", expected, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def heads(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Head of every draw in every cell, `(chain, draw, cell)`."""
        k = self.log_permeability(posterior, train)
        return heads_of(k.reshape(-1, SIDE, SIDE), recharge()).reshape(k.shape)

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Head without noise of every draw at rows, `(chain, draw, observation)`."""
        values = self.heads(posterior, train)[..., rows["cell_of_well"].values]
        coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values}
        coords |= {name: rows["observation"][name] for name in rows["observation"].coords}
        found = xr.DataArray(values, coords, ("chain", "draw", "observation"), name="predicted")
        return found.assign_attrs(units=self.unit)

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Log permeability of sixteen cells: weights that make the same function need not agree."""
        posterior, train = fit["posterior"].to_dataset(), fit["constant_data"].to_dataset()
        some = slice(EVERY // 2, None, EVERY)
        square = self.log_permeability(posterior, train).reshape(*posterior_shape(posterior), SIDE, SIDE)
        values, place = square[..., some, some], centres(SIDE)[some]
        names = [f"({across:.2f}, {up:.2f})" for up in place for across in place]
        coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values, "place": names}
        values = values.reshape(*values.shape[:2], -1)
        return xr.DataArray(values, coords, ("chain", "draw", "place"), name="log_permeability")

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """See `quantities_of`."""
        return quantities_of(self.log_permeability(posterior, train), posterior)

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """What `quantities` should be."""
        one = xr.Dataset(coords={"chain": [0], "draw": [0]})
        k = data["log_permeability"].values.reshape(1, 1, -1)
        return quantities_of(k, one).isel(chain=0, draw=0, drop=True)


def posterior_shape(posterior: xr.Dataset) -> tuple[int, int]:
    """Numbers of chains and draws."""
    return posterior.sizes["chain"], posterior.sizes["draw"]


def rows(data: xr.Dataset, part: str) -> xr.Dataset:
    """Rows of one part of the split, `y` and `sd (observation)` with `cell_of_well`; nothing of the truth."""
    some = data[["head", "sd"]].isel(observation=np.flatnonzero(data["split"].values == part))
    return some.rename(head="y", cell="cell_of_well").drop_vars("split")


def quantities_of(k: np.ndarray, posterior: xr.Dataset) -> xr.Dataset:
    """What heads may tell of log permeability `(chain, draw, cell)`.

    Returns
    -------
    xarray.Dataset
        `mean_k (quarter)`: mean log permeability of quarters of the square; `effective_permeability` from left to
        right; `outflow` through the right side, of what flows in from the left and what is added.
    """
    square = k.reshape(-1, SIDE, SIDE)
    half = SIDE // 2
    blocks = square.reshape(-1, 2, half, 2, half).mean(axis=(2, 4))
    quarters = np.stack([blocks[:, up, across] for up, across in QUARTERS.values()], axis=-1)
    found = {
        "mean_k": (("quarter",), quarters),
        "effective_permeability": ((), effective_permeability(square)),
        "outflow": ((), outflow(square, heads_of(square, recharge()))),
    }
    shape, coords = k.shape[:2], {name: posterior[name].values for name in ("chain", "draw")}
    return xr.Dataset(
        {
            name: (("chain", "draw", *dims), values.reshape(*shape, *values.shape[1:]), {"units": "1"})
            for name, (dims, values) in found.items()
        },
        coords | {"quarter": list(QUARTERS)},
    )
