"""Problems that are linear in unknowns which are independent N(0, 1) a priori, so that the posterior is known."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.contract import Gaussian
from bayesnet.parameters import flattened
from bayesnet.problems.gaussian import GaussianProblem, linear_gaussian_posterior


class WhitenedProblem(GaussianProblem):
    """A Gaussian problem whose rows are offset + operator @ z, with z ~ N(0, 1).

    A subclass says what `linear` makes of rows: the prior of the function that is looked for lies in it.
    """

    outcome: ClassVar[str] = "y"

    @abstractmethod
    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Expected outcome where z = 0, `(row,)`, and what a unit of each z adds, `(row, coefficient)`.

        What was chosen by the training rows stands with them alone.
        """

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the training rows: free variable `z (coefficient)`, observed `y (observation)`."""
        offset, operator = self.linear(train, train)
        coords = {"coefficient": np.arange(operator.shape[1]), "observation": train["observation"].values}
        with pm.Model(coords=coords) as model:
            z = pm.Normal("z", 0.0, 1.0, dims="coefficient")
            y = pm.Data("outcome", train["y"].values)  # unlike constants: compiled functions serve other outcomes
            pm.Normal("y", offset + z @ operator.T, train["sd"].values, observed=y, dims="observation")
        return model

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Expected outcome of every draw at rows, `(chain, draw, observation)`, in the unit of the outcome."""
        return applied(*self.linear(rows, train), posterior, rows["observation"], "predicted", self.unit)

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Every coefficient."""
        return flattened(fit["posterior"].to_dataset(), ["z"])

    def exact(self, train: xr.Dataset) -> Gaussian:
        """The posterior of `z (coefficient)` and the evidence, in closed form: see `linear_gaussian_posterior`."""
        offset, operator = self.linear(train, train)
        size = operator.shape[1]
        y, sd = train["y"].values - offset, train["sd"].values
        return linear_gaussian_posterior(operator, y, sd, np.zeros(size), np.eye(size))


def applied(
    offset: np.ndarray, operator: np.ndarray, posterior: xr.Dataset, places: xr.DataArray, name: str, unit: str
) -> xr.DataArray:
    """offset + operator @ z of every draw, `(chain, draw, <dimension of places>)`."""
    z = posterior["z"].transpose("chain", "draw", "coefficient")
    coords = {"chain": z["chain"].values, "draw": z["draw"].values} | {key: places[key] for key in places.coords}
    values = offset + z.values @ operator.T
    return xr.DataArray(values, coords, ("chain", "draw", *places.dims), name=name).assign_attrs(units=unit)
