"""Numbers compared with limits."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import xarray as xr


@dataclass(frozen=True)
class Check:
    """A number, and the limit on its good side of which it must lie."""

    subject: str  # what was tried
    name: str  # what was measured of it
    value: float
    limit: float
    at_most: bool  # the value may not be larger than the limit; else not smaller
    unit: str = ""  # "" without dimension

    @property
    def passed(self) -> bool:
        """Whether the value keeps to the limit; nan never does."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit


def at_most(subject: str, name: str, value: object, limit: float, unit: str = "") -> Check:
    """Return a check whose value may not be larger than the limit."""
    return Check(subject, name, float(value), limit, True, unit)


def at_least(subject: str, name: str, value: object, limit: float, unit: str = "") -> Check:
    """Return a check whose value may not be smaller than the limit."""
    return Check(subject, name, float(value), limit, False, unit)


def tabulated(found: Sequence[Check]) -> xr.Dataset:
    """Return checks as one dataset that can be stored.

    Returns
    -------
    xarray.Dataset
        For each `check`: `subject`, `name`, `value`, `limit`, `at_most`, `unit` (see `Check`) and `passed` (1 or 0).
    """
    columns = {field.name: [getattr(check, field.name) for check in found] for field in fields(Check)}
    columns |= {name: [int(getattr(check, name)) for check in found] for name in ("at_most", "passed")}
    return xr.Dataset({name: ("check", values) for name, values in columns.items()}, {"check": range(len(found))})
