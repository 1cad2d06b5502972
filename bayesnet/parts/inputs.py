"""What the inputs are: their units and the groups that are shuffled together."""

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.grading import RESAMPLES
from bayesnet.problems.network.shuffling import column_groups


def _part(c: Context) -> xr.Dataset:
    """`group (feature)` and `units (feature)`; `resamples` of the test rows that intervals rest on."""
    group = {name: group for group, members in column_groups(c.data).items() for name in members}
    names = c.data["feature"].values.tolist()
    return xr.Dataset(
        {
            "group": ("feature", [group[name] for name in names]),
            "units": ("feature", c.data["units"].values.astype(str)),
            "resamples": RESAMPLES,
        },
        coords={"feature": names},
    )


PART = Part(_part)
