"""What the parts of a comparison are computed from, and datasets put side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module

import xarray as xr

from bayesnet.contract import Part, Problem
from bayesnet.leading import leading_inputs
from bayesnet.problems import problem_of


@dataclass(frozen=True)
class Context:
    """Fits of one data set, and what their comparison depends on."""

    problem: Problem
    fits: Mapping[str, xr.DataTree]
    data: xr.Dataset
    reference: str  # the method that others are compared with
    seed: int  # of bootstrap samples and shuffles, the same for every method
    _made: dict[str, xr.Dataset] = field(default_factory=dict, repr=False)  # parts that were computed

    def part(self, name: str) -> xr.Dataset:
        """A part of the comparison, computed the first time that it is asked for."""
        if name not in self._made:
            self._made[name] = part_named(name).compute(self)
        return self._made[name]

    @cached_property
    def inputs(self) -> list[str] | None:
        """The inputs that are looked at one by one; None for all."""
        return leading_inputs(self.data) if "features" in self.data else None

    @property
    def own(self) -> dict[str, xr.DataTree]:
        """The fits of the problem itself, not of a simpler one that a baseline fits in its place."""
        return {name: fit for name, fit in self.fits.items() if problem_of(fit) == self.problem}

    def of_each(self, statistic: Callable[[xr.DataTree], xr.Dataset]) -> xr.Dataset:
        """A statistic of every fit, with a dimension `method`; what a fit's statistic does not hold is NaN."""
        return along("method", {name: statistic(fit) for name, fit in self.fits.items()})

    def of_own(self, statistic: Callable[[xr.DataTree], xr.Dataset]) -> xr.Dataset:
        """A statistic of every fit of the problem itself, as `of_each`."""
        return along("method", {name: statistic(fit) for name, fit in self.own.items()})


def part_named(name: str) -> Part:
    """The part of a name."""
    return import_module(f"bayesnet.parts.{name}").PART


def along(dim: str, found: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Datasets side by side along a new dimension: what one does not hold is NaN, an empty one is left out."""
    present = {name: one for name, one in found.items() if one.data_vars}
    if not present:
        return xr.Dataset()
    beside = xr.Variable(dim, list(present))
    options = {"data_vars": "all", "coords": "minimal", "compat": "override", "join": "outer"}
    return xr.concat(list(present.values()), beside, **options)
