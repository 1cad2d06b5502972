"""Permutation importance of what friction names: the stress drop and the strengths, each while the others stay."""

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.parts.importance import ACROSS, of_comparison
from bayesnet.problems.network.training import columns_of
from data.rupture.combinations import COMBINATIONS, to_combinations
from data.rupture.solver.parameters import NAMES


def _compute(c: Context) -> xr.Dataset:
    """Importance of each combination and of each input that is left over; empty for catalogues of something else."""
    if set(c.data["feature"].values.tolist()) != set(NAMES):
        return xr.Dataset()
    groups = {name: (name,) for name in to_combinations(columns_of(c.data))}
    formulas = [COMBINATIONS[name].formula if name in COMBINATIONS else name for name in groups]
    return of_comparison(c, groups, combined=True).assign_coords(columns=("group", formulas))


PART = Part(_compute, across=ACROSS)
