"""Puts labels as printed and as repaired, the solver's answers, and the physics of every published row side by side.

Everything is computed from the published files and the stored answers of the solver (`data.rupture.trial.answers`),
without simulating.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import binomtest

from data.published import MISLABELLED, SHIFT, repaired_labels
from data.rupture.solver.parameters import stress_drop
from data.rupture.solver.settings import Settings
from data.rupture.trial.answers import COMMON, PUBLISHED

#: Blocks of training rows by what is the matter with their labels; the other two files are blocks of their own.
IN_ORDER, MOVED, LOST = "train 0-99, 500-999", "train 100-424", "train 425-499"
BLOCKS = (IN_ORDER, MOVED, LOST, "validate", "test")

#: A rupture is near the threshold where its pace is within this factor of 1.
NEAR = 1.25

#: Quantities of an answer and their units.
QUANTITIES = {"tip": "km", "time": "s", "crossing_time": "s"}


def join(published: Mapping[str, pd.DataFrame], answers: pd.DataFrame) -> xr.Dataset:
    """Return labels, answers and physics of every row side by side.

    Parameters
    ----------
    published : mapping of str to DataFrame
        From `data.published.read_published`.
    answers : DataFrame
        From `data.rupture.trial.answers.read_answers`.

    Returns
    -------
    xarray.Dataset
        Over `simulation` (as in the published catalogues; coordinates `file`, `row`, `block`), `labelling` ("printed",
        "repaired") and `dc` ("0.4", "published"): `label (simulation, labelling)`, 0, 1 or NaN where lost;
        `answer (simulation, dc)`, the solver's label; its `reason`, furthest `tip` (km), simulated `time` (s) and
        `crossing_time` (s, infinite if never), all `(simulation, dc)`; `pace (simulation, dc)`, the mean speed of the
        front over the speed that passes the barrier just in time; and the inputs `stress_drop` (MPa),
        `strength_drop` (MPa), `stress_position` r (0 dynamic, 1 static strength), `slip_distance` (m, as published),
        `steepness` (height over width), `barrier_width` (km) and `stress_ratio` (sxx/syy), all `(simulation)`.
    """
    table = pd.concat(published, names=["file", "row"])
    kinds = [COMMON, PUBLISHED]
    found = {
        name: answers.pivot(index=["file", "row"], columns="dc", values=name).reindex(table.index)[kinds].to_numpy()
        for name in ("label", "reason", "tip", "time", "crossing_time")
    }
    label = np.column_stack([table["label"], repaired_labels(table["label"])])
    file, row = (table.index.get_level_values(name).to_numpy() for name in ("file", "row"))
    both = ("simulation", "dc")
    return xr.Dataset(
        {
            "label": (("simulation", "labelling"), label),
            "answer": (both, found["label"].astype(float)),
            "reason": (both, found["reason"].astype(str)),
            **{name: (both, found[name], {"units": unit}) for name, unit in QUANTITIES.items()},
            "pace": (both, pace_of(found), {"units": "1"}),
            **{name: ("simulation", values, {"units": unit}) for name, (values, unit) in _physics(table).items()},
        },
        coords={
            "simulation": np.arange(len(table)),
            "labelling": ["printed", "repaired"],
            "dc": kinds,
            "file": ("simulation", file.astype(str)),
            "row": ("simulation", row),
            "block": ("simulation", [_block(*place) for place in zip(file, row, strict=True)]),
        },
    )


def _block(file: str, row: int) -> str:
    """Return the block that a row of a file belongs to."""
    if file != "train":
        return file
    if not MISLABELLED.start <= row < MISLABELLED.stop:
        return IN_ORDER
    return MOVED if row < MISLABELLED.stop - SHIFT else LOST


def pace_of(found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the mean speed of fronts, until they crossed or the simulation ended, over the least that gives label 1.

    Parameters
    ----------
    found : mapping of str to ndarray
        `tip` (km), `time` (s) and `crossing_time` (s, infinite if never), all of one shape.

    Returns
    -------
    ndarray of that shape
    """
    settings = Settings()  # those of the stored answers
    distance = settings.crossing - settings.nucleation_x
    crossed = np.isfinite(found["crossing_time"])
    way = np.where(crossed, distance, found["tip"] - settings.nucleation_x)
    return way / np.where(crossed, found["crossing_time"], found["time"]) / (distance / settings.duration)


def _physics(table: pd.DataFrame) -> dict[str, tuple[np.ndarray, str]]:
    """Return what decides a rupture, and its units."""
    drop = stress_drop(table)
    strength = -table["syy"] * table["friction_drop"]
    return {
        "stress_drop": (drop.to_numpy(), "MPa"),
        "strength_drop": (strength.to_numpy(), "MPa"),
        "stress_position": ((drop / strength).to_numpy(), "1"),
        "slip_distance": (table["dc"].to_numpy(), "m"),
        "steepness": ((table["height"] / table["width"]).to_numpy(), "1"),
        "barrier_width": (table["width"].to_numpy(), "km"),
        "stress_ratio": ((table["sxx"] / table["syy"]).to_numpy(), "1"),
    }


def near(simulations: xr.Dataset) -> xr.DataArray:
    """Return which ruptures nearly had the other outcome: their pace is within a factor of `NEAR` of 1.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`, or part of it.

    Returns
    -------
    xarray.DataArray
        True or False, of the dimensions of `pace`.
    """
    pace = simulations["pace"]
    return (pace > 1 / NEAR) & (pace < NEAR)


def count_by_block(marked: xr.DataArray) -> xr.DataArray:
    """Return the number of marked rows in each block.

    Parameters
    ----------
    marked : xarray.DataArray
        True or False over `simulation` (with coordinate `block`) and any other dimensions.

    Returns
    -------
    xarray.DataArray
        Over `block` and the other dimensions.
    """
    member = marked["block"].values == np.array(BLOCKS)[:, None]
    of_block = xr.DataArray(member, {"block": list(BLOCKS)}, ("block", "simulation"))
    return (of_block & marked.drop_vars("block")).sum("simulation")


def share(counts: xr.DataArray, of: xr.DataArray) -> xr.Dataset:
    """Return the share of some rows among others with its 95 % interval (Clopper & Pearson 1934).

    Parameters
    ----------
    counts, of : xarray.DataArray
        Numbers of rows, of equal dimensions.

    Returns
    -------
    xarray.Dataset
        `share`, `lower`, `upper`, of those dimensions; NaN where there are no rows.
    """

    def one(k: int, n: int) -> tuple[float, float, float]:
        return (k / n, *binomtest(int(k), int(n)).proportion_ci(0.95)) if n else (np.nan,) * 3

    found = xr.apply_ufunc(np.vectorize(one), counts, of, output_core_dims=[[]] * 3)
    return xr.Dataset(dict(zip(("share", "lower", "upper"), found, strict=True)))
