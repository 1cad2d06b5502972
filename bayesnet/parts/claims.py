"""What a published claim rests on, as a number with the interval that decides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, LEVELS, RESAMPLES, resampled_rows
from bayesnet.metrics import THRESHOLD, accuracy, confusion, f1_weighted
from bayesnet.parts.importance import permutation_importance

SCORES = {"accuracy": accuracy, "f1_weighted": f1_weighted}
CENTRE = (0.4, 0.6)  # scores near 0.5
REPEATS = 10  # shuffles of an input


@dataclass(frozen=True)
class Step:
    """A fit, and how its scores become classes."""

    fit: xr.DataTree
    tuned: bool = False  # threshold picked on the test rows themselves, as one should not, instead of 0.5


def best_threshold(label: np.ndarray, p: np.ndarray) -> float:
    """Threshold of the highest accuracy on these very rows, the middle of the gap between two scores.

    Parameters
    ----------
    label : ndarray of shape (n_rows,)
        0 or 1.
    p : ndarray of shape (n_rows,)
        Scores. Of several thresholds of the same accuracy, the one nearest to 0.5.
    """
    scores, counts = np.unique(p, return_inverse=True)
    of_class = [np.bincount(counts, weights=label == value, minlength=len(scores)) for value in (0, 1)]
    # right when the k lowest scores are called 0 and the others 1
    right = np.concatenate([[0], np.cumsum(of_class[0])]) + np.concatenate([np.cumsum(of_class[1][::-1])[::-1], [0]])
    edges = np.concatenate([[scores[0] / 2], (scores[1:] + scores[:-1]) / 2, [(scores[-1] + 1) / 2]])
    best = np.flatnonzero(right == right.max())
    return float(edges[best[np.abs(edges[best] - THRESHOLD).argmin()]])


def corrections(steps: Mapping[str, Step], *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Scores of an analysis that is corrected step by step.

    Parameters
    ----------
    steps : mapping
        By name, in their order, all tested on the same rows.
    resamples, seed : int
        As of `bayesnet.score`.

    Returns
    -------
    xarray.Dataset
        `threshold (step)` and whether it was `tuned (step)`; `value (step, score)`: accuracy and class-weighted F1;
        `interval (step, score, bound)`: 95 % bootstrap interval over test rows at that threshold, which for a tuned one
        lies too high, since it was picked on these rows; `change` and `change_interval`: the same of the difference
        to the step before, in paired samples, NaN for the first; `confusion (step, true, predicted)`.
    """
    thresholds, labels, scores = zip(*(_moved(step) for step in steps.values()), strict=True)
    index = resampled_rows(len(labels[0]), resamples, seed)
    pairs = list(zip(labels, scores, strict=True))
    value = np.array([[float(score(*pair)) for score in SCORES.values()] for pair in pairs])  # (step, score)
    sampled = np.array(
        [[[score(label[rows], p[rows]) for rows in index] for score in SCORES.values()] for label, p in pairs]
    )  # (step, score, resample)
    change = np.diff(value, axis=0, prepend=np.nan)
    spread = np.quantile(np.diff(sampled, axis=0), LEVELS, axis=-1)  # (bound, step - 1, score)
    absent = np.full((2, 1, value.shape[1]), np.nan)
    cells = [confusion(*pair) for pair in pairs]
    return xr.Dataset(
        {
            "threshold": ("step", list(thresholds)),
            "tuned": ("step", [int(step.tuned) for step in steps.values()]),
            "value": (("step", "score"), value),
            "interval": (("step", "score", "bound"), np.moveaxis(np.quantile(sampled, LEVELS, axis=-1), 0, -1)),
            "change": (("step", "score"), change),
            "change_interval": (
                ("step", "score", "bound"),
                np.moveaxis(np.concatenate([absent, spread], axis=1), 0, -1),
            ),
            "confusion": (("step", "true", "predicted"), np.array([[[tn, fp], [fn, tp]] for tp, fp, fn, tn in cells])),
        },
        coords={
            "step": list(steps),
            "score": list(SCORES),
            "bound": list(BOUNDS),
            "true": [0, 1],
            "predicted": [0, 1],
        },
    )


def _moved(step: Step) -> tuple[float, np.ndarray, np.ndarray]:
    """The step's threshold, labels, and scores moved so that the metrics' own threshold falls where the step's is."""
    label, p = predicted(step.fit)
    mean = p.mean(axis=0)
    threshold = best_threshold(label, mean) if step.tuned else THRESHOLD
    return threshold, label, mean - threshold + THRESHOLD


def class_margin(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Mean predictive sd of the rows of class 1 minus that of class 0.

    Returns
    -------
    ndarray of shape (3,)
        The value and its 95 % bootstrap interval over test rows.
    """
    label, p = predicted(fit)
    return _margin(p.std(axis=0), label == 1, resamples, seed)


def centre_margin(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Mean predictive sd of the rows with a score near 0.5 (`CENTRE`) minus that of the others: as `class_margin`."""
    _, p = predicted(fit)
    score = p.mean(axis=0)
    return _margin(p.std(axis=0), (score > CENTRE[0]) & (score < CENTRE[1]), resamples, seed)


def _margin(values: np.ndarray, chosen: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Mean of the chosen values minus mean of the others, and its bootstrap interval."""
    if not chosen.any() or chosen.all():
        return np.full(3, np.nan)
    index = resampled_rows(len(values), resamples, seed)
    sampled = [_difference(values[rows], chosen[rows]) for rows in index]
    return np.array([_difference(values, chosen), *np.nanquantile(sampled, LEVELS)])


def _difference(values: np.ndarray, chosen: np.ndarray) -> float:
    if not chosen.any() or chosen.all():
        return np.nan
    return values[chosen].mean() - values[~chosen].mean()


def ranking_margins(
    fit: xr.DataTree, catalogue: xr.Dataset, claims: Mapping[str, Callable[[xr.DataArray], xr.DataArray]], seed: int = 0
) -> dict[str, np.ndarray]:
    """Claims about which inputs matter more, by the drop of F1 when an input is shuffled.

    Parameters
    ----------
    fit, catalogue
        See `bayesnet.permutation_importance`.
    claims : mapping
        Each a margin of the drops `(feature, ...)`, above zero where the claim holds: see `above`.
    seed : int
        Of the shuffles.

    Returns
    -------
    dict
        Of each claim an ndarray of shape (3,): median and central 95 % of the margins that the draws have on their own:
        how far the posterior decides. Other test rows and shuffles would move it too. A point estimate has no
        interval: NaN.
    """
    drops = permutation_importance(fit, catalogue, metric="f1", repeats=REPEATS, seed=seed).sel(metric="f1")
    draws = drops["draw_drop"]
    found = {}
    for name, margin in claims.items():
        lower, median, upper = np.quantile(margin(draws).values, [LEVELS[0], 0.5, LEVELS[1]])
        known = draws.sizes["chain"] * draws.sizes["draw"] > 1
        found[name] = np.array([median, lower, upper] if known else [median, np.nan, np.nan])
    return found


def above(higher: tuple[str, ...], lower: tuple[str, ...]) -> Callable[[xr.DataArray], xr.DataArray]:
    """Margin of the claim that each input of `higher` matters more than each of `lower`."""

    def margin(drop: xr.DataArray) -> xr.DataArray:
        return drop.sel(feature=list(higher)).min("feature") - drop.sel(feature=list(lower)).max("feature")

    return margin
