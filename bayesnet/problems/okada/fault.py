"""The problem `fault`: which rectangle, slipping how, displaced the stations so? Nine unknown numbers, many optima."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from scipy.optimize import least_squares

from bayesnet.problems.okada.displacement import centre, fault_displacement, slip_components
from bayesnet.problems.okada.moment import magnitude, moment
from bayesnet.problems.okada.rows import FaultProblem, predicted, samples, stations_of
from data import InputError
from data.faults.observations import UNITS

BLOCK = 2**19  # corners of faults times stations at a time in a prediction, some 100 MiB
Range = tuple[float, float]


@dataclass(frozen=True)
class Fault(FaultProblem):
    """A rectangle of uniform slip in an elastic half-space, all nine of its parameters unknown and uniform a priori.

    The ranges are those of a shallow earthquake of magnitude 5 to 8 inside the network, on a plane that dips to the
    east or to the south (aftershocks tell which of the two planes of a focal mechanism slipped) and lifts the ground
    above it. Half of random starts end in another optimum than the best.
    """

    corner_east: Range = (-30.0, 30.0)  # km, of the top corner at the start of the strike
    corner_north: Range = (-30.0, 30.0)  # km, of the same corner
    top: Range = (0.5, 15.0)  # km, depth of the upper edge: a fault that reached the ground would have been mapped
    length: Range = (5.0, 50.0)  # km, along the strike
    width: Range = (3.0, 30.0)  # km, down the dip
    strike: Range = (-60.0, 120.0)  # degrees clockwise from north; the fault dips to the right of it
    dip: Range = (10.0, 90.0)  # degrees down from the horizontal
    rake: Range = (0.0, 180.0)  # degrees: 0 left-lateral, 90 reverse, 180 right-lateral slip
    slip: Range = (0.1, 5.0)  # m

    name: ClassVar[str] = "okada_fault"
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Fault": ("quantities", "corner"),
        "Displacements": ("displacements",),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations",),
        "Fits": ("cost", "diagnostics"),
    }

    def __post_init__(self) -> None:
        """Refuse ranges that no fault can be drawn from."""
        for name, (low, high) in self.ranges().items():
            least, most = LIMITS.get(name, (-np.inf, np.inf))
            if not least <= low < high <= most:
                raise InputError(
                    f"{name} must be a range within {least:g} to {most:g} {UNITS[name]}, got {low:g} to {high:g}; "
                    "give its lower end first"
                )

    @property
    def about(self) -> str:
        """The fault and the priors of its parameters, in words."""
        priors = [
            f"{name.replace('_', ' ')} {low:g} to {high:g} {UNITS[name]}" for name, (low, high) in self.ranges().items()
        ]
        return (
            "One rectangular fault of uniform slip in an elastic half-space (Okada 1985), of which nothing is known. "
            f"Priors are uniform: {', '.join(priors)}."
        )

    def ranges(self) -> dict[str, Range]:
        """Lower and upper end of the prior of each parameter."""
        return {name: tuple(getattr(self, name)) for name in PARAMETERS}

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the rows: nine uniform parameters, and independent Gaussian noise of known sd.

        Parameters
        ----------
        train : xarray.Dataset
            See `bayesnet.problems.okada.rows.observed_rows`.

        Returns
        -------
        pymc.Model
            Free variables: the fields of this class; observed: `y (observation)`.
        """
        east, north, station, component = stations_of(train)
        with pm.Model(coords={"observation": train["observation"].values}) as model:
            fault = {name: pm.Uniform(name, *ends) for name, ends in self.ranges().items()}
            mean = pt.stack(displaced(fault, east, north))[component, station]
            pm.Normal("y", mean, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Displacement (m) without noise of every draw at rows, `(chain, draw, observation)`.

        Parameters
        ----------
        posterior : xarray.Dataset
            The nine parameters, `(chain, draw)` each.
        train : xarray.Dataset
            Not used: the parameters are all that a displacement depends on.
        rows : xarray.Dataset
            See `bayesnet.problems.okada.rows.observed_rows`; `y` and `sd` are not used.
        """
        east, north, station, component = stations_of(rows)
        draws = samples(posterior, PARAMETERS)
        out = np.empty((len(draws["slip"]), len(station)))
        step = max(1, BLOCK // (4 * len(east)))
        for start in range(0, len(out), step):
            some = {name: values[start : start + step, None] for name, values in draws.items()}  # (draw, 1)
            parts = np.stack(displaced(some, east, north))  # (component, draw, station)
            out[start : start + step] = parts[component, :, station].T
        return predicted(out, posterior, rows)

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """What displacements identify: size, centre and direction of slip, each `(chain, draw, ...)`.

        `log10_moment` (of N m), `magnitude`, the centre of the fault `centre_east`, `centre_north`, `centre_depth`
        (km), and `slip_direction (axis)`, the unit vector to the east, to the north and up along which the ground above
        the fault moved relative to the ground below.
        """
        p = {name: posterior[name] for name in PARAMETERS}
        shape = {name: p[name] for name in ("length", "width", "strike", "dip")}
        east, north, depth = centre(p["corner_east"], p["corner_north"], p["top"], **shape)
        size = np.log10(moment(p["length"], p["width"], p["slip"]))
        found = {
            "log10_moment": (size, "log10 N m"),
            "magnitude": (magnitude(size), "1"),
            "centre_east": (east, "km"),
            "centre_north": (north, "km"),
            "centre_depth": (depth, "km"),
            "slip_direction": (slip_direction(p["strike"], p["dip"], p["rake"]), "1"),
        }
        return xr.Dataset({name: values.assign_attrs(units=unit) for name, (values, unit) in found.items()})

    def truth(self, data: xr.Dataset) -> xr.Dataset:
        """The true parameters, each with its unit in `attrs`, and what `quantities` makes of them."""
        true = xr.Dataset({name: ((), float(data["fault"].sel(parameter=name))) for name in PARAMETERS})
        for name in PARAMETERS:
            true[name].attrs["units"] = UNITS[name]
        return true.merge(self.quantities(true, data))


LIMITS = {
    "top": (0.0, np.inf), "length": (0.0, np.inf), "width": (0.0, np.inf), "dip": (0.0, 90.0), "slip": (0.0, np.inf),
}  # fmt: skip
PARAMETERS = [field.name for field in fields(Fault)]


def displaced(fault: Mapping[str, Any], east: np.ndarray, north: np.ndarray) -> tuple[Any, Any, Any]:
    """East, north and up of stations (m) by a fault given by its nine parameters, in numpy or PyTensor."""
    strike_slip, dip_slip = slip_components(fault["slip"], fault["rake"])
    place = {name: fault[name] for name in PARAMETERS if name not in ("rake", "slip")}
    return fault_displacement(east, north, **place, strike_slip=strike_slip, dip_slip=dip_slip)


def slip_direction(strike: xr.DataArray, dip: xr.DataArray, rake: xr.DataArray) -> xr.DataArray:
    """Unit vector `(..., axis)` of the slip of the upper side relative to the lower (Aki & Richards 1980, eq. 4.88)."""
    f, d, r = (np.deg2rad(angle) for angle in (strike, dip, rake))
    ahead, up_dip = np.cos(r), np.sin(r)
    east = ahead * np.sin(f) - up_dip * np.cos(d) * np.cos(f)
    north = ahead * np.cos(f) + up_dip * np.cos(d) * np.sin(f)
    return xr.concat([east, north, up_dip * np.sin(d)], xr.Variable("axis", ["east", "north", "up"])).transpose(
        ..., "axis"
    )


def optima(problem: Fault, train: xr.Dataset, starts: int, seed: int) -> xr.Dataset:
    """Least-squares fits of a fault from draws of its prior: the local optima of the likelihood, best first.

    Parameters
    ----------
    problem : Fault
        Its ranges are the bounds of the fit.
    train : xarray.Dataset
        See `bayesnet.problems.okada.rows.observed_rows`.
    starts : int
    seed : int

    Returns
    -------
    xarray.Dataset
        `chi_square (start)`, the sum of squared residuals in units of their sd, and the nine parameters `(start)`.
    """
    east, north, station, component = stations_of(train)
    y, sd = train["y"].values, train["sd"].values
    low, high = np.array([*problem.ranges().values()]).T

    def residuals(values: np.ndarray) -> np.ndarray:
        parts = np.stack(displaced(dict(zip(PARAMETERS, values, strict=True)), east, north))
        return (parts[component, station] - y) / sd

    points = np.random.default_rng(seed).uniform(low, high, (starts, len(low)))
    fits = [least_squares(residuals, point, bounds=(low, high), x_scale=high - low, max_nfev=200) for point in points]
    fits.sort(key=lambda fit: fit.cost)
    found = {"chi_square": ("start", [2 * fit.cost for fit in fits], {"units": "1"})} | {
        name: ("start", [fit.x[i] for fit in fits], {"units": UNITS[name]}) for i, name in enumerate(PARAMETERS)
    }
    return xr.Dataset(found, {"start": np.arange(starts)})
