"""How well each method predicts the test rows: scores with intervals, and paired differences between methods."""

import itertools

import numpy as np
import xarray as xr
from scipy.stats import binomtest

from bayesnet.metrics import METRICS, confusion
from data import InputError
from data.seeds import seed_for

BOUNDS = ("lower", "upper")
LEVELS = (0.025, 0.975)  # of every 95 % interval
RESAMPLES = 2000  # of the test rows


def score(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Scores of one fit on its test rows.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    resamples : int
        Bootstrap samples of the test rows; the same for every method of a `seed`.
    seed : int

    Returns
    -------
    xarray.Dataset
        `value (metric)`: each of `METRICS` of the posterior mean score, and `predictive_sd`, the sd over draws of the
        score averaged over rows (the paper's uncertainty). `rows_interval (metric, bound)`: 95 % bootstrap interval
        over test rows (Efron & Tibshirani 1993, chapter 13): how far other test rows could move the value.
        `draws_interval (metric, bound)`: central 95 % of the metric over posterior draws, each predicting on its own.
        `confusion (true, predicted)`: numbers of rows. What a point estimate does not have is NaN.
    """
    label, p = predicted_scores(fit)
    mean = p.mean(axis=0)  # (row,)
    index = resampled_rows(len(label), resamples, seed)  # (resample, row)
    value, of_draws, of_rows = {}, {}, {}
    for name, metric in METRICS.items():
        value[name] = float(metric(label, mean))
        of_draws[name] = metric(label, p) if len(p) > 1 else np.array([np.nan])
        of_rows[name] = _by_resample(metric, label, mean, index)
    sd = p.std(axis=0) if len(p) > 1 else np.full(len(label), np.nan)
    value["predictive_sd"], of_draws["predictive_sd"] = sd.mean(), np.array([np.nan])
    of_rows["predictive_sd"] = sd[index].mean(axis=1)
    tp, fp, fn, tn = confusion(label, mean)
    return xr.Dataset(
        {
            "value": ("metric", list(value.values())),
            "rows_interval": (("metric", "bound"), [interval(of_rows[name]) for name in value]),
            "draws_interval": (("metric", "bound"), [interval(of_draws[name]) for name in value]),
            "confusion": (("true", "predicted"), np.array([[tn, fp], [fn, tp]]).astype(int)),
        },
        coords={"metric": list(value), "bound": list(BOUNDS), "true": [0, 1], "predicted": [0, 1]},
    )


def paired_differences(fits: dict[str, xr.DataTree], *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Difference of every two methods on the same test rows.

    Parameters
    ----------
    fits : dict
        Fits by name, all of the same test rows: see `same_test_rows`.
    resamples, seed : int
        As of `score`.

    Returns
    -------
    xarray.Dataset
        `difference (method, other, metric)`: score of `method` minus that of `other`; `interval (..., bound)`: its 95 %
        bootstrap interval over test rows, drawn for both methods together. `mcnemar_p (method, other)`: two-sided exact
        McNemar test that both misclassify equally often (McNemar 1947; Dietterich 1998), with `only_method_right` and
        `only_other_right`, the numbers of rows that decide it.

    Raises
    ------
    InputError
        Where the test rows differ.
    """
    same_test_rows(fits)
    label = predicted_scores(next(iter(fits.values())))[0]
    means = np.stack([predicted_scores(fit)[1].mean(axis=0) for fit in fits.values()])  # (method, row)
    index = resampled_rows(len(label), resamples, seed)
    value = np.stack([metric(label, means) for metric in METRICS.values()], axis=-1)  # (method, metric)
    resampled = np.stack(
        [[_by_resample(metric, label, mean, index) for metric in METRICS.values()] for mean in means]
    )  # (method, metric, resample)
    difference = resampled[:, None] - resampled[None]  # (method, other, metric, resample)
    right = (means > 0.5) == (label == 1)  # (method, row)
    only = (right[:, None] & ~right[None]).sum(axis=-1)  # (method, other)
    names = list(fits)
    pair = ("method", "other")
    return xr.Dataset(
        {
            "difference": ((*pair, "metric"), value[:, None] - value[None]),
            "interval": ((*pair, "metric", "bound"), np.moveaxis(np.nanquantile(difference, LEVELS, axis=-1), 0, -1)),
            "only_method_right": (pair, only),
            "only_other_right": (pair, only.T),
            "mcnemar_p": (pair, _mcnemar(only)),
        },
        coords={"method": names, "other": names, "metric": list(METRICS), "bound": list(BOUNDS)},
    )


def same_test_rows(fits: dict[str, xr.DataTree]) -> None:
    """Refuse to compare fits that were tested on different rows.

    Raises
    ------
    InputError
        Naming the first two fits whose rows, labels or inputs differ.
    """
    (first, reference), *others = fits.items()
    for name, fit in others:
        if not _same_rows(reference["predictions_constant_data"], fit["predictions_constant_data"]):
            raise InputError(
                f"fits must be compared on the same test rows, those of {first} and {name} differ; "
                "fit both to catalogues with the same test rows"
            )


def same_catalogue(fits: dict[str, xr.DataTree]) -> None:
    """Refuse to hold fits of different catalogues against each other; their test rows may be the same all the same.

    Raises
    ------
    InputError
        Naming the first two fits whose catalogues differ.
    """
    (first, reference), *others = fits.items()
    for name, fit in others:
        if fit.attrs.get("catalogue_checksum") != reference.attrs.get("catalogue_checksum"):
            raise InputError(
                f"fits must be of one catalogue, {first} is of {reference.attrs.get('catalogue')} and {name} of "
                f"{fit.attrs.get('catalogue')}, whose content differs; fit both to the same"
            )


def _same_rows(a: xr.DataTree, b: xr.DataTree) -> bool:
    """Same simulations, labels and inputs; whatever the inputs are called, so that a renamed column does not count."""
    if a["features"].shape != b["features"].shape:
        return False
    inputs = [np.sort(tree["features"].transpose("simulation", "feature").values, axis=1) for tree in (a, b)]
    same = [np.array_equal(a[name].values, b[name].values) for name in ("simulation", "label")]
    return all(same) and np.array_equal(*inputs)


def predicted_scores(fit: xr.DataTree) -> tuple[np.ndarray, np.ndarray]:
    """Labels `(row,)` and scores `(draw, row)`, chains one after the other."""
    p = fit["predictions"]["p"].transpose("chain", "draw", "simulation").values
    return fit["predictions_constant_data"]["label"].values, p.reshape(-1, p.shape[-1])


def resampled_rows(n: int, resamples: int, seed: int) -> np.ndarray:
    """Positions of the rows of bootstrap samples, the same for every method: shape (resamples, n)."""
    rng = np.random.default_rng(seed_for(seed, "bootstrap"))
    return rng.integers(n, size=(resamples, n))


def _by_resample(metric, label: np.ndarray, p: np.ndarray, index: np.ndarray) -> np.ndarray:
    """A metric of every bootstrap sample: rows are drawn with their labels, so each sample is its own call."""
    return np.array([metric(label[rows], p[rows]) for rows in index])


def interval(values: np.ndarray) -> np.ndarray:
    """Central 95 % of the finite values, `(bound,)`; NaN where there is none."""
    return np.quantile(values[np.isfinite(values)], LEVELS) if np.isfinite(values).any() else np.full(2, np.nan)


def _mcnemar(only: np.ndarray) -> np.ndarray:
    p = np.ones(only.shape)
    for a, b in itertools.permutations(range(len(only)), 2):
        discordant = int(only[a, b] + only[b, a])
        p[a, b] = binomtest(int(only[a, b]), discordant).pvalue if discordant else 1.0
    return p
