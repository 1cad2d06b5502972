"""What was observed: numbers of stations, and the sd of their noise."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part


def observations(data: xr.Dataset) -> xr.Dataset:
    """Count the stations and give the sd of their noise.

    Parameters
    ----------
    data : xarray.Dataset
        See `data.faults.observations.load_observations`.

    Returns
    -------
    xarray.Dataset
        `stations (split)`: numbers of them; `noise (component)`: median sd of the noise in m; `largest (component)`:
        largest absolute displacement in m.
    """
    split = data["split"].values
    return xr.Dataset(
        {
            "stations": ("split", [int((split == part).sum()) for part in ("train", "test")]),
            "noise": ("component", np.median(data["sd"].transpose("station", "component").values, axis=0)),
            "largest": ("component", np.abs(data["displacement"].transpose("station", "component").values).max(axis=0)),
        },
        coords={"split": ["train", "test"], "component": data["component"].values},
    )


PART = Part(lambda c: observations(c.data))
