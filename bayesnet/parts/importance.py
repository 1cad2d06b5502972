"""Permutation importance with its uncertainty: what a network loses when an input, or a group of them, is shuffled.

Every draw of a posterior is a network with a loss of its own. All of them are taken in one pass that serves all
metrics, some draws at a time, so that memory follows a setting and not the number of draws and shuffles.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.special import logsumexp

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.grading import LEVELS, MOST_TESTED, in_blocks, resampled_rows, with_fewer_tested
from bayesnet.metrics import COUNTED, DIRECTION, METRICS, THRESHOLD, confusion
from bayesnet.problems import problem_of
from bayesnet.problems.network.draws import Draws, draws_of
from bayesnet.problems.network.forward import BLOCK, blocks_of, hidden_inputs, output
from bayesnet.problems.network.moves import conditional_input_moves, input_moves
from bayesnet.problems.network.shuffling import shuffles
from bayesnet.problems.network.training import network_inputs
from data import InputError, rows
from data.seeds import seed_for

SHUFFLED_METRICS = ("f1", "f1_weighted", "accuracy", "log_score")  # of the comparison
SHUFFLES = 10  # of the comparison: their luck is small beside that of the test rows
INTERVAL = 0.95  # probability of the intervals
SUBSETS = ("propagation", "arrest", "TP", "TN")
RESAMPLES = 1000  # of rows and shuffles
DRAWS = 1000  # more say nothing new of a mean and of 95 % of the draws, and take their time
TINY = 1e-290  # a probability below this may have lost digits
LONGEST = 1000  # factors between 1 and 2 whose product is a number for certain


def permutation_importance(
    fit: xr.DataTree,
    catalogue: xr.Dataset,
    *,
    metric: str | Sequence[str] = "f1",
    repeats: int = 30,
    seed: int = 0,
    groups: Mapping[str, Sequence[str]] | None = None,
    conditional: bool = False,
    combined: bool = False,
    draws: int | None = DRAWS,
    tested: int | None = MOST_TESTED,
    block: int = BLOCK,
    features: Sequence[str] | None = None,
) -> xr.Dataset:
    """Drop of a metric over the test rows when an input's column is shuffled (Breiman 2001, section 10).

    The drop, baseline minus shuffled, is taken twice: of the posterior mean score (averaged over draws before the
    metric, the prediction that a user would act on) and of every draw on its own, whose distribution is the
    posterior of the model reliance of Fisher, Rudin & Dominici (2019), taken as a difference. These are two
    quantities: averaging over draws undoes much of what a shuffle does to a single one. Drops are positive where
    shuffling hurts, also for metrics of which less is better. All draws and methods meet the same shuffles.

    Shuffling one column misleads where inputs are correlated. What it carried may survive in its partners, so that
    it looks unimportant; or the shuffled rows leave the range of the catalogue, where a network merely extrapolates,
    so that it looks more important than all its partners together. Two remedies: `groups` shuffles columns jointly, in
    the same order, which keeps what binds them (see `column_groups`); `conditional` exchanges an input only among
    rows whose other inputs call for the same of it (see `conditional_shuffles`), which leaves what it tells alone.

    Parameters
    ----------
    fit : xarray.DataTree
        A fit, fresh or loaded from disk.
    catalogue : xarray.Dataset
        Its test rows are used. Its features are those that the fit was trained on, in the same units.
    metric : str or sequence of str
        Keys of `bayesnet.metrics.METRICS`.
    repeats : int
        Shuffles of each input.
    seed : int
        The study's seed, from which the shuffles come.
    groups : mapping of str to sequence of str, optional
        Features to be shuffled together, by the name of the group. By default each feature on its own.
    conditional : bool
        Whether to shuffle within neighbours. Of single features only.
    combined : bool
        Whether groups are of combinations of features, the other combinations keeping their values: see `input_moves`.
    draws : int, optional
        Draws to use where there are more of them, evenly spaced; None for all.
    tested : int, optional
        Test rows to use where there are more of them, drawn at random and always the same; None for all.
    block : int
        Hidden activations held at a time. Bounds the memory and changes nothing else.
    features : sequence of str, optional
        Where no groups are given, features to shuffle, by default all.

    Returns
    -------
    xarray.Dataset
        With dimension `group` in the place of `feature` where groups are given (coordinate `columns` lists theirs):

        - `baseline (metric)`, `drop (metric, feature, repeat)`, `drop_mean`, `drop_sd (metric, feature)`: metric of
          the posterior mean score, its drop, and the drop's mean and sd over repeats; `drop_lower`, `drop_upper
          (metric, feature)`: 95 % interval of `drop_mean` over test rows and shuffles, by bootstrap of both (of metrics
          that are means over rows or follow from the confusion matrix);
        - `draw_baseline (metric, chain, draw)`, `draw_drop (metric, feature, chain, draw)`: metric of every draw and
          its drop, averaged over repeats; `draw_mean`, `draw_sd`, `draw_lower`, `draw_upper (metric, feature)`: the
          drop's posterior mean, sd and equal-tailed 95 % interval;
        - `repeat_drop (metric, feature, repeat)`, `repeat_sd (metric, feature)`: drop averaged over draws, and its sd
          over repeats, which says how much the luck of a single shuffle matters;
        - `sd_baseline (subset)`, `sd_change (feature, subset, repeat)`, `sd_change_mean`, `sd_change_sd (feature,
          subset)`: sd of the score over draws, averaged over the test rows of a subset, and by how much shuffling
          raises it. Subsets are the rows of a true class (propagation is class 1), and those that the unshuffled
          posterior mean score gets right (TP, TN): the same rows before and after;
        - `draws_used`: number of draws;
        - `told_by_others (feature)`, where `conditional`: share of the input's variance that the other inputs tell.

        Metrics have no unit, but for the log score, in nats; it is taken from logits and, other than that of
        `bayesnet.metrics`, not clipped, for a shuffled row can be called wrong with any certainty. Sds have the divisor
        n, as scikit-learn's. Absent, that is NaN: sds and intervals over draws of a point estimate, sds over a single
        repeat, a subset without rows, the bootstrap interval of ROC-AUC.

    Raises
    ------
    InputError
        For an unknown metric, feature or group of features, for less than one repeat, draw, row or activation, and for
        groups that are to be shuffled conditionally.

    References
    ----------
    Breiman (2001), Random forests, Machine Learning 45. Fisher, Rudin & Dominici (2019), All models are wrong, but
    many are useful, JMLR 20(177). Change of the predictive sd: Ahamed & Daub (2019), figure 6b.
    """
    names = _metric_names(metric)
    for setting, value in (("repeats", repeats), ("block", block), ("draws", draws), ("tested", tested)):
        if value is not None and value < 1:
            raise InputError(f"{setting} must be at least 1, got {value}; leave it out for the default")
    if conditional and groups is not None:
        raise InputError("groups cannot be shuffled conditionally; leave out either groups or conditional")
    catalogue = with_fewer_tested(catalogue, tested)
    test = rows(catalogue, "test")
    constant = fit["constant_data"].to_dataset()
    x = network_inputs(constant, test).transpose("simulation", "feature").values
    dim = "feature" if groups is None else "group"
    alone = None if features is None else {name: (name,) for name in features}
    result = xr.Dataset(attrs={"threshold": THRESHOLD, "interval": INTERVAL, "seed": seed})
    if conditional:
        rng = np.random.default_rng(seed_for(seed, "conditional importance"))
        groups, columns, moves, told = conditional_input_moves(constant, catalogue, repeats, rng, alone)
        result["told_by_others"] = dim, told
    else:
        orders = shuffles(len(x), repeats, seed_for(seed, "importance"))
        shuffled = alone if groups is None else groups
        groups, columns, moves = input_moves(constant, test, shuffled, orders, combined=combined)
    posterior, label = thinned(fit["posterior"].to_dataset(), draws), test["label"].values
    result["draws_used"] = posterior.sizes["chain"] * posterior.sizes["draw"]
    posterior, activation = problem_of(fit).as_network(posterior)
    sums = _one_pass(draws_of(posterior), activation.value, x, label, names, columns, moves, block)
    coords = {"metric": list(names), dim: list(groups), "repeat": np.arange(repeats), "subset": list(SUBSETS)}
    coords |= {name: posterior[name].values for name in ("chain", "draw")}
    if dim == "group":
        coords["columns"] = ("group", [", ".join(members) for members in groups.values()])
    return _summarise(result.assign_coords(coords), dim, sums, label, seed)


def _metric_names(metric: str | Sequence[str]) -> tuple[str, ...]:
    names = (metric,) if isinstance(metric, str) else tuple(metric)
    unknown = [name for name in names if name not in METRICS]
    if unknown or not names:
        got = repr(unknown[0]) if unknown else "none"
        raise InputError(f"metric must be one or several of {', '.join(METRICS)}, got {got}; choose from these")
    return tuple(dict.fromkeys(names))


def thinned(posterior: xr.Dataset, most: int | None) -> xr.Dataset:
    """Every k-th draw of each chain, so that at most so many are left."""
    total = posterior.sizes["chain"] * posterior.sizes["draw"]
    return posterior.isel(draw=slice(None, None, 1 if most is None else -(-total // most)))


@dataclass(frozen=True)
class _Sums:
    """What one pass over the draws adds up; the rest follows from it."""

    draw_baseline: np.ndarray  # (metric, sample)
    draw_drop: np.ndarray  # (metric, group, sample), averaged over repeats
    repeat_drop: np.ndarray  # (metric, group, repeat), averaged over draws
    baseline_moments: np.ndarray  # (2, row): averages over draws of the score and of its square
    moments: np.ndarray  # (2, group, repeat, row): the same with inputs shuffled
    baseline_log: np.ndarray  # (row): log of the average over draws of the probability of the observed class
    log: np.ndarray  # (group, repeat, row): the same with inputs shuffled


def _one_pass(
    draws: Draws,
    activation: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    label: np.ndarray,
    names: Sequence[str],
    columns: list[list[int]],
    moves: list[np.ndarray],
    block: int,
) -> _Sums:
    """Metrics and scores of every draw under every shuffle, taken in blocks of draws.

    Moving column i by m_i moves the pre-activations by w0_i m_i alone: the full product with the inputs is formed once
    for each block and not for each shuffle, and an input without weight changes nothing at all. `moves` holds how far
    each group moves its columns, `(repeat, row, column)`.
    """
    n_draws, n_rows, n_repeats = len(draws.b1), len(x), len(moves[0])
    shape = (len(columns), n_repeats)
    sums = _Sums(
        np.empty((len(names), n_draws)),
        np.zeros((len(names), len(columns), n_draws)),
        np.zeros((len(names), *shape)),
        np.zeros((2, n_rows)),
        np.zeros((2, *shape, n_rows)),
        np.full(n_rows, -np.inf),
        np.full((*shape, n_rows), -np.inf),
    )
    sign = np.where(label == 1, 1.0, -1.0)  # of the logit, where the observed class is to be the likelier one
    for some in blocks_of(draws, n_rows, block):
        part = draws[some]
        a = hidden_inputs(part, x)  # (block, hidden, row)
        scored = _scored(activation(a), part, sign)
        sums.draw_baseline[:, some] = baseline = _values(names, label, scored.p, scored.log)  # (metric, block)
        sums.baseline_moments[:] += _moments(scored.p) / n_draws
        sums.baseline_log[:] = np.logaddexp(sums.baseline_log, scored.log_sum() - np.log(n_draws))
        for group, repeat in np.ndindex(shape):
            # einsum: a matrix product over a single column takes numpy's slow path
            moved = np.einsum("bfh,rf->bhr", part.w0[:, columns[group]], moves[group][repeat])
            moved += a
            scored = _scored(activation(moved), part, sign)
            drop = baseline - _values(names, label, scored.p, scored.log)
            sums.draw_drop[:, group, some] += drop / n_repeats
            sums.repeat_drop[:, group, repeat] += drop.sum(axis=-1) / n_draws
            sums.moments[:, group, repeat] += _moments(scored.p) / n_draws
            sums.log[group, repeat] = np.logaddexp(sums.log[group, repeat], scored.log_sum() - np.log(n_draws))
    return sums


class _Scored(NamedTuple):
    """Scores of some draws."""

    p: np.ndarray  # score (sample, row)
    log: np.ndarray  # log score of each draw, the mean over rows (sample,)
    observed: np.ndarray  # probability of the observed class (sample, row), however small
    logit: np.ndarray  # its logit (sample, row)

    def log_sum(self) -> np.ndarray:
        """Log of the sum over draws of the probability of the observed class, `(row,)`."""
        total = self.observed.sum(axis=0)
        lost = total < TINY
        found = np.log(np.where(lost, 1.0, total))
        if lost.any():
            logit = self.logit[:, lost]
            found[lost] = logsumexp(np.minimum(logit, 0) - np.log1p(np.exp(-np.abs(logit))), axis=0)
        return found


def _scored(hidden: np.ndarray, draws: Draws, sign: np.ndarray) -> _Scored:
    """Scores that follow from a hidden layer (sample, hidden, row).

    With t = exp(-|logit|) the likelier class has the probability 1 / (1 + t) and the other one t / (1 + t). So each
    row takes one exponential and no logarithm: the sum of the logs of 1 + t is the log of their product.
    """
    logit = sign * output(hidden, draws)  # of the observed class
    tail = np.exp(-np.abs(logit))
    whole = 1 + tail
    observed = np.where(logit > 0, 1.0, tail) / whole
    products = np.multiply.reduceat(whole, np.arange(0, len(sign), LONGEST), axis=-1)
    log = (np.minimum(logit, 0).sum(axis=-1) - np.log(products).sum(axis=-1)) / len(sign)
    return _Scored(np.where(sign > 0, observed, 1 - observed), log, observed, logit)


def _values(names: Sequence[str], label: np.ndarray, p: np.ndarray, log: np.ndarray) -> np.ndarray:
    """Metrics of the score p (..., row) whose log score is `log` (...): (metric, ...)."""
    counts = confusion(label, p)
    known = {"log_score": log} | {name: value(*counts) for name, value in COUNTED.items()}
    return np.stack([known[name] if name in known else METRICS[name](label, p) for name in names])


def _values_by_sample(
    names: Sequence[str], label: np.ndarray, p: np.ndarray, log: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Metrics of samples of the rows: (metric, ..., sample).

    Score p (..., row), log probability of the observed class `log` (..., row), and how many times each row stands in
    each sample, `weight` (row, sample). NaN for a metric that is neither a mean over rows nor made of counts.
    """
    counts = confusion(label, p, weight)
    known = {name: value(*counts) for name, value in COUNTED.items()}
    known |= {"log_score": log @ weight / len(label), "brier": np.square(p - label) @ weight / len(label)}
    absent = np.full(counts[0].shape, np.nan)
    return np.stack([known.get(name, absent) for name in names])


def _moments(p: np.ndarray) -> np.ndarray:
    """Sums over draws of the score (block, row) and of its square: (2, row)."""
    return np.stack([p.sum(axis=0), np.einsum("br,br->r", p, p)])


def _summarise(result: xr.Dataset, dim: str, sums: _Sums, label: np.ndarray, seed: int) -> xr.Dataset:
    """Means, sds and intervals over repeats and draws, beside what they summarise."""
    names = result["metric"].values.tolist()
    sign = xr.DataArray([DIRECTION[name] for name in names], dims="metric")  # a drop is a loss, whatever the metric
    over, samples = ("chain", "draw"), (result.sizes["chain"], result.sizes["draw"])
    baseline = _values(names, label, sums.baseline_moments[0], sums.baseline_log.mean())  # (metric)
    shuffled = _values(names, label, sums.moments[0], sums.log.mean(axis=-1))  # (metric, group, repeat)
    drop = baseline[:, None, None] - shuffled
    result["baseline"] = "metric", baseline
    result["drop"] = sign * xr.Variable(("metric", dim, "repeat"), drop)
    result["draw_baseline"] = ("metric", *over), sums.draw_baseline.reshape(-1, *samples)
    draw_drop = sums.draw_drop.reshape(*drop.shape[:2], *samples)
    result["draw_drop"] = sign * xr.Variable(("metric", dim, *over), draw_drop)
    result["repeat_drop"] = sign * xr.Variable(("metric", dim, "repeat"), sums.repeat_drop)
    result["sd_baseline"], result["sd_change"] = _sd_change(sums, label, dim, absent=samples == (1, 1))
    for name, summary, dims in (
        ("drop", "drop", ["repeat"]),
        ("draw_drop", "draw", over),
        ("sd_change", "sd_change", ["repeat"]),
    ):
        result[f"{summary}_mean"] = result[name].mean(dims)
        result[f"{summary}_sd"] = _sd(result[name], dims)
    result["repeat_sd"] = _sd(result["repeat_drop"], ["repeat"])
    for name, share in zip(("draw_lower", "draw_upper"), LEVELS, strict=True):
        bound = result["draw_drop"].quantile(share, over, skipna=False).drop_vars("quantile")
        result[name] = bound.where(samples != (1, 1))  # one draw has no interval
    sampled = sign * xr.Variable(("metric", dim, "sample"), _drops_by_sample(names, sums, label, seed))
    for name, share in zip(("drop_lower", "drop_upper"), LEVELS, strict=True):
        result[name] = sampled.quantile(share, "sample", skipna=False).drop_vars("quantile")
    return result


def _drops_by_sample(names: Sequence[str], sums: _Sums, label: np.ndarray, seed: int) -> np.ndarray:
    """Mean drop over shuffles of bootstrap samples of the test rows and of the shuffles, `(metric, group, sample)`."""
    n_rows, n_repeats = len(label), sums.log.shape[1]
    index = resampled_rows(n_rows, RESAMPLES, seed)
    rng = np.random.default_rng(seed_for(seed, "bootstrap of shuffles"))
    of_repeat = rng.multinomial(n_repeats, np.full(n_repeats, 1 / n_repeats), len(index)).T / n_repeats
    drops = []
    for some in in_blocks(np.arange(len(index)), index.size):
        weight = np.stack([np.bincount(sample, minlength=n_rows) for sample in index[some]], axis=1).astype(float)
        before = _values_by_sample(names, label, sums.baseline_moments[0], sums.baseline_log, weight)
        after = _values_by_sample(names, label, sums.moments[0], sums.log, weight)
        drops.append(before[:, None] - np.einsum("mgrs,rs->mgs", after, of_repeat[:, some]))
    return np.concatenate(drops, axis=-1)


def _sd_change(sums: _Sums, label: np.ndarray, dim: str, absent: bool) -> tuple[xr.Variable, xr.Variable]:
    """Predictive sd of the subsets, and by how much each shuffle raises it: (subset) and (`dim`, subset, repeat)."""
    before, after = (
        np.sqrt(np.maximum(square - mean**2, 0)) for mean, square in (sums.baseline_moments, sums.moments)
    )  # (row), (group, repeat, row)
    positive, called = label == 1, sums.baseline_moments[0] > THRESHOLD
    subsets = np.column_stack([positive, ~positive, positive & called, ~positive & ~called])  # (row, subset)
    count = subsets.sum(axis=0)
    average = subsets / np.where((count == 0) | absent, np.nan, count)
    change = (after - before) @ average  # (group, repeat, subset)
    change = xr.Variable((dim, "repeat", "subset"), change).transpose(dim, "subset", "repeat")
    return xr.Variable("subset", before @ average), change


def _sd(values: xr.DataArray, dims: Sequence[str]) -> xr.DataArray:
    """Standard deviation, NaN where there is a single value: its spread is unknown, not zero."""
    return values.std(dims).where(np.prod([values.sizes[name] for name in dims]) > 1)


def of_comparison(
    c: Context, groups: Mapping[str, Sequence[str]] | None = None, *, combined: bool = False
) -> xr.Dataset:
    """Importance for every fit that has inputs, of single ones or of groups of them, without the draws.

    Of single inputs also what shuffling within neighbours does: `told_by_others`, and with `conditional_` before their
    names `drop_mean`, `drop_sd`, `drop_lower`, `drop_upper` and `sd_change_mean`.
    """

    def of_fit(fit: xr.DataTree) -> xr.Dataset:
        options = {"metric": SHUFFLED_METRICS, "repeats": SHUFFLES, "seed": c.seed, "features": c.inputs}
        found = permutation_importance(fit, c.data, groups=groups, combined=combined, **options)
        found = found.drop_dims(("chain", "draw"))
        if groups is None:
            within = permutation_importance(fit, c.data, conditional=True, **options)
            found["told_by_others"] = within["told_by_others"]
            for name in ("drop_mean", "drop_sd", "drop_lower", "drop_upper", "sd_change_mean"):
                found[f"conditional_{name}"] = within[name]
        return found

    return along("method", {name: of_fit(fit) for name, fit in c.fits.items() if fit["constant_data"].sizes["feature"]})


ACROSS = ("drop_mean", "drop_sd", "drop_lower", "drop_upper")
PART = Part(of_comparison, across=ACROSS)
