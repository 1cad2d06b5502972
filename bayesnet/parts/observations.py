"""What was observed: numbers of places, and the sd of their noise."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part


def observations(data: xr.Dataset) -> xr.Dataset:
    """Count the places of observation and give the sd of their noise.

    Parameters
    ----------
    data : xarray.Dataset
        See `data.faults.observations.load_observations`. Its attribute `observed` names the variable that was observed,
        where that is not `displacement`.

    Returns
    -------
    xarray.Dataset
        `stations (split)`: numbers of them; `noise (component)`: median sd of the noise, `largest (component)`: largest
        absolute value observed, both in the `units` of the attributes. Without components the name of the variable
        stands for them.
    """
    split, name = data["split"], data.attrs.get("observed", "displacement")
    columns = {"noise": np.median, "largest": lambda values, axis: np.abs(values).max(axis=axis)}
    found = {}
    for column, statistic in columns.items():
        values = data["sd" if column == "noise" else name]
        values = values if "component" in values.dims else values.expand_dims(component=[name])
        found[column] = "component", statistic(values.transpose(*split.dims, "component").values, axis=0)
        components = values["component"].values
    counts = [int((split.values == part).sum()) for part in ("train", "test")]
    return xr.Dataset(
        found | {"stations": ("split", counts)},
        coords={"split": ["train", "test"], "component": components},
        attrs={"observed": name, "units": str(data[name].attrs.get("units", "m"))},
    )


PART = Part(lambda c: observations(c.data))
