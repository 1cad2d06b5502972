"""The problem `slip`: how did a known fault slip? It is linear and Gaussian, so its posterior is known exactly."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pymc as pm
import xarray as xr
from scipy.linalg import cho_solve, cholesky

from bayesnet.problems.okada.moment import magnitude, moment
from bayesnet.problems.okada.rows import predicted, stations_of
from data import InputError
from data.faults.observations import SLIP_CORRELATION, SLIP_MEAN, SLIP_SD
from data.faults.patches import patch_response, slip_covariance


class Exact(NamedTuple):
    """A posterior known in closed form, over the free variables of a model."""

    mean: np.ndarray  # (parameter,)
    covariance: np.ndarray  # (parameter, parameter)
    log_evidence: float  # nats


class MeanField(NamedTuple):
    """The best Gaussian with independent parameters, by the ELBO."""

    mean: np.ndarray  # (parameter,)
    sd: np.ndarray  # (parameter,)
    elbo: float  # nats


@dataclass(frozen=True)
class Slip:
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

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        for name, unit in (("sd", "m"), ("correlation", "km")):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}; use for example 1.0 {unit}")

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
            pm.Normal("y", response @ slip, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def predict(self, posterior: xr.Dataset, stations: xr.Dataset) -> xr.DataArray:
        """Displacement (m) without noise of every draw at rows, `(chain, draw, observation)`.

        Parameters
        ----------
        posterior : xarray.Dataset
            `slip (chain, draw, patch)` in m.
        stations : xarray.Dataset
            Rows, see `bayesnet.problems.okada.rows.observed_rows`; `y` and `sd` are not used.
        """
        slip = posterior["slip"].transpose("chain", "draw", "patch").values
        return predicted(slip @ _response(stations).T, posterior, stations)

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

    def exact(self, train: xr.Dataset) -> Exact:
        """The posterior of `slip (patch)` and the evidence, in closed form.

        With the response G, the noise's covariance S, the prior N(m, C) and the data y, the posterior has the precision
        C^-1 + G' S^-1 G; the data are N(G m, G C G' + S) a priori (Rasmussen & Williams 2006, equations 2.8 and A.9).
        """
        sd, response = train["sd"].values, _response(train)
        scaled, residual = response / sd[:, None], (train["y"].values - response.sum(1) * self.mean) / sd
        prior = cholesky(self._covariance(train), lower=True)
        identity = np.eye(len(prior))
        factor = cholesky(cho_solve((prior, True), identity) + scaled.T @ scaled, lower=True)  # of the precision
        gain = scaled.T @ residual
        shift = cho_solve((factor, True), gain)
        log_determinant = 2 * (np.log(sd).sum() + np.log(np.diag(prior)).sum() + np.log(np.diag(factor)).sum())
        squares = residual @ residual - gain @ shift
        evidence = -0.5 * (len(sd) * np.log(2 * np.pi) + log_determinant + squares)
        return Exact(self.mean + shift, cho_solve((factor, True), identity), float(evidence))

    def _covariance(self, train: xr.Dataset) -> np.ndarray:
        return slip_covariance(train["along"].values, train["down"].values, self.sd, self.correlation)


def mean_field_optimum(exact: Exact) -> MeanField:
    """The Gaussian with independent parameters that is nearest to an exact Gaussian posterior.

    Its means are exact, its variances the inverses of the diagonal of the precision, and its ELBO lies below the log
    evidence by the divergence from it to the posterior (Bishop 2006, section 10.1.2).
    """
    precision = np.linalg.inv(exact.covariance)
    logarithm = np.linalg.slogdet(exact.covariance)[1]
    divergence = 0.5 * (np.log(np.diag(precision)).sum() + logarithm)
    return MeanField(exact.mean, np.diag(precision) ** -0.5, float(exact.log_evidence - divergence))


def _response(rows: xr.Dataset) -> np.ndarray:
    """Displacement of each row by a metre of slip of each patch, `(observation, patch)`."""
    east, north, station, component = stations_of(rows)
    plane = dict(zip(rows["parameter"].values.tolist(), rows["plane"].values.tolist(), strict=True))
    response = patch_response(plane, (rows.sizes["along"], rows.sizes["down"]), east, north)
    return response[station, component]
