"""The problem `slip`: how did a known fault slip? It is linear and Gaussian, so its posterior is known exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.contract import Gaussian
from bayesnet.problems.gaussian import linear_gaussian_posterior
from bayesnet.problems.okada.moment import magnitude, moment
from bayesnet.problems.okada.rows import FaultProblem, predicted, stations_of
from data import InputError
from data.faults.observations import SLIP_CORRELATION, SLIP_MEAN, SLIP_SD
from data.faults.patches import patch_response, slip_covariance


@dataclass(frozen=True)
class Slip(FaultProblem):
    """Slip of each patch of a known fault, with a Gaussian process as prior and Gaussian noise of known sd.

    The prior is by default the law that the true slip of the data was drawn from. It lets a patch slip backwards with a
    probability of 2 %: slip that cannot would not be Gaussian. The free variables are the slips themselves. Were they
    independent a priori instead (slip = mean + Cholesky factor times z), the best Gaussian with independent parameters
    would lie 50 nats below the evidence and not 15, and the condition number of the scaled precision, on which the time
    to optimise and to sample depends, would be 10,000 and not 190.
    """

    mean: float = SLIP_MEAN  # m, of the prior
    sd: float = SLIP_SD  # m, of the prior
    correlation: float = SLIP_CORRELATION  # km: the covariance falls by a factor e over this distance

    name: ClassVar[str] = "okada_slip"
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts", "hmc", "exact")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Fault": ("slip", "quantities"),
        "Displacements": ("displacements",),
        "Exact posterior": ("closed_form",),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations",),
        "Fits": ("cost", "diagnostics"),
    }

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        for name, unit in (("sd", "m"), ("correlation", "km")):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}; use for example 1.0 {unit}")

    @property
    def about(self) -> str:
        """The fault and the prior of its slip, in words."""
        return (
            "Slip of each patch of a fault of known geometry in an elastic half-space (Okada 1985). The prior is a "
            f"Gaussian process with mean {self.mean:g} m, sd {self.sd:g} m and a correlation length of "
            f"{self.correlation:g} km; data and prior are linear and Gaussian, so the posterior is known exactly."
        )

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the rows.

        Parameters
        ----------
        train : xarray.Dataset
            See `bayesnet.problems.okada.rows.observed_rows`.

        Returns
        -------
        pymc.Model
            Free variable `slip (patch)` in m, observed `y (observation)`. Patches are numbered in rows along the
            strike, each from the top down.
        """
        response = _response(train)  # (observation, patch)
        covariance = self._covariance(train)
        coords = {"patch": np.arange(len(covariance)), "observation": train["observation"].values}
        with pm.Model(coords=coords) as model:
            slip = pm.MvNormal("slip", np.full(len(covariance), self.mean), covariance, dims="patch")
            y = pm.Data("outcome", train["y"].values)  # unlike constants: compiled functions serve other outcomes
            pm.Normal("y", response @ slip, train["sd"].values, observed=y, dims="observation")
        return model

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Displacement (m) without noise of every draw at rows, `(chain, draw, observation)`.

        Parameters
        ----------
        posterior : xarray.Dataset
            `slip (chain, draw, patch)` in m.
        train : xarray.Dataset
            Not used: rows hold what is known of the fault.
        rows : xarray.Dataset
            See `bayesnet.problems.okada.rows.observed_rows`; `y` and `sd` are not used.
        """
        slip = posterior["slip"].transpose("chain", "draw", "patch").values
        return predicted(slip @ _response(rows).T, posterior, rows)

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """`patch_slip (..., along, down)` in m, `moment` in 1e18 N m and `magnitude`.

        The moment of slip that is backwards on the whole is negative and has no magnitude: that is NaN.
        """
        slip, along, down = posterior["slip"], train["along"], train["down"]
        shaped = xr.DataArray(
            slip.transpose(..., "patch").values.reshape(*slip.shape[:-1], len(along), len(down)),
            {name: slip[name] for name in slip.dims[:-1]} | {"along": along, "down": down},
            (*slip.dims[:-1], "along", "down"),
        )
        plane = dict(zip(train["parameter"].values.tolist(), train["plane"].values.tolist(), strict=True))
        total = moment(plane["length"], plane["width"], slip.mean("patch"))
        return xr.Dataset(
            {
                "patch_slip": shaped.assign_attrs(units="m"),
                "moment": (total / 1e18).assign_attrs(units="1e18 N m"),
                "magnitude": magnitude(np.log10(total.where(total > 0))).assign_attrs(units="1"),
            }
        )

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """The true `slip (patch)` and what `quantities` makes of it."""
        slip = xr.DataArray(data["slip"].values.ravel(), dims="patch", attrs={"units": "m"})
        true = xr.Dataset({"slip": slip}, {"patch": np.arange(slip.size)})
        return true.merge(self.quantities(true, data))

    def exact(self, train: xr.Dataset) -> Gaussian:
        """The posterior of `slip (patch)` and the evidence, in closed form: see `linear_gaussian_posterior`."""
        covariance = self._covariance(train)
        mean = np.full(len(covariance), self.mean)
        return linear_gaussian_posterior(_response(train), train["y"].values, train["sd"].values, mean, covariance)

    def _covariance(self, train: xr.Dataset) -> np.ndarray:
        return slip_covariance(train["along"].values, train["down"].values, self.sd, self.correlation)


def _response(rows: xr.Dataset) -> np.ndarray:
    """Displacement of each row by a metre of slip of each patch, `(observation, patch)`."""
    east, north, station, component = stations_of(rows)
    plane = dict(zip(rows["parameter"].values.tolist(), rows["plane"].values.tolist(), strict=True))
    response = patch_response(plane, (rows.sizes["along"], rows.sizes["down"]), east, north)
    return response[station, component]
