"""What a published claim rests on, as a number with the interval that decides it.

In an interval everything varies that could change the claim: test rows, and with them draws, shuffles and starts. Each
function says what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.special import expit
from scipy.stats import t

from bayesnet.fitting import config_of, predicted
from bayesnet.grading import BOUNDS, LEVELS, RESAMPLES, DrawBlocks, resampled_rows, with_fewer_tested
from bayesnet.methods import METHODS
from bayesnet.metrics import THRESHOLD, accuracy, confusion, f1, f1_weighted
from bayesnet.parts.importance import permutation_importance
from bayesnet.problems import problem_of
from bayesnet.problems.network.draws import draws_of
from bayesnet.problems.network.forward import hidden_inputs, output
from bayesnet.problems.network.moves import input_moves
from bayesnet.problems.network.training import network_inputs
from bayesnet.restarts import Starts
from data import rows
from data.seeds import seed_for

SCORES = {"accuracy": accuracy, "f1_weighted": f1_weighted}
CENTRE = (0.4, 0.6)  # scores near 0.5
REPEATS = 10  # shuffles of an input
UPSAMPLINGS, STARTS = 4, 2  # refits of an analysis: drawings of the minority class, and starts for each of them
PICKS = 200  # of the best of several starts


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


def refits(
    step: Step, data: xr.Dataset, *, upsamplings: int = UPSAMPLINGS, starts: int = STARTS, seed: int = 0
) -> xr.Dataset:
    """The analysis again, from other starts and with the minority class drawn anew, graded on the same test rows.

    Parameters
    ----------
    step : Step
        Of a method that keeps all of its `restarts`.
    data : xarray.Dataset
        That its fit was made of.
    upsamplings, starts, seed : int

    Returns
    -------
    xarray.Dataset
        `score (refit, row)`: posterior mean score, moved so that the threshold, picked anew for each refit where the
        step's is, falls at 0.5; `accuracy (refit)` of it; `draw_accuracy (refit)`: mean over draws of the accuracy
        of each draw.
    """
    method, problem = METHODS[step.fit.attrs["method"]], problem_of(step.fit)
    config = replace(config_of(step.fit), restarts=starts)
    test = problem.test(data)
    label, found = test["label"].values, []
    for place in range(upsamplings):
        own = seed_for(seed, f"upsampling {place}")
        again = replace(problem, upsample_seed=own)
        train = again.train(data, own)
        posterior = method.fit(again, train, config, own)["restarts"].to_dataset().rename(restart="chain")
        p = again.predict(posterior, train, test).transpose("chain", "draw", ...).values
        found += [_graded(label, of_one, step.tuned) for of_one in p]
    score, whole, single = zip(*found, strict=True)
    return xr.Dataset(
        {
            "score": (("refit", "row"), np.stack(score)),
            "accuracy": ("refit", list(whole)),
            "draw_accuracy": ("refit", list(single)),
        }
    )


def _graded(label: np.ndarray, p: np.ndarray, tuned: bool) -> tuple[np.ndarray, float, float]:
    """Moved mean score, its accuracy, and the mean accuracy of the draws `p (draw, row)`."""
    threshold = best_threshold(label, p.mean(axis=0)) if tuned else THRESHOLD
    moved = p - threshold + THRESHOLD
    return moved.mean(axis=0), float(accuracy(label, moved.mean(axis=0))), float(accuracy(label, moved).mean())


def of_another_refit(values: np.ndarray) -> np.ndarray:
    """Mean of a value over refits, and where 95 % of further refits are expected, `(3,)`.

    The prediction interval of a normal sample (Hahn & Meeker 1991, Statistical Intervals, section 4.7).
    """
    n = len(values)
    reach = t.ppf(LEVELS[1], n - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / n)
    return np.array([values.mean(), values.mean() - reach, values.mean() + reach])


def draw_accuracy(step: Step, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Mean over draws of the accuracy of each draw, `(3,)`: the value and its bootstrap interval over test rows."""
    label, p = predicted(step.fit)
    threshold = best_threshold(label, p.mean(axis=0)) if step.tuned else THRESHOLD
    right = ((p > threshold) == label).mean(axis=0)  # (row,)
    return np.array([right.mean(), *np.quantile(right[resampled_rows(len(label), resamples, seed)].mean(1), LEVELS)])


def best_of_starts(fit: xr.DataTree, *, picks: int = PICKS, seed: int = 0) -> np.ndarray:
    """Posterior mean scores `(pick, row)` that other starts might have given: the best of a bootstrap sample of them.

    The best is that of lowest training loss, as the method keeps it. A fit without starts gives its scores once.
    """
    if "restarts" not in fit.children or "loss" not in fit["fit_stats"]:
        return predicted(fit)[1].mean(axis=0)[None]
    starts = Starts.of(fit)
    return starts.draws.mean(axis=1)[starts.best(picks, seed)]


def accuracy_margin(
    label: np.ndarray, first: np.ndarray, second: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0
) -> np.ndarray:
    """How much more often the first network is right, `(3,)`: the value, and its interval over test rows and refits.

    Parameters
    ----------
    label : ndarray of shape (n_rows,)
    first, second : ndarray of shape (n_refits, n_rows)
        Scores of each refit with the threshold at 0.5. Every bootstrap sample takes one refit of either, and the value
        is that of the mean over all.
    resamples, seed : int
    """
    right = [(scores > THRESHOLD) == label for scores in (first, second)]
    rng, index = np.random.default_rng(seed_for(seed, "refits")), resampled_rows(len(label), resamples, seed)
    one, other = (which[rng.integers(len(which), size=len(index))] for which in right)  # (resample, row)
    paired = np.take_along_axis(one * 1.0 - other, index, axis=1)
    return np.array([right[0].mean() - right[1].mean(), *np.quantile(paired.mean(axis=1), LEVELS)])


def class_margin(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Mean predictive sd of the rows of class 1 minus that of class 0.

    Returns
    -------
    ndarray of shape (3,)
        The value and its 95 % bootstrap interval over test rows and blocks of draws.
    """
    label, p = predicted(fit)
    return _margin(p, label == 1, resamples, seed)


def centre_margin(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Mean predictive sd of the rows with a score near 0.5 (`CENTRE`) minus that of the others: as `class_margin`."""
    _, p = predicted(fit)
    score = p.mean(axis=0)
    return _margin(p, (score > CENTRE[0]) & (score < CENTRE[1]), resamples, seed)


def _margin(p: np.ndarray, chosen: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Mean sd over draws `p (sample, row)` of the chosen rows minus that of the others, and its bootstrap interval."""
    if not chosen.any() or chosen.all():
        return np.full(3, np.nan)
    blocks, index = DrawBlocks.of(p), resampled_rows(p.shape[1], resamples, seed)
    _, sd = blocks.mean_and_sd(blocks.resampled(len(index), seed_for(seed, "blocks of draws")))
    sampled = [_difference(of_one[some], chosen[some]) for of_one, some in zip(sd, index, strict=True)]
    return np.array([_difference(p.std(axis=0), chosen), *np.nanquantile(sampled, LEVELS)])


def _difference(values: np.ndarray, chosen: np.ndarray) -> float:
    if not chosen.any() or chosen.all():
        return np.nan
    return values[chosen].mean() - values[~chosen].mean()


class Above(NamedTuple):
    """The claim that each input of `higher` matters more than each of `lower`."""

    higher: tuple[str, ...]
    lower: tuple[str, ...]


def ranking_margins(
    fit: xr.DataTree,
    catalogue: xr.Dataset,
    claims: Mapping[str, Above],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Claims about which inputs matter more, by the drop of F1 when an input is shuffled.

    Parameters
    ----------
    fit, catalogue
        See `bayesnet.permutation_importance`.
    claims : mapping of str to Above
    resamples, seed : int

    Returns
    -------
    dict
        Of each claim an ndarray of shape (3,): the smallest difference of drops between an input that is said to be
        higher and one that is said to be lower, averaged over draws, and its interval over test rows, shuffles and
        draws. The claim holds where every difference is positive, so its lower end is the smallest lower end of the
        differences' 95 % intervals (an intersection-union test, Berger 1982, Technometrics 24). It fails where one is
        negative: the upper end is the smallest of upper ends that allow for the number of differences (Bonferroni).
    """
    catalogue = with_fewer_tested(catalogue)
    drops = permutation_importance(fit, catalogue, metric="f1", repeats=REPEATS, seed=seed).sel(metric="f1")
    mean, again = drops["draw_mean"], _resampled_drops(fit, catalogue, resamples, seed)
    found = {}
    for name, claim in claims.items():
        pairs = [({"feature": one}, {"feature": other}) for one, other in product(*claim)]
        spread = np.array([again.sel(one) - again.sel(other) for one, other in pairs])  # (pair, resample)
        upper = 1 - (1 - LEVELS[1]) / len(pairs)
        found[name] = np.array(
            [
                min(float(mean.sel(one) - mean.sel(other)) for one, other in pairs),
                np.quantile(spread, LEVELS[0], axis=1).min(),
                np.quantile(spread, upper, axis=1).min(),
            ]
        )
    return found


def _resampled_drops(fit: xr.DataTree, catalogue: xr.Dataset, resamples: int, seed: int) -> xr.DataArray:
    """Drop of F1 `(feature, resample)`: of one draw each, on a bootstrap sample of the test rows, by new shuffles."""
    test, train = rows(catalogue, "test"), fit["constant_data"].to_dataset()
    posterior, activation = problem_of(fit).as_network(fit["posterior"].to_dataset())
    draws, every, labels = draws_of(posterior), network_inputs(train, test).values, test["label"].values
    rng = np.random.default_rng(seed_for(seed, "rankings"))
    drops = []
    for some in resampled_rows(len(labels), resamples, seed):
        sample, x, label = test.isel(simulation=some), every[some], labels[some]
        single = int(rng.integers(len(draws.b1)))
        draw = draws[single : single + 1]
        orders = rng.permuted(np.tile(np.arange(len(x)), (REPEATS, 1)), axis=1)  # (repeat, row)
        features, columns, moves = input_moves(train, sample, None, orders)
        a = hidden_inputs(draw, x)  # (1, hidden, row)
        whole = f1(label, expit(output(activation.value(a), draw)))
        moved = [a + np.einsum("ch,knc->khn", draw.w0[0, own], by) for own, by in zip(columns, moves, strict=True)]
        drops.append([(whole - f1(label, expit(output(activation.value(b), draw)))).mean() for b in moved])
    return xr.DataArray(np.transpose(drops), {"feature": list(features)}, ("feature", "resample"))
