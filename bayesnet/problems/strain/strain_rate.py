"""The problem `strain_rate`: how does the ground strain between stations whose velocities are known?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from bayesnet.problems.strain.evidence import Scaled, highest
from bayesnet.problems.strain.splines import ENERGIES, Surface, whitening
from bayesnet.problems.whitened import WhitenedProblem, applied
from data import InputError
from data.velocities.observations import COMPONENTS, sources_of
from data.velocities.sources import NANOSTRAIN

FIELDS = {
    "velocity_east": "mm/yr", "velocity_north": "mm/yr", "dilatation": "nstrain/yr", "shear": "nstrain/yr",
}  # fmt: skip
MOST_INTERVALS = 12  # between knots to a side: of larger areas the knots are farther apart
QUARTERS = {"centre": (0.5, 0.5), "SW": (0.25, 0.25), "NW": (0.25, 0.75), "SE": (0.75, 0.25), "NE": (0.75, 0.75)}


@dataclass(frozen=True)
class StrainRate(WhitenedProblem):
    """Velocities of the ground on bicubic B-splines whose coefficients a physical law makes likely or not.

    The prior is exp(-E / 2 rho^2), E an energy of the velocities (see `bayesnet.problems.strain.splines`). What E says
    nothing of, as a rotation, has the sd tau. rho, and the factor sigma of the sds that come with the data, are those
    of highest evidence on a grid: the lowest ABIC (Okazaki, Fukahata & Nishimura 2021). Free variables are the
    coefficients whitened by the prior.
    """

    prior: str = "smoothness"  # a key of ENERGIES
    tau: float = 100.0  # mm/yr, sd of the coefficients in directions without energy
    spacing: float = 20.0  # km, of the knots

    name: ClassVar[str] = "strain_rate"
    unit: ClassVar[str] = "mm/yr"
    methods: ClassVar[tuple[str, ...]] = ("verde", "map", "advi", "nuts", "hmc", "exact")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Strain rate": ("strain", "quantities"),
        "Scales of noise and prior": ("evidence",),
        "Exact posterior": ("closed_form",),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("observations",),
        "Fits": ("cost", "diagnostics"),
    }

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        if self.prior not in ENERGIES:
            raise InputError(f"prior must be one of {', '.join(ENERGIES)}, got {self.prior!r}; choose one of them")
        for name in ("tau", "spacing"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} must be positive, got {getattr(self, name)}; use for example 20")

    @property
    def about(self) -> str:
        """The splines and the prior, in words."""
        laws = {
            "smoothness": "that it is smooth",
            "equilibrium": "the equilibrium of an elastic sheet in plane stress",
        }
        return (
            f"Horizontal velocity on bicubic B-splines with knots {self.spacing:g} km apart. The prior is "
            f"{laws[self.prior]}; what it leaves open has an sd of {self.tau:g} mm/yr. The scales of noise and prior "
            "are those of highest evidence; given them the posterior is known exactly."
        )

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Rows of the training stations, with `rho` and `sigma` of highest evidence; their sd has the factor sigma."""
        some = rows(data, "train")
        rho, sigma = highest(self.scaled(some).log_evidence())
        return some.assign(sd=sigma * some["sd"], rho=rho, sigma=sigma)

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows of the test stations, their sd scaled as that of the training ones."""
        some = rows(data, "test")
        return some.assign(sd=float(self.train(data, 0)["sigma"]) * some["sd"])

    def scaled(self, train: xr.Dataset) -> Scaled:
        """The problem of rows with the scales of noise and prior left open, relative to the `sd` of the rows."""
        surface, (flat, white) = self.surface(train), self.directions(train)
        design = velocities_at(surface, train["east"].values, train["north"].values, train["component"].values)
        return Scaled(train["y"].values, train["sd"].values, design @ flat, design @ white, self.tau)

    def surface(self, train: xr.Dataset) -> Surface:
        """The splines over the area of the stations."""
        return Surface.over(train["area"].values, self.spacing, MOST_INTERVALS)

    def coefficients(self, train: xr.Dataset, rho: float) -> np.ndarray:
        """Coefficients of the splines for a unit of each whitened number, `(spline, coefficient)`."""
        flat, white = self.directions(train)
        return np.hstack([self.tau * flat, rho * white])

    @threadpool_limits.wrap(limits=1)  # with more threads directions of equal energy would be other ones
    def directions(self, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Directions of which the prior says nothing, and those in which it is N(0, 1): see `whitening`."""
        return whitening(ENERGIES[self.prior](self.surface(train)))

    def linear(self, rows: xr.Dataset, train: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Velocity of each row for a unit of each whitened number."""
        surface = self.surface(rows)
        design = velocities_at(surface, rows["east"].values, rows["north"].values, rows["component"].values)
        return np.zeros(len(design)), design @ self.coefficients(rows, float(train["rho"]))

    def fields(self, posterior: xr.Dataset, train: xr.Dataset, east: np.ndarray, north: np.ndarray) -> xr.DataArray:
        """Velocity and strain rate of every draw at places, `(chain, draw, field, place)`: see FIELDS."""
        operator = fields_at(self.surface(train), east, north) @ self.coefficients(train, float(train["rho"]))
        flat = operator.reshape(-1, operator.shape[-1])
        places = xr.DataArray(np.zeros(len(flat)), dims="value")
        return shaped(applied(0.0, flat, posterior, places, "fields", ""), len(np.asarray(east)))

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """`dilatation` and `shear (place)` in nstrain/yr, in the centre of the area and of its quarters."""
        return self.by_quarter(self.fields(posterior, train, *centres(train["area"].values)))

    def truth(self, data: xr.Dataset) -> xr.Dataset | None:
        """What `quantities` makes of what moved the ground; None for real data."""
        sources = sources_of(data)
        if sources is None:
            return None
        return self.by_quarter(true_fields(data, *centres(data["area"].values)))

    @staticmethod
    def by_quarter(fields: xr.DataArray) -> xr.Dataset:
        """The strain rates among FIELDS `(..., field, place)` at the places of `centres`, with their units."""
        named = fields.rename(place="quarter").assign_coords(quarter=list(QUARTERS))
        return xr.Dataset(
            {
                name: named.sel(field=name, drop=True).assign_attrs(units=FIELDS[name])
                for name in ("dilatation", "shear")
            }
        )


def rows(data: xr.Dataset, part: str) -> xr.Dataset:
    """Rows of one part of the split without anything of the truth.

    Parameters
    ----------
    data : xarray.Dataset
        See `data.velocities.observations.load_velocities`.
    part : str
        "train" or "test".

    Returns
    -------
    xarray.Dataset
        `y (observation)`, a component of the velocity, and `sd (observation)` in mm/yr, with the coordinates `station`,
        `component`, `east` and `north` (km); `area (edge)`.
    """
    some = data[["velocity", "sd"]].isel(station=np.flatnonzero(data["split"].values == part))
    flat = some.rename(velocity="y").stack(observation=("station", "component"), create_index=False)
    labels = {name: flat[name].variable for name in ("station", "component", "east", "north")}
    found = flat.reset_coords(drop=True).assign_coords(labels | {"observation": np.arange(flat.sizes["observation"])})
    return found.assign(area=data["area"])


def velocities_at(surface: Surface, east: np.ndarray, north: np.ndarray, component: np.ndarray) -> np.ndarray:
    """A component of the velocity at each place for a unit of each coefficient, `(place, spline)`."""
    values = surface.values(east, north)
    is_east = (component == COMPONENTS[0])[:, None]
    return np.hstack([values * is_east, values * ~is_east])


def fields_at(surface: Surface, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Each of FIELDS at places for a unit of each coefficient, `(field, place, spline)`."""
    plain, x, y = (surface.values(east, north, orders) for orders in ((0, 0), (1, 0), (0, 1)))
    none = np.zeros_like(plain)
    parts = ((plain, none), (none, plain), (NANOSTRAIN * x, NANOSTRAIN * y), (NANOSTRAIN * y / 2, NANOSTRAIN * x / 2))
    return np.stack([np.hstack(part) for part in parts])


def true_fields(data: xr.Dataset, east: np.ndarray, north: np.ndarray) -> xr.DataArray:
    """The true FIELDS at places, `(field, place)`, of synthetic data."""
    sources = sources_of(data)
    xx, xy, yy = sources.strain_rate(east, north)
    values = np.stack([*sources.velocity(east, north), xx + yy, xy])
    return xr.DataArray(values, {"field": list(FIELDS)}, ("field", "place"))


def centres(area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """East and north of the centre of an area and of its quarters, in the order of QUARTERS."""
    west, south, east, north = area
    shares = np.array(list(QUARTERS.values()))
    return west + shares[:, 0] * (east - west), south + shares[:, 1] * (north - south)


def shaped(values: xr.DataArray, places: int) -> xr.DataArray:
    """Values of all fields side by side as `(chain, draw, field, place)`."""
    array = values.values.reshape(*values.shape[:2], len(FIELDS), places)
    coords = {name: values[name].values for name in ("chain", "draw")} | {"field": list(FIELDS)}
    return xr.DataArray(array, coords, ("chain", "draw", "field", "place"))
