"""Grades of predictions and their intervals: metrics, bootstrap samples of the test rows, what may be compared."""

from collections.abc import Mapping
from typing import NamedTuple, Self

import numpy as np
import xarray as xr

from bayesnet.contract import Metric
from data import InputError
from data.catalogue import TEST
from data.seeds import seed_for

BOUNDS = ("lower", "upper")
LEVELS = (0.025, 0.975)  # of every 95 % interval
RESAMPLES = 2000  # of the test rows, where these are not many
RESAMPLED = 20_000_000  # rows of all samples together: of more than 10,000 test rows fewer samples are drawn
FEWEST = 200  # samples, however many rows there are
MOST_TESTED = 2000  # test rows that shuffles and diagnostics are computed for, where there are more
POSITION = np.int32  # of a row: of a million test rows, all samples take 0.8 GB
BLOCK = 2**21  # values of bootstrap samples that are held at once: 16 MiB


def summarised(metric: Metric, outcome: np.ndarray, draws: np.ndarray, rows: xr.Dataset) -> np.ndarray:
    """What a metric grades: `(row,)`, by default the mean over draws `(sample, row)`."""
    return draws.mean(axis=0) if metric.summary is None else metric.summary(outcome, draws, rows)


def graded(metric: Metric, outcome: np.ndarray, draws: np.ndarray, rows: xr.Dataset) -> float:
    """A metric of predictions `(sample, row)` of test rows."""
    return float(metric.grade(outcome, summarised(metric, outcome, draws, rows)))


def number_of_resamples(n: int, resamples: int = RESAMPLES) -> int:
    """Bootstrap samples of `n` rows: fewer where rows are many, whose intervals are narrow and take their time."""
    return min(resamples, max(FEWEST, RESAMPLED // n))


def resampled_rows(n: int, resamples: int, seed: int) -> np.ndarray:
    """Positions of the rows of bootstrap samples, the same for every method: shape (resamples, n).

    Of many rows the samples are fewer: see `number_of_resamples`.
    """
    rng = np.random.default_rng(seed_for(seed, "bootstrap"))
    positions = np.empty((number_of_resamples(n, resamples), n), dtype=POSITION)
    for row in positions:
        row[:] = rng.integers(n, size=n)
    return positions


def some_positions(n: int, most: int | None = MOST_TESTED) -> np.ndarray:
    """Positions of `n` rows; of more than `most` of so many, drawn at random and always the same, in their order."""
    if most is None or n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed_for(0, "rows that stand for all")).choice(n, most, replace=False))


def with_fewer_tested(catalogue: xr.Dataset, most: int | None = MOST_TESTED) -> xr.Dataset:
    """A catalogue with at most so many of its test rows: see `some_positions`."""
    tested = np.flatnonzero(catalogue["split"].values == TEST)
    left_out = np.delete(tested, some_positions(len(tested), most))
    return catalogue.drop_isel(simulation=left_out) if len(left_out) else catalogue


def by_resample(metric: Metric, outcome: np.ndarray, summary: np.ndarray, index: np.ndarray) -> np.ndarray:
    """A metric of every bootstrap sample, `(resample,)`: rows are drawn with their outcomes."""
    return np.concatenate([metric.grade(outcome[some], summary[some]) for some in in_blocks(index, index.size)])


def in_blocks(values: np.ndarray, size: int) -> list[np.ndarray]:
    """Consecutive parts of an array that is computed with `size` values, few enough for each to fit into memory."""
    return np.array_split(values, min(len(values), -(-size // BLOCK)))


def interval(values: np.ndarray) -> np.ndarray:
    """Central 95 % of the finite values, `(bound,)`; NaN where there is none."""
    return np.quantile(values[np.isfinite(values)], LEVELS) if np.isfinite(values).any() else np.full(2, np.nan)


class DrawBlocks(NamedTuple):
    """Blocks of consecutive draws, resampled whole: draws of a chain depend on each other.

    Source: Carlstein (1986), Ann. Stat. 14, 1171-1179.
    """

    sizes: np.ndarray  # (block,)
    sums: np.ndarray  # of the draws of each row, and of their squares, (block, 2, row)

    @classmethod
    def of(cls, p: np.ndarray, number: int = 20) -> Self:
        """Blocks of draws `p (sample, row)`, chains one after the other."""
        blocks = np.array_split(p, min(number, len(p)))
        return cls(np.array([len(one) for one in blocks]), np.array([[one.sum(0), (one**2).sum(0)] for one in blocks]))

    def resampled(self, resamples: int, seed: int) -> np.ndarray:
        """How many times each block stands in each bootstrap sample, `(resample, block)`."""
        number = len(self.sizes)
        return np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), resamples)

    def mean_and_sd(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and sd over draws of such samples, each `(resample, row)`."""
        mean, square = np.einsum("sk,kmr->msr", times / (times @ self.sizes)[:, None], self.sums)
        return mean, np.sqrt(np.maximum(square - mean**2, 0))


def holm(p: np.ndarray) -> np.ndarray:
    """P-values adjusted for their number (Holm 1979, Scand. J. Stat. 6): any below 0.05 by chance, in 5 % of cases.

    Parameters
    ----------
    p : ndarray
        Of any shape. NaN is a comparison that was not made: it stays NaN and does not count.
    """
    flat = np.ravel(p)
    order = np.argsort(flat)[: np.isfinite(flat).sum()]  # NaN last
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(flat[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted.reshape(np.shape(p))


def same_test_rows(fits: Mapping[str, xr.DataTree]) -> None:
    """Refuse to compare fits that were tested on different rows.

    Raises
    ------
    InputError
        Naming the first two fits whose rows, outcomes or inputs differ.
    """
    (first, reference), *others = fits.items()
    for name, fit in others:
        if not _same_rows(reference["predictions_constant_data"], fit["predictions_constant_data"]):
            raise InputError(
                f"fits must be compared on the same test rows, those of {first} and {name} differ; "
                "fit both to data with the same test rows"
            )


def same_data(fits: Mapping[str, xr.DataTree]) -> None:
    """Refuse to compare fits of different data sets; their test rows may be the same all the same.

    Raises
    ------
    InputError
        Naming the first two fits whose data differ.
    """
    (first, reference), *others = fits.items()
    for name, fit in others:
        if fit.attrs.get("data_checksum") != reference.attrs.get("data_checksum"):
            raise InputError(
                f"fits must be of one data set, {first} is of {reference.attrs.get('data')} and {name} of "
                f"{fit.attrs.get('data')}, whose content differs; fit both to the same"
            )


def _same_rows(a: xr.DataTree, b: xr.DataTree) -> bool:
    """Same variables of the test rows; whatever features are called, so that a renamed column does not count."""
    a, b = a.to_dataset(), b.to_dataset()
    if set(a.data_vars) != set(b.data_vars) or any(a[name].shape != b[name].shape for name in a.data_vars):
        return False
    return all(np.array_equal(_values(a[name]), _values(b[name])) for name in (*a.data_vars, *_rows_of(a)))


def _rows_of(rows: xr.Dataset) -> list[str]:
    return [str(dim) for dim in rows.dims if dim != "feature" and dim in rows.coords]


def _values(values: xr.DataArray) -> np.ndarray:
    """Values in an order that does not depend on the names of features."""
    if "feature" not in values.dims:
        return values.values
    return np.sort(values.transpose(..., "feature").values, axis=-1)
