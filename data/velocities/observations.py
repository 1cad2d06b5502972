"""Velocities of stations with noise: synthetic ones, and those of a CSV file."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from data.catalogue import TEST, TRAIN
from data.errors import InputError
from data.faults.projection import east_north
from data.seeds import seed_for
from data.velocities.sources import Sources, growth

COMPONENTS = ("east", "north")
EXTENT = 100.0  # km, of the synthetic stations to each side of the origin
STATIONS, TEST_STATIONS = 120, 40
SD = 1.0  # mm/yr, of the noise
PEAK, DEPTH, SHALLOW = 375.0, 25.0, 10.0  # nstrain/yr above the deep source; km; km
DEEP_SOURCES = Sources(30.0, 15.0, -20.0, 50.0, 50.0, DEPTH, growth(PEAK, DEPTH))
SYNTHETIC = {"deep": DEEP_SOURCES, "shallow": DEEP_SOURCES._replace(source_depth=SHALLOW)}  # of the same volume
COLUMNS = ("velocity_east", "velocity_north", "sd_east", "sd_north")
HELD_OUT = 0.25  # share of the stations of a file without a column `split`


def load_velocities(name: str, seed: int = 0) -> xr.Dataset:
    """Horizontal velocities of stations on the ground.

    Parameters
    ----------
    name : str
        `deep`: a fault that slips by 30 mm/yr below 15 km, and an inflating source 25 km deep. `shallow`: the same
        source 10 km deep, whose strain no function of 20 km can follow. Else a CSV file with the columns `east, north`
        (km) or `longitude, latitude` (degrees), `velocity_east, velocity_north, sd_east, sd_north` (mm/yr), and where
        there is one `split` (`train` or `test`); without it a quarter of the stations is held out at random.
    seed : int
        Of the stations and their noise; of a file, of the stations held out.

    Returns
    -------
    xarray.Dataset
        `velocity` and `sd` (of the noise), both in mm/yr and `(station, component)`, with `east`, `north` (km) and
        `split` of each station; `area (edge)`: west, south, east and north end (km) of what the stations cover. Of
        synthetic ones `true_velocity` and `sources (parameter)`: see `data.velocities.sources.Sources`. Attributes
        `name`, `source`, `licence`, `repairs`, `checksum`, and `observed`, the name of the variable observed.

    Raises
    ------
    InputError
        For a name that is neither, or a file that cannot be used.
    """
    if name in SYNTHETIC:
        data = _synthetic(SYNTHETIC[name], seed)
        data.attrs |= {"name": name, "source": "simulated by data.velocities.observations", "licence": "CC0-1.0"}
    else:
        data = _from_file(Path(name), seed)
        data.attrs |= {"name": Path(name).stem, "source": str(name), "licence": "unknown"}
    data.attrs |= {"repairs": "none", "seed": seed, "observed": "velocity"}
    _check(data)
    data.attrs["checksum"] = _checksum(data)
    return data


def sources_of(data: xr.Dataset) -> Sources | None:
    """What moved the ground of synthetic velocities; None of real ones."""
    return Sources(*data["sources"].values.tolist()) if "sources" in data else None


def _synthetic(sources: Sources, seed: int) -> xr.Dataset:
    east, north = np.concatenate(
        [
            np.random.default_rng(seed_for(seed, f"velocities {part}")).uniform(-EXTENT, EXTENT, (2, number))
            for part, number in ((TRAIN, STATIONS), (TEST, TEST_STATIONS))
        ],
        axis=1,
    )
    true = sources.velocity(east, north).T  # (station, component)
    noise = np.random.default_rng(seed_for(seed, "velocities noise")).normal(size=true.shape)
    split = [TRAIN] * STATIONS + [TEST] * TEST_STATIONS
    data = _dataset(true + SD * noise, np.full(true.shape, SD), east, north, split)
    data["area"] = "edge", np.array([-EXTENT, -EXTENT, EXTENT, EXTENT]), {"units": "km"}
    data["true_velocity"] = ("station", "component"), true, {"units": "mm/yr"}
    data["sources"] = "parameter", np.array(sources)
    return data.assign_coords(parameter=list(Sources._fields))


def _from_file(path: Path, seed: int) -> xr.Dataset:
    if not path.is_file():
        raise InputError(
            f"velocities must be one of {', '.join(SYNTHETIC)} or a CSV file, got {str(path)!r}; no such file is there"
        )
    table = pd.read_csv(path)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"{path} needs the columns {', '.join(COLUMNS)}, got none of {', '.join(missing)}; add them")
    east, north = _places(table, path)
    if "split" in table:
        split = table["split"].astype(str).tolist()
    else:
        held = np.random.default_rng(seed_for(seed, "velocities split")).permutation(len(table)) < HELD_OUT * len(table)
        split = np.where(held, TEST, TRAIN).tolist()
    values = table[list(COLUMNS)].to_numpy(dtype=float)
    data = _dataset(values[:, :2], values[:, 2:], east, north, split)
    data["area"] = "edge", np.array([east.min(), north.min(), east.max(), north.max()]), {"units": "km"}
    return data


def _places(table: pd.DataFrame, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """East and north of the stations in km, of the middle of a network that is given in degrees."""
    if {"east", "north"} <= set(table):
        return table["east"].to_numpy(dtype=float), table["north"].to_numpy(dtype=float)
    if not {"longitude", "latitude"} <= set(table):
        raise InputError(f"{path} needs the columns east and north (km) or longitude and latitude; add them")
    longitude, latitude = (table[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    return east_north(longitude, latitude, (float(longitude.mean()), float(latitude.mean())))


def _dataset(velocity: np.ndarray, sd: np.ndarray, east: np.ndarray, north: np.ndarray, split: list) -> xr.Dataset:
    shape, units, km = ("station", "component"), {"units": "mm/yr"}, {"units": "km"}
    return xr.Dataset(
        {"velocity": (shape, velocity, units), "sd": (shape, sd, units)},
        coords={
            "station": np.arange(len(east)),
            "component": list(COMPONENTS),
            "east": ("station", east, km),
            "north": ("station", north, km),
            "split": ("station", split),
        },
    )


def _check(data: xr.Dataset) -> None:
    where = f"velocities '{data.attrs['name']}'"
    for name in ("velocity", "sd", "east", "north"):
        if not np.isfinite(data[name].values).all():
            raise InputError(f"{name} must be finite numbers, got others in {where}; drop the station")
    if not (data["sd"].values > 0).all():
        raise InputError(f"sd must be positive, got {data['sd'].values.min()} in {where}; give it in mm/yr")
    for part in (TRAIN, TEST):
        if part not in data["split"].values:
            raise InputError(f"split needs {part!r} stations, got none in {where}; mark some of them")


def _checksum(data: xr.Dataset) -> str:
    """SHA-256 over the split, the places of the stations, the velocities and their noise."""
    digest = hashlib.sha256("\n".join(data["split"].values.tolist()).encode())
    for name in ("east", "north", "velocity", "sd"):
        digest.update(np.ascontiguousarray(data[name].values, dtype="<f8").tobytes())
    return digest.hexdigest()
