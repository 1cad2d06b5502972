"""Chooses the settings that the publication leaves open, by the 600 labels of the published validation file.

Open are the half-width of the overstressed patch, its overstress, where the fault ends, the point x that counts as
"through", the time T, and whether the published dc was used. One simulation per row says when the tip passed every x;
`misfits` then counts wrong labels for all x and T at once. Misfits of 600 found in this way, at the best (x, T):

    resolution  half-width  overstress  fault ends  dc         best x, T        misfits
    100 m       0.85 km     0.003       15 km       0.4 m      0.5 km, 13 s     16 *
    100 m       0.90 km     0.003       15 km       0.4 m      0.0 km, 11.5 s   13
    100 m       0.95 km     0.003       15 km       0.4 m      0.25 km, 10.8 s  14 *
    100 m       0.90 km     0.02        15 km       0.4 m      -0.5 km, 10.2 s  16 *
    100 m       0.85 km     0.02        15 km       0.4 m      0.5 km, 12 s     18 *
    100 m       0.90 km     0.003       14 km       0.4 m      4.5 km, 16.5 s   24 *
    100 m       0.90 km     0.003       15 km       published  1.0 km, 14 s     15 *
    50 m        0.90 km     0.003       15 km       0.4 m      1.0 km, 12 s     6 *

(*) only the 69 rows whose label could depend on the choice were simulated again, the others taken from the second line.
At 50 m the misfits have one minimum, a ridge through (0.75 km, 11.75 s), (1 km, 12 s), (2 km, 12.75 s): slow fronts
must be given the time to get there. x = 1 km and T = 12 s are taken.

With these settings, frozen, all rows were simulated at 50 m (`rerun`): 6 misfits among the 600 validation rows with
dc = 0.4 m (agreement 0.990) and 23 with the published dc (0.962); where the two answers differ, 19 of 21 labels side
with 0.4 m. The 400 test rows, which had no part in the choice, have 8 misfits with dc = 0.4 m (0.980) and 16 with the
published dc (0.960). The misfits are
slow fronts near the threshold; at 25 m those of the validation rows stay as they are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from data.rupture.campaign.label import crossing_time
from data.rupture.campaign.simulate import prepare, run
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings

#: Where the tip is timed (km).
POSITIONS = tuple(np.arange(-9.0, 13.01, 0.25))


def crossing_times(rows: pd.DataFrame, settings: Settings, positions: Sequence[float] = POSITIONS) -> xr.DataArray:
    """Return when the tips of ruptures passed many points.

    Parameters
    ----------
    rows : DataFrame
        The eight parameters, in the units of `data.rupture.solver.parameters.UNITS`.
    settings : Settings
        With a `duration`, `stop_beyond` and `stall` that are generous enough for all points.
    positions : sequence of float, optional
        Where the tip is timed (km).

    Returns
    -------
    xarray.DataArray
        Times (s, infinite if never) over `simulation` (the index of `rows`) and `position` (km).
    """
    times = np.empty((len(rows), len(positions)))
    for i, values in enumerate(rows[list(NAMES)].to_numpy()):
        solver = prepare(dict(zip(NAMES, values, strict=True)), settings)
        run(solver, settings)
        times[i] = [crossing_time(solver.mesh.x, solver.fault.rupture_time, x) for x in positions]
    coordinates = {"simulation": list(rows.index), "position": list(positions)}
    return xr.DataArray(times, coordinates, ("simulation", "position"), attrs={"units": "s"})


def misfits(times: xr.DataArray, label: np.ndarray, durations: Sequence[float]) -> xr.DataArray:
    """Return the number of labels that each choice of crossing point and duration gets wrong.

    Parameters
    ----------
    times : xarray.DataArray
        From `crossing_times`.
    label : ndarray of shape (n_simulations,)
        As published, 0 or 1.
    durations : sequence of float
        Times within which the tip must pass for label 1 (s).

    Returns
    -------
    xarray.DataArray
        Wrong labels over `position` (km) and `duration` (s).
    """
    limit = xr.DataArray(list(durations), {"duration": list(durations)}, ("duration",))
    known = xr.DataArray(np.asarray(label), {"simulation": times.simulation}, ("simulation",))
    return ((times <= limit) != known.astype(bool)).sum("simulation")
