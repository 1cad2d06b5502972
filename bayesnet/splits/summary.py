"""What many splits say together: grades, ranks, differences, importance of inputs, and learning curves.

The splits share rows, so grades of different splits depend on each other, and the usual standard error of their mean is
too small. Intervals here are those of the corrected resampled t-test (Nadeau & Bengio 2003, Machine Learning 52,
239-281, section 3): they cover the split, and with it the seed of starts and draws, which is another for each.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from scipy.stats import rankdata, t

from bayesnet.grading import BOUNDS, LEVELS

RANKED = "log_score"
DECIDED = ("log_score", "accuracy")  # metrics in which the catalogue's own split is compared with the others
Measured = Mapping[tuple[str, int, int], xr.Dataset]  # by method, training rows and repeat: see `measure`


def corrected_interval(values: np.ndarray, n_train: int, n_test: int) -> np.ndarray:
    """Central 95 % interval of the mean over splits, `(..., bound)`, of values `(..., repeat)`.

    The variance of the mean of J splits is (1/J + n_test/n_train) times that of the values, with J - 1 degrees of
    freedom (Nadeau & Bengio 2003, equation 9 and below). Values that are missing (NaN) do not count.
    """
    there = np.isfinite(values)
    number = there.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, values, 0).sum(axis=-1) / number
        squares = np.where(there, (values - mean[..., None]) ** 2, 0).sum(axis=-1)
        sd = np.sqrt((1 / number + n_test / n_train) * squares / (number - 1))
    return mean[..., None] + sd[..., None] * t.ppf(LEVELS, np.maximum(number - 1, 1)[..., None])


def grades(measured: Measured) -> xr.Dataset:
    """Grades of every method on splits with all training rows.

    Returns
    -------
    xarray.Dataset
        `value (method, metric, repeat)`; `mean (method, metric)` and `interval (method, metric, bound)` over splits;
        `converged (method, repeat)`; `seconds (method)`, the median; `n_train`, `n_test`.
    """
    side = _beside(_of_size(measured, _sizes(measured)[-1]))
    n_train, n_test = _rows(side)
    return _with_interval(side["value"].transpose("method", "metric", "repeat"), n_train, n_test).assign(
        converged=side["converged"].transpose("method", "repeat"),
        seconds=side["seconds"].median("repeat"),
        n_train=n_train,
        n_test=n_test,
    )


def ranks(graded: xr.Dataset) -> xr.Dataset:
    """Ranks of the methods by log score, 1 the highest, on the splits on which all were fitted.

    Returns
    -------
    xarray.Dataset
        `share (method, rank)` of the splits on which a method has a rank; `mean (method)` of its ranks; `repeats`,
        number of splits.
    """
    values = graded["value"].sel(metric=RANKED, drop=True).dropna("repeat").transpose("method", "repeat")
    place = rankdata(-values.values, method="min", axis=0)  # (method, repeat)
    numbers = np.arange(1, len(place) + 1)
    share = (place[:, None] == numbers[:, None]).mean(axis=-1)
    return xr.Dataset(
        {"share": (("method", "rank"), share), "mean": ("method", place.mean(axis=-1)), "repeats": place.shape[1]},
        {"method": values["method"].values, "rank": numbers},
    )


def differences(graded: xr.Dataset, own: xr.Dataset) -> xr.Dataset:
    """Differences of every two methods over splits, beside those on the catalogue's own split.

    Returns
    -------
    xarray.Dataset
        `difference (method, other, metric)`: mean over splits of the grade of `method` minus that of `other`;
        `interval (..., bound)`; `positive`: share of the splits on which it is positive; `own_difference`,
        `own_interval`: on the catalogue's own split (see `bayesnet.paired_differences`), and `own_mcnemar_p (method,
        other)`. Coordinates `label`, `better (metric)`.
    """
    values = graded["value"].sel(metric=list(DECIDED)).transpose("method", "metric", "repeat")
    spread = values - values.rename(method="other")
    spread = spread.transpose("method", "other", "metric", "repeat")
    found = _with_interval(spread, int(graded["n_train"]), int(graded["n_test"]))
    found = found.rename(mean="difference").drop_vars("value")
    of_own = own.sel(metric=list(DECIDED))
    return found.assign(
        positive=(spread > 0).mean("repeat"),
        own_difference=of_own["difference"],
        own_interval=of_own["interval"],
        own_mcnemar_p=of_own["mcnemar_p"],
    )


def drops(measured: Measured) -> xr.Dataset:
    """Importance of inputs on splits with all training rows.

    Returns
    -------
    xarray.Dataset
        `mean (method, feature)` over splits of what shuffling an input takes of F1; `interval
        (method, feature, bound)`; `first (method, feature)`: share of the splits on which it takes most.
    """
    side = _beside(_of_size(measured, _sizes(measured)[-1]))
    values = side["drop"].transpose("method", "feature", "repeat")
    first = (values == values.max("feature")).where(values.notnull()).mean("repeat")
    return _with_interval(values, *_rows(side)).drop_vars("value").assign(first=first)


def learning(measured: Measured) -> xr.Dataset:
    """Log score by the number of training rows, and what doubling them gains on the same split.

    Returns
    -------
    xarray.Dataset
        `value (method, size, repeat)` of the log score in nats, of repeats with several sizes; `mean (method, size)`;
        `gain (method, size)`: mean of the log score minus that with the next smaller number of rows, of the same splits
        and test rows; `gain_interval (..., bound)`. NaN for the smallest. Empty where there is one size only.
    """
    sizes = _sizes(measured)
    if len(sizes) < 2:
        return xr.Dataset()
    by_size = [_beside(_of_size(measured, size))["value"].sel(metric=RANKED, drop=True) for size in sizes]
    values = xr.concat(by_size, xr.Variable("size", sizes), join="inner").transpose("method", "size", "repeat")
    gains = values.diff("size")  # labelled by the larger size
    n_test = int(next(iter(measured.values()))["n_test"])
    intervals = [corrected_interval(gains.sel(size=size).values, size, n_test) for size in gains["size"].values]
    interval = xr.DataArray(
        np.stack(intervals, axis=1), {"size": gains["size"], "bound": list(BOUNDS)}, ("method", "size", "bound")
    )
    found = {"value": values, "mean": values.mean("repeat"), "gain": gains.mean("repeat"), "gain_interval": interval}
    return xr.merge([xr.Dataset({name: one}) for name, one in found.items()], join="outer", compat="override")


def _sizes(measured: Measured) -> list[int]:
    """Numbers of training rows, the largest last."""
    return sorted({size for _, size, _ in measured})


def _of_size(measured: Measured, size: int) -> dict[tuple[str, int], xr.Dataset]:
    return {(method, repeat): one for (method, at, repeat), one in measured.items() if at == size}


def _beside(found: Mapping[tuple[str, int], xr.Dataset]) -> xr.Dataset:
    """Results side by side along `method` and `repeat`; what is missing is NaN."""
    methods = list(dict.fromkeys(method for method, _ in found))
    repeats = sorted({repeat for _, repeat in found})
    options = {"join": "outer", "coords": "minimal", "compat": "override", "data_vars": "all"}
    of_method = [
        xr.concat(
            [found[method, repeat] for repeat in repeats if (method, repeat) in found],
            xr.Variable("repeat", [repeat for repeat in repeats if (method, repeat) in found]),
            **options,
        )
        for method in methods
    ]
    return xr.concat(of_method, xr.Variable("method", methods), **options)


def _rows(side: xr.Dataset) -> tuple[int, int]:
    """Training and test rows of every split."""
    return int(side["n_train"].max()), int(side["n_test"].max())


def _with_interval(values: xr.DataArray, n_train: int, n_test: int) -> xr.Dataset:
    """Values over splits, the last dimension, with their mean and its interval."""
    dims: Sequence[str] = values.dims[:-1]
    interval = corrected_interval(values.values, n_train, n_test)
    found = {"value": values, "mean": values.mean("repeat"), "interval": ((*dims, "bound"), interval)}
    return xr.Dataset(found, {"bound": list(BOUNDS)})
