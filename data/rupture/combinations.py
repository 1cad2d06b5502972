"""Combinations of a rupture's inputs that friction names: formulas and units, said once.

A rupture is driven by the stress that friction does not hold, its stress drop, and has to overcome the strength that it
loses in slipping (Ida 1972; Andrews 1976). Both are products and differences of the inputs, not inputs themselves.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from data.rupture.solver.parameters import stress_drop

Columns = Mapping[str, np.ndarray]  # name of an input -> its values, in the units of the catalogue


class Combination(NamedTuple):
    """A quantity that follows from several inputs."""

    formula: str
    unit: str
    columns: tuple[str, ...]  # inputs that it follows from
    of: Callable[[Columns], np.ndarray]  # syy is negative in compression


COMBINATIONS = {
    "stress drop": Combination("sxy - mu_d |syy|", "MPa", ("sxy", "mu_d", "syy"), stress_drop),
    "mu_d |syy|": Combination("mu_d |syy|", "MPa", ("mu_d", "syy"), lambda of: -of["mu_d"] * of["syy"]),
    "friction_drop |syy|": Combination(
        "friction_drop |syy|", "MPa", ("friction_drop", "syy"), lambda of: -of["friction_drop"] * of["syy"]
    ),
}
PHYSICAL = (*COMBINATIONS, "dc", "height", "width")  # what friction and geometry say that a rupture depends on
REPLACED = ("sxy", "mu_d", "friction_drop")  # inputs that follow from the combinations and the other inputs


def column_named(name: str, columns: Columns) -> np.ndarray:
    """Values of an input, or of a combination of inputs."""
    return columns[name] if name in columns else COMBINATIONS[name].of(columns)


def to_combinations(columns: Columns) -> dict[str, np.ndarray]:
    """Inputs with the combinations in the place of `REPLACED`: as many numbers, which say the same."""
    kept = {name: values for name, values in columns.items() if name not in REPLACED}
    return {name: one.of(columns) for name, one in COMBINATIONS.items()} | kept


def from_combinations(coordinates: Columns) -> dict[str, np.ndarray]:
    """The inputs that belong to what `to_combinations` gives."""
    columns = {name: values for name, values in coordinates.items() if name not in COMBINATIONS}
    strength = coordinates["mu_d |syy|"]
    return columns | {
        "sxy": coordinates["stress drop"] + strength,
        "mu_d": -strength / columns["syy"],
        "friction_drop": -coordinates["friction_drop |syy|"] / columns["syy"],
    }
