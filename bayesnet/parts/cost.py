"""What each fit cost."""

import xarray as xr

from bayesnet.contract import Part

PART = Part(lambda c: c.of_each(lambda fit: xr.Dataset({"seconds": fit.attrs["seconds"]})), across=("seconds",))
