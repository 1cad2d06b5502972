"""Synthetic displacements of stations on the ground, made by a known fault: `slip`, `fault` and `modes`."""

import hashlib
from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr

from data.catalogue import TEST, TRAIN
from data.errors import InputError
from data.faults.displacement import fault_displacement, slip_components, top_corner
from data.faults.patches import patch_centres, patch_response, slip_covariance
from data.faults.projection import east_north
from data.seeds import seed_for

COMPONENTS = ("east", "north", "up")
UNITS = {"corner_east": "km", "corner_north": "km", "top": "km", "length": "km", "width": "km"}
UNITS |= {"strike": "degree", "dip": "degree", "rake": "degree", "slip": "m"}

# of `slip`: a reverse fault of 40 by 20 km below the middle of the network, cut into 8 by 4 patches
SHAPE = {"length": 40.0, "width": 20.0, "strike": 20.0, "dip": 30.0}
_EAST, _NORTH, _TOP = map(float, top_corner(0.0, 0.0, 7.0, **SHAPE))
PLANE = {"corner_east": _EAST, "corner_north": _NORTH, "top": _TOP, **SHAPE, "rake": 90.0}
PATCHES = (8, 4)  # along the strike, down the dip
SLIP_MEAN, SLIP_SD, SLIP_CORRELATION = 2.0, 1.0, 20.0  # m, m, km: the law that the true slip is drawn from
SLIP_SDS = (0.005, 0.005, 0.01)  # m, of the noise

# of `fault`: an earthquake of magnitude 6.7 as a dense network of satellite receivers sees it
FAULT = {"corner_east": -5.0, "corner_north": -12.0, "top": 3.0, "length": 24.0, "width": 12.0}
FAULT |= {"strike": 20.0, "dip": 50.0, "rake": 70.0, "slip": 1.5}
FAULT_SDS = (0.003, 0.003, 0.008)  # m

# of `modes`: the fault and the grid of a notebook of the library OkadaTorch, 7_OkadaWrapper_Bayesian_demo
ORIGIN = (145.0, 40.0)  # longitude and latitude, degrees
MODES_PLACE = (144.8678, 40.2224)  # of the fault's top corner
MODES = {"top": 0.1, "length": 218.0, "width": 46.0, "strike": 189.0, "dip": 60.0, "rake": 270.0, "slip": 5.62}
MODES_SDS = (0.05, 0.05, 0.05)  # m
MODES_SEED = 123

EXTENT = 50.0  # km, of the stations of `slip` and `fault` to each side of the origin
STATIONS, TEST_STATIONS, MODES_TEST_STATIONS = 60, 20, 60


def load_observations(name: str, seed: int | None = None) -> xr.Dataset:
    """Displacements of stations on the ground above a known fault, with noise.

    Parameters
    ----------
    name : str
        `slip`: a fault known but for its slip, which varies over 32 patches. `fault`: one rectangle of uniform slip, of
        which nothing is known. `modes`: a normal fault of 218 km off a coast, seen by a grid of 625 stations.
    seed : int, optional
        Of the stations and of the noise (and the slip of `slip`); by default the one that the studies use.

    Returns
    -------
    xarray.Dataset
        `displacement`, `true_displacement` and `sd` (of the noise), all in m and `(station, component)`, with `east`,
        `north` (km) and `split` of each station. `fault (parameter)`, the true fault, with `unit (parameter)`: see
        `data.faults.displacement.fault_displacement`. Of `slip`, in its place, the known `plane (parameter)` and the
        true `slip (along, down)` in m, of patches whose centres lie `along` km from the start of the strike and `down`
        km from the top edge. Attributes `name`, `source`, `licence`, `repairs`, `checksum` and `seed`.

    Raises
    ------
    InputError
        For a name other than these.
    """
    if name not in OBSERVATIONS:
        raise InputError(f"observations must be one of {', '.join(OBSERVATIONS)}, got {name!r}; choose one of them")
    make, default = OBSERVATIONS[name]
    chosen = default if seed is None else seed
    data = make(chosen)
    data.attrs |= {"name": name, "licence": "CC0-1.0", "repairs": "none", "seed": chosen}
    check_observations(data)
    data.attrs["checksum"] = checksum(data)
    return data


def check_observations(data: xr.Dataset) -> None:
    """Refuse observations that no fault can be fitted to.

    Raises
    ------
    InputError
        On values that are not finite, standard deviations that are not positive, or a part without stations.
    """
    where = f"observations '{data.attrs['name']}'"
    for name in ("displacement", "sd", "east", "north"):
        wrong = ~np.isfinite(data[name].values)
        if wrong.any():
            value = data[name].values[wrong][0]
            raise InputError(f"{name} must be finite numbers, got {value} in {where}; drop the station")
    if not (data["sd"].values > 0).all():
        least = data["sd"].values.min()
        raise InputError(f"sd must be positive, got {least} in {where}; give the sd of the noise in m")
    for part in (TRAIN, TEST):
        if part not in data["split"].values:
            raise InputError(f"split needs {part!r} stations, got none in {where}; mark some of them")


def checksum(data: xr.Dataset) -> str:
    """SHA-256 over the components, the split, the places of the stations, the displacements and their noise."""
    digest = hashlib.sha256()
    for name in ("component", "split"):
        digest.update("\n".join(data[name].values.tolist()).encode())
    for name in ("east", "north", "displacement", "sd"):
        digest.update(np.ascontiguousarray(data[name].values, dtype="<f8").tobytes())
    return digest.hexdigest()


def _slip(seed: int) -> xr.Dataset:
    """A known plane whose slip was drawn from a Gaussian process."""
    along, down = patch_centres(PLANE, PATCHES)
    factor = np.linalg.cholesky(slip_covariance(along, down, SLIP_SD, SLIP_CORRELATION))
    slip = SLIP_MEAN + factor @ np.random.default_rng(seed_for(seed, "slip")).normal(size=len(factor))
    east, north = _scattered(seed, "slip")
    data = _dataset(
        patch_response(PLANE, PATCHES, east, north) @ slip, SLIP_SDS, east, north, PLANE,
        noise=np.random.default_rng(seed_for(seed, "slip noise")).normal(size=(len(east), 3)),
        source="simulated by data.faults.observations",
    )  # fmt: skip
    data = data.rename(fault="plane")
    data["plane"].attrs["description"] = "the known fault, but for its slip"
    data["slip"] = ("along", "down"), slip.reshape(PATCHES), {"units": "m"}
    return data.assign_coords(along=("along", along, {"units": "km"}), down=("down", down, {"units": "km"}))


def _fault(seed: int) -> xr.Dataset:
    """One rectangle of uniform slip below stations scattered at random."""
    east, north = _scattered(seed, "fault")
    return _dataset(
        _displaced(FAULT, east, north), FAULT_SDS, east, north, FAULT,
        noise=np.random.default_rng(seed_for(seed, "fault noise")).normal(size=(len(east), 3)),
        source="simulated by data.faults.observations",
    )  # fmt: skip


def _modes(seed: int) -> xr.Dataset:
    """The demonstration of OkadaTorch: its training data are the notebook's own where the seed is 123.

    The test stations lie at random among those of the grid.
    """
    longitude, latitude = np.meshgrid(np.linspace(142, 148, 25), np.linspace(37, 43, 25))
    grid = np.random.default_rng(seed).standard_normal((25, 25, 3)).reshape(-1, 3)
    rng = np.random.default_rng(seed_for(seed, "modes test stations"))
    between = rng.uniform([[142], [37]], [[148], [43]], (2, MODES_TEST_STATIONS))
    east, north = east_north(*np.concatenate([[longitude.ravel(), latitude.ravel()], between], axis=1), ORIGIN)
    corner = [float(one) for one in east_north(*MODES_PLACE, ORIGIN)]
    fault = {"corner_east": corner[0], "corner_north": corner[1], **MODES}
    return _dataset(
        _displaced(fault, east, north), MODES_SDS, east, north, fault,
        noise=np.concatenate([grid, rng.standard_normal((MODES_TEST_STATIONS, 3))]),
        source="github.com/msomeya1/OkadaTorch, 7_OkadaWrapper_Bayesian_demo.ipynb: fault, grid and noise",
        train=len(grid),
    )  # fmt: skip


def _scattered(seed: int, name: str) -> np.ndarray:
    """East and north of stations in a square, `(2, station)`; the training stations come first."""
    draws = [
        np.random.default_rng(seed_for(seed, f"{name} {part} stations")).uniform(-EXTENT, EXTENT, (2, number))
        for part, number in ((TRAIN, STATIONS), (TEST, TEST_STATIONS))
    ]
    return np.concatenate(draws, axis=1)


def _displaced(fault: Mapping[str, float], east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Displacement by a fault of uniform slip, `(station, component)`."""
    place = {name: value for name, value in fault.items() if name not in ("rake", "slip")}
    strike_slip, dip_slip = slip_components(fault["slip"], fault["rake"])
    return np.stack(fault_displacement(east, north, **place, strike_slip=strike_slip, dip_slip=dip_slip), axis=-1)


def _dataset(
    displacement: np.ndarray,
    sds: tuple[float, float, float],
    east: np.ndarray,
    north: np.ndarray,
    fault: Mapping[str, float],
    *,
    noise: np.ndarray,
    source: str,
    train: int = STATIONS,
) -> xr.Dataset:
    """Observations from the true displacement and standard normal noise, both `(station, component)`."""
    shape, metres, km = ("station", "component"), {"units": "m"}, {"units": "km"}
    sd = np.broadcast_to(np.asarray(sds), displacement.shape)
    stations = len(displacement)
    return xr.Dataset(
        {
            "displacement": (shape, displacement + sd * noise, metres),
            "true_displacement": (shape, displacement, metres),
            "sd": (shape, sd.copy(), metres | {"description": "standard deviation of the noise"}),
            "fault": ("parameter", np.array([*fault.values()]), {"description": "the true fault"}),
        },
        coords={
            "station": np.arange(stations),
            "component": list(COMPONENTS),
            "parameter": list(fault),
            "unit": ("parameter", [UNITS[name] for name in fault]),
            "east": ("station", east, km),
            "north": ("station", north, km),
            "split": ("station", [TRAIN] * train + [TEST] * (stations - train)),
        },
        attrs={"source": source},
    )


# name: (maker, the seed that the studies use)
OBSERVATIONS: dict[str, tuple[Callable[[int], xr.Dataset], int]] = {
    "slip": (_slip, 0),
    "fault": (_fault, 0),
    "modes": (_modes, MODES_SEED),
}
