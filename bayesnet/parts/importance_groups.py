"""Permutation importance of groups of inputs that are shuffled together."""

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.parts.importance import ACROSS, of_comparison
from bayesnet.problems.network.shuffling import column_groups


def _compute(c: Context) -> xr.Dataset:
    """Importance of the groups; where there are many inputs, of those groups that hold one that is looked at alone."""
    groups = column_groups(c.data)
    if c.inputs is not None:
        groups = {name: members for name, members in groups.items() if set(members) & set(c.inputs)}
    return of_comparison(c, groups)


PART = Part(_compute, across=ACROSS)
