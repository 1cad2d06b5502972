"""Paired differences of two fits on the same test rows, and when one is decided: in sentences as in tables."""

from dataclasses import dataclass

import numpy as np

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from reports.view import find
from reports.words import interval

LEVEL = 0.05  # of McNemar's test, and of p-values that are adjusted for the number of runs


@dataclass(frozen=True)
class Difference:
    """A grade of one fit minus that of another on the same test rows, with its 95 % interval."""

    value: float
    lower: float
    upper: float
    p: float = 0.0  # the larger of McNemar's exact test, of the accuracy, and of Holm's adjustment over several runs

    @property
    def sign(self) -> int:
        """1 or -1 where there is no doubt about it, else 0: what is not stored, and so NaN, decides nothing."""
        return int(self.p < LEVEL) * (int(self.lower > 0) - int(self.upper < 0))

    @property
    def none(self) -> bool:
        """Whether nothing differs at all."""
        return self.lower == self.value == self.upper == 0

    @property
    def marked(self) -> str:
        """As it stands in a table, with a star where it is decided."""
        return f"{self} *" if self.sign else str(self)

    def __str__(self) -> str:
        return interval(self.value, self.lower, self.upper)


def difference(result: Result, part: str, metric: str, pair: dict[str, str]) -> Difference:
    """A difference of the part `differences` or `changes`; `pair` selects the two fits. What is not stored is NaN."""
    where = pair | {"metric": metric}
    bounds = [find(result, part, "interval", where | {"bound": bound}) for bound in BOUNDS]
    exact = find(result, part, "mcnemar_p", pair) if metric == "accuracy" else 0.0
    adjusted = find(result, part, "holm_p", where) if part == "changes" else 0.0
    return Difference(find(result, part, "difference", where), *bounds, float(np.maximum(exact, adjusted)))
