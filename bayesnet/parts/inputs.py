"""What the inputs are: their units and the groups that are shuffled together."""

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.grading import MOST_TESTED, number_of_resamples
from bayesnet.problems.network.shuffling import column_groups
from data import rows


def _part(c: Context) -> xr.Dataset:
    """`group (feature)` and `units (feature)`; `resamples` of the test rows that intervals rest on, `shuffled_rows`."""
    group = {name: group for group, members in column_groups(c.data).items() for name in members}
    names, tested = c.data["feature"].values.tolist(), rows(c.data, "test").sizes["simulation"]
    return xr.Dataset(
        {
            "group": ("feature", [group[name] for name in names]),
            "units": ("feature", c.data["units"].values.astype(str)),
            "resamples": number_of_resamples(tested),
            "shuffled_rows": min(tested, MOST_TESTED),
        },
        coords={"feature": names},
    )


PART = Part(_part)
