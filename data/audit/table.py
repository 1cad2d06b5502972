"""The catalogue as the audit reads it: plain arrays, whatever may be wrong with them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

LISTED = 20  # rows or values named one by one in a finding; more would bury the message


@dataclass(frozen=True)
class Table:
    """Arrays of one catalogue in row order; nothing in them has been checked.

    Attributes
    ----------
    features : ndarray of float of shape (n_rows, n_features)
    names, units : tuple of str of length n_features
    label : ndarray of float of shape (n_rows,)
        NaN where the label is missing or no number.
    split : ndarray of str of shape (n_rows,)
    number : ndarray of int of shape (n_rows,)
        The row numbers that findings report.
    """

    features: np.ndarray
    names: tuple[str, ...]
    units: tuple[str, ...]
    label: np.ndarray
    split: np.ndarray
    number: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def column(self, name: str) -> np.ndarray:
        """Values of the named feature, of shape (n_rows,)."""
        return self.features[:, self.names.index(name)]

    def with_features(self, features: np.ndarray) -> "Table":
        """The same rows with other feature values."""
        return replace(self, features=features)

    def rows(self, chosen: slice | np.ndarray) -> "Table":
        """Some of the rows."""
        return replace(
            self,
            features=self.features[chosen],
            label=self.label[chosen],
            split=self.split[chosen],
            number=self.number[chosen],
        )

    def without(self, names: set[str]) -> "Table":
        """The table without some of its columns."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        return replace(
            self,
            features=self.features[:, kept],
            names=tuple(self.names[place] for place in kept),
            units=tuple(self.units[place] for place in kept),
        )

    def listed(self, chosen: np.ndarray) -> list[int]:
        """Numbers of the first few rows that a mask of shape (n_rows,) chooses."""
        return self.number[chosen][:LISTED].tolist()

    @property
    def varying(self) -> np.ndarray:
        """Mask of shape (n_features,): columns with at least two different finite values."""
        return np.array([len(np.unique(column[np.isfinite(column)])) > 1 for column in self.features.T], dtype=bool)

    @property
    def has_binary_labels(self) -> bool:
        """Whether every label is 0 or 1 and both occur."""
        return bool(np.isin(self.label, (0, 1)).all() and len(np.unique(self.label)) == 2)


def read_table(catalogue: xr.Dataset) -> Table:
    """Arrays of a catalogue as made by `data.make_catalogue`, which need not pass `data.check_catalogue`."""
    features = np.asarray(catalogue["features"].transpose("simulation", "feature").values, dtype=np.float64)
    units = catalogue["units"].values if "units" in catalogue.coords else [""] * features.shape[1]
    return Table(
        features=features,
        names=tuple(str(name) for name in catalogue["feature"].values),
        units=tuple(str(unit) for unit in units),
        label=pd.to_numeric(pd.Series(catalogue["label"].values), errors="coerce").to_numpy(dtype=np.float64),
        split=np.asarray(catalogue["split"].values).astype(str),
        number=_row_numbers(catalogue),
    )


def _row_numbers(catalogue: xr.Dataset) -> np.ndarray:
    """The `simulation` coordinate where it counts rows upwards (gaps allowed), else the positions 0, 1, ..."""
    number = np.asarray(catalogue["simulation"].values)
    counts = np.issubdtype(number.dtype, np.integer) and (np.diff(number) > 0).all()
    return number if counts else np.arange(len(number))
