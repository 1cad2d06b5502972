"""The order at which an error falls under refinement."""

import numpy as np
import xarray as xr


def observed_order(errors: xr.DataArray) -> xr.DataArray:
    """Return the slope of log error against log spacing between neighbours along the only dimension.

    Parameters
    ----------
    errors : xarray.DataArray of one dimension
        Its coordinate is a number of nodes (the error falls as it grows) or a spacing (the error falls with it).

    Returns
    -------
    xarray.DataArray
        Over the same dimension without its first coordinate.
    """
    axis = errors.dims[0]
    step = np.diff(np.log(errors[axis].values.astype(float)))
    return xr.DataArray(np.abs(np.diff(np.log(errors.values)) / step), {axis: errors[axis].values[1:]}, (axis,))
