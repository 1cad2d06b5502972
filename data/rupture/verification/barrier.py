"""A barrier that is lowered towards a planar fault: slip must approach that without a barrier."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from data.rupture.campaign.simulate import prepare
from data.rupture.solver.settings import Settings
from data.rupture.verification.convergence import observed_order
from data.rupture.verification.examples import embedded_table, example_rows

#: The slip of a lowered barrier is compared on this grid.
COARSE = Settings(resolution=100.0)


def measure(heights: Sequence[float], time: float) -> xr.Dataset:
    """Measure the example that breaks through with its barrier lowered towards a planar fault.

    Parameters
    ----------
    heights : sequence of float
        Of the barrier (km).
    time : float
        When slip is compared (s).

    Returns
    -------
    xarray.Dataset
        `slip_difference` (see `flat_limit`) and its `exponent` over `height` (km), nan at the first; `time` (s)
        as an attribute.
    """
    row = embedded_table().loc[example_rows()["break-through"]]
    difference = flat_limit(row, heights, time)
    exponent = observed_order(difference)
    return xr.Dataset({"slip_difference": difference, "exponent": exponent.reindex(height=list(heights))}).assign_attrs(
        time=time, row=int(row.name)
    )


def flat_limit(
    parameters: Mapping[str, float], heights: Sequence[float], time: float = 5.0, settings: Settings = COARSE
) -> xr.DataArray:
    """Return how far slip at barriers of some heights is from slip without a barrier.

    Parameters
    ----------
    parameters : mapping
        The eight parameters; the height is replaced.
    heights : sequence of float
        Of the barrier (km).
    time : float
        When slip is compared (s).
    settings : Settings

    Returns
    -------
    xarray.DataArray
        Largest difference of slip, relative to the largest slip, over `height` (km).
    """
    dt = prepare({**parameters, "height": max(heights)}, settings).dt  # the same time steps for all

    def slip(height: float) -> np.ndarray:
        solver = prepare({**parameters, "height": height}, settings)
        solver.dt = dt
        solver.advance(round(time / dt))
        return solver.fault.slip

    without = slip(0.0)
    differences = [np.abs(slip(height) - without).max() / without.max() for height in heights]
    return xr.DataArray(differences, {"height": list(heights)}, ("height",))
