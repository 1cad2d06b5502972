"""Histories of two ruptures of the embedded catalogue: one that breaks through, and one that arrests."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from data.rupture.campaign.simulate import prepare
from data.rupture.solver.parameters import NAMES, UNITS
from data.rupture.solver.settings import Settings
from data.rupture.verification.examples import SHOWN_HEIGHT, embedded_table, example_rows
from data.rupture.verification.fronts import fastest_front, front_speed

#: Part of the wave field that is kept: |y| and x (km).
SHOWN_Y, SHOWN_X = 6.0, (-14.0, 10.0)


def measure(resolution: float, duration: float, frames: int) -> xr.Dataset:
    """Simulate one rupture that breaks through and one that arrests (see `example_rows`), and keep their histories.

    Parameters
    ----------
    resolution : float
        Grid spacing (m).
    duration : float
        In s.
    frames : int
        Equally spaced times that are kept.

    Returns
    -------
    xarray.Dataset
        `slip_rate` (m/s) over (rupture, time, x); `rupture_time` (s), front `speed` (km/s) and `trace` (km) over
        (rupture, x); `vx` (m/s) over (rupture, time, row, column) with its positions `column_x` and `y` (km);
        `parameters` over (rupture, parameter); `fastest` front speed (km/s), `catalogue_row` and `label` over rupture;
        as attributes the place of nucleation and the least height of a barrier that is broken through (km).
    """
    rows, table = example_rows(), embedded_table()
    times = np.linspace(0, duration, frames)
    settings = Settings(resolution=resolution)
    found = [_rupture(table.loc[row], times, settings) for row in rows.values()]
    return (
        xr.concat(found, xr.DataArray(list(rows), dims="rupture", name="rupture"))
        .assign_coords(
            catalogue_row=("rupture", list(rows.values())),
            unit=("parameter", list(UNITS.values())),
        )
        .set_coords(["column_x", "y"])
        .assign_attrs(nucleation_x=settings.nucleation_x, shown_height=SHOWN_HEIGHT)
    )


def _rupture(row: pd.Series, times: np.ndarray, settings: Settings) -> xr.Dataset:
    """Return one of the ruptures, the wave field thinned out along x to what a figure can show."""
    whole = wave_field(row, times, settings)
    whole = whole.assign_coords(time=("time", times, {"units": "s"}))  # to the nearest time step
    across = abs(whole["y"].isel(x=0)) < SHOWN_Y  # there the fault is at y = 0
    thin = max(1, round(100 / settings.resolution))
    columns = (whole.x >= SHOWN_X[0]) & (whole.x <= SHOWN_X[1]) & (np.arange(whole.x.size) % thin == 0)
    waves = whole.isel(row=across, x=columns)
    vx = waves["vx"].values.round(3).astype("float32")
    speed = front_speed(whole.x.values, whole["rupture_time"].values)
    return whole[["slip_rate", "rupture_time", "trace"]].assign(
        speed=("x", speed, {"units": "km/s"}),
        fastest=fastest_front(whole.x.values, speed),
        vx=(("time", "row", "column"), vx, {"units": "m/s"}, {"zlib": True}),
        column_x=("column", waves.x.values, {"units": "km"}),
        y=(("row", "column"), waves["y"].values, {"units": "km"}),
        parameters=("parameter", row[list(NAMES)].to_numpy(float)),
        parameter=list(NAMES),
        label=int(row["label"]),
    )


def wave_field(parameters: Mapping[str, float], times: Sequence[float], settings: Settings) -> xr.Dataset:
    """Return frames of the wave field around a rupture, for an animation.

    Parameters
    ----------
    parameters : mapping
        The eight parameters.
    times : sequence of float
        When to look (s), ascending.
    settings : Settings

    Returns
    -------
    xarray.Dataset
        `vx`, `vy` (m/s) over (time, row, x), rows from the bottom to the top; `slip_rate` (m/s) over (time, x);
        `rupture_time` (s, infinite where unbroken) and `trace` (km) over x; `y` (km) over (row, x).
    """
    solver = prepare(parameters, settings)
    frames, rates, seen = [], [], []
    for time in times:
        solver.advance(max(0, round((time - solver.time) / solver.dt)))
        below, above = solver.field[:, :, :2]
        frames.append(np.concatenate([below[::-1], above]))
        rates.append(solver.fault.slip_rate.copy())
        seen.append(solver.time)
    velocity = np.stack(frames)  # (time, row, 2, x)
    below, above = solver.mesh.node_heights
    return xr.Dataset(
        {
            "vx": (("time", "row", "x"), velocity[:, :, 0], {"units": "m/s"}),
            "vy": (("time", "row", "x"), velocity[:, :, 1], {"units": "m/s"}),
            "slip_rate": (("time", "x"), np.stack(rates), {"units": "m/s"}),
            "rupture_time": ("x", solver.fault.rupture_time.copy(), {"units": "s"}),
            "trace": ("x", solver.mesh.trace, {"units": "km"}),
        },
        {
            "time": ("time", seen, {"units": "s"}),
            "x": ("x", solver.mesh.x, {"units": "km"}),
            "y": (("row", "x"), np.concatenate([below[::-1], above]), {"units": "km"}),
            "row": np.arange(velocity.shape[1]),
        },
    )
