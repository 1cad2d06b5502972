"""The sampling law of a catalogue: how the eight parameters of a rupture are drawn."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from data.errors import InputError
from data.files import read_json
from data.rupture.solver.parameters import NAMES

Range = tuple[float, float]

#: Parameters are rounded to this many significant digits before they are simulated, so that a csv file holds exactly
#: what was simulated.
DIGITS = 7

#: No number of a law is larger in size.
MOST = 1e9


@dataclass(frozen=True)
class Law:
    """A sampling law: uniform ranges (low, high), and a normal distribution for dc.

    The defaults are the law of Ahamed & Daub (2019), recovered from their rows.
    """

    syy: Range = (-160.0, -10.0)  # fault-normal stress (MPa)
    sxx_over_syy: Range = (0.75, 1.25)  # fault-parallel over fault-normal stress
    mu_d: Range = (0.2, 0.6)  # dynamic friction coefficient
    least_drop: float = 0.2  # mu_s is uniform between mu_d + least_drop ...
    mu_s_most: float = 0.8  # ... and this
    stress_level: Range = (0.02, 0.15)  # (sxy / |syy| - mu_d) / (mu_s - mu_d): 0 dynamic, 1 static strength
    dc_mean: float = 0.40  # critical slip distance (m), normally distributed
    dc_sd: float = 0.05  # its standard deviation (m)
    width: Range = (1.0, 2.0)  # of the barrier (km)
    height_over_width: Range = (0.0, 0.1)  # of the barrier

    def draw(self, row: int, seed: int) -> dict[str, float]:
        """Draw one row, whose numbers depend on the seed and the row alone, not on how many rows are drawn.

        Parameters
        ----------
        row, seed : int
            Number of the row, counted from 0, and seed of the catalogue.

        Returns
        -------
        dict of str to float
            In the units of `data.rupture.solver.parameters.UNITS`.
        """
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(row,)))
        syy = rng.uniform(*self.syy)
        mu_d = rng.uniform(*self.mu_d)
        mu_s = rng.uniform(mu_d + self.least_drop, self.mu_s_most)
        width = rng.uniform(*self.width)
        values = {
            "height": width * rng.uniform(*self.height_over_width),
            "width": width,
            "sxx": syy * rng.uniform(*self.sxx_over_syy),
            "syy": syy,
            "sxy": -syy * (mu_d + rng.uniform(*self.stress_level) * (mu_s - mu_d)),
            "mu_d": mu_d,
            "friction_drop": mu_s - mu_d,
            "dc": rng.normal(self.dc_mean, self.dc_sd),
        }
        return {name: float(f"{values[name]:.{DIGITS}g}") for name in NAMES}

    def sample(self, rows: int, seed: int) -> pd.DataFrame:
        """Draw rows 0 ... rows - 1 as a table with the columns of `data.rupture.solver.parameters.NAMES`."""
        return pd.DataFrame([self.draw(row, seed) for row in range(rows)], columns=list(NAMES))

    @classmethod
    def named(cls, name: str | Path) -> "Law":
        """Return a law by name, or from a JSON file that gives some of its fields.

        Raises
        ------
        InputError
            If the name is neither, or the file holds anything but fields of a law.
        """
        if str(name) in LAWS:
            return LAWS[str(name)]
        if not Path(name).is_file():
            raise InputError(f"expected a law, one of {', '.join(LAWS)}, or a JSON file, got {name}; check the path")
        given = read_json(Path(name), "a JSON file with fields of a law", "mend the file")
        known = {field.name for field in fields(cls)}
        if not isinstance(given, dict) or not set(given) <= known:
            odd = sorted(set(given) - known) if isinstance(given, dict) else [type(given).__name__]
            raise InputError(f"expected fields of a law ({', '.join(sorted(known))}), got {', '.join(odd)} in {name}")
        law = cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in given.items()})
        law.check(name)
        return law

    def check(self, where: str | Path) -> None:
        """Refuse a law that cannot be drawn from; `where` it stands, for the error.

        Raises
        ------
        InputError
            Where a field is no finite number, or no range of two from low to high.
        """
        default = asdict(LAWS["ahamed2019"])
        for name, value in asdict(self).items():
            several = isinstance(default[name], tuple)
            numbers = value if isinstance(value, tuple) else (value,)
            number = all(type(one) in (int, float) and abs(one) < MOST for one in numbers)
            if not number or isinstance(value, tuple) != several or (several and len(value) != 2):
                what = "a range of two numbers [low, high]" if several else "a number"
                raise InputError(f"{name} must be {what}, got {json.dumps(value)[:60]} in {where}; mend the file")
            if several and value[0] > value[1]:
                raise InputError(f"{name} must run from low to high, got {list(value)} in {where}; exchange them")
        if self.dc_sd < 0:
            raise InputError(f"dc_sd must not be negative, got {self.dc_sd:g} in {where}; mend the file")
        if self.mu_d[1] + self.least_drop > self.mu_s_most:
            raise InputError(
                f"mu_d + least_drop must not exceed mu_s_most, got {self.mu_d[1]:g} + {self.least_drop:g} and "
                f"{self.mu_s_most:g} in {where}; mend the file"
            )

    def as_json(self) -> dict[str, float | list[float]]:
        """Return the fields as JSON has them."""
        return json.loads(json.dumps(asdict(self)))


#: Laws by name.
LAWS = {"ahamed2019": Law()}
