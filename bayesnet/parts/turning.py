"""A nonlinear forward as a check: travel times of rays that turn at depth, beside their closed form."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from data.travel_times import GRADIENT, SURFACE_VELOCITY, turning_time, turning_time_linear

OFFSETS = (5.0, 20.0, 50.0)  # km


def turning(offsets: tuple[float, ...] = OFFSETS) -> xr.Dataset:
    """`computed` and `known (offset)`, travel times in s where the velocity grows linearly."""
    computed = [turning_time(lambda depth: SURFACE_VELOCITY + GRADIENT * depth, offset) for offset in offsets]
    columns = {"computed": computed, "known": turning_time_linear(np.array(offsets))}
    return xr.Dataset({name: ("offset", values) for name, values in columns.items()}, {"offset": list(offsets)})


PART = Part(lambda c: turning())
