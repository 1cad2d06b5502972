"""Permutation importance with its uncertainty: what a network loses when an input, or a group of them, is shuffled.

Every draw of a posterior is a network with a loss of its own. All of them are taken in one pass, a block of draws at a
time, so that memory follows a setting and not the number of draws and shuffles.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.metrics import DIRECTION, METRICS, THRESHOLD
from bayesnet.problems import problem_of
from bayesnet.problems.network.draws import Draws, draws_of
from bayesnet.problems.network.forward import BLOCK, blocks_of, hidden_inputs, output
from bayesnet.problems.network.moves import input_moves
from bayesnet.problems.network.shuffling import shuffles
from bayesnet.problems.network.training import network_inputs
from data import InputError, rows
from data.seeds import seed_for

SHUFFLED_METRICS = ("f1", "f1_weighted", "accuracy", "log_score")  # of the comparison
INTERVAL = 0.95  # probability of the intervals over draws
SUBSETS = ("propagation", "arrest", "TP", "TN")


def permutation_importance(
    fit: xr.DataTree,
    catalogue: xr.Dataset,
    *,
    metric: str | Sequence[str] = "f1",
    repeats: int = 30,
    seed: int = 0,
    groups: Mapping[str, Sequence[str]] | None = None,
    combined: bool = False,
    block: int = BLOCK,
) -> xr.Dataset:
    """Drop of a metric over the test rows when an input's column is shuffled (Breiman 2001, section 10).

    The drop, baseline minus shuffled, is taken twice: of the posterior mean score (averaged over draws before the
    metric, the prediction that a user would act on) and of every draw on its own, whose distribution is the
    posterior of the model reliance of Fisher, Rudin & Dominici (2019), taken as a difference. It is positive where
    shuffling hurts, also for metrics of which less is better. All inputs, draws and methods meet the same shuffles.

    Shuffling one column misleads where inputs are correlated. What it carried may survive in its partners, so that
    it looks unimportant; or the shuffled rows leave the range of the catalogue, where a network merely extrapolates,
    so that it looks more important than all its partners together. `groups` shuffles columns jointly, in the same
    order, which keeps what binds them; see `column_groups`.

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
    combined : bool
        Whether groups are of combinations of features, the other combinations keeping their values: see `input_moves`.
    block : int
        Hidden activations held at a time. Bounds the memory and changes nothing else.

    Returns
    -------
    xarray.Dataset
        With dimension `group` in the place of `feature` where groups are given (coordinate `columns` lists theirs):

        - `baseline (metric)`, `drop (metric, feature, repeat)`, `drop_mean`, `drop_sd (metric, feature)`: metric of
          the posterior mean score, its drop, and the drop's mean and sd over repeats;
        - `draw_baseline (metric, chain, draw)`, `draw_drop (metric, feature, chain, draw)`: metric of every draw and
          its drop, averaged over repeats; `draw_mean`, `draw_sd`, `draw_lower`, `draw_upper (metric, feature)`: the
          drop's posterior mean, sd and equal-tailed 95 % interval;
        - `repeat_drop (metric, feature, repeat)`, `repeat_sd (metric, feature)`: drop averaged over draws, and its sd
          over repeats, which says how much the luck of a single shuffle matters;
        - `sd_baseline (subset)`, `sd_change (feature, subset, repeat)`, `sd_change_mean`, `sd_change_sd (feature,
          subset)`: sd of the score over draws, averaged over the test rows of a subset, and by how much shuffling
          raises it. Subsets are the rows of a true class (propagation is class 1), and those that the unshuffled
          posterior mean score gets right (TP, TN): the same rows before and after.

        Metrics have no unit, but for the log score, in nats; it is taken from logits and, other than that of
        `bayesnet.metrics`, not clipped, for a shuffled row can be called wrong with any certainty. Sds have the divisor
        n, as scikit-learn's. Absent, that is NaN: sds and intervals over draws of a point estimate, sds over a single
        repeat, a subset without rows.

    Raises
    ------
    InputError
        For an unknown metric, feature or group of features, and for less than one repeat or activation.

    References
    ----------
    Breiman (2001), Random forests, Machine Learning 45. Fisher, Rudin & Dominici (2019), All models are wrong, but
    many are useful, JMLR 20(177). Change of the predictive sd: Ahamed & Daub (2019), figure 6b.
    """
    names = _metric_names(metric)
    for setting, value in (("repeats", repeats), ("block", block)):
        if value < 1:
            raise InputError(f"{setting} must be at least 1, got {value}; leave it out for the default")
    test = rows(catalogue, "test")
    constant = fit["constant_data"].to_dataset()
    x = network_inputs(constant, test).transpose("simulation", "feature").values
    dim = "feature" if groups is None else "group"
    orders = shuffles(len(x), repeats, seed_for(seed, "importance"))
    groups, columns, moves = input_moves(constant, test, groups, orders, combined=combined)
    label = test["label"].values
    posterior, activation = problem_of(fit).as_network(fit["posterior"].to_dataset())
    sums = _one_pass(draws_of(posterior), activation.value, x, label, names, columns, moves, block)
    coords = {"metric": list(names), dim: list(groups), "repeat": np.arange(repeats), "subset": list(SUBSETS)}
    coords |= {name: fit["posterior"][name].values for name in ("chain", "draw")}
    if dim == "group":
        coords["columns"] = ("group", [", ".join(members) for members in groups.values()])
    attrs = {"threshold": THRESHOLD, "interval": INTERVAL, "seed": seed}
    return _summarise(xr.Dataset(coords=coords, attrs=attrs), dim, sums, label)


def _metric_names(metric: str | Sequence[str]) -> tuple[str, ...]:
    names = (metric,) if isinstance(metric, str) else tuple(metric)
    unknown = [name for name in names if name not in METRICS]
    if unknown or not names:
        got = repr(unknown[0]) if unknown else "none"
        raise InputError(f"metric must be one or several of {', '.join(METRICS)}, got {got}; choose from these")
    return tuple(dict.fromkeys(names))


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
    """Metrics and scores of every draw under every shuffle, a block of draws at a time.

    Moving column i by m_i moves the pre-activations by w0_i m_i alone: the full product with the inputs is formed once
    a block and not once a shuffle, and an input without weight changes nothing, to the last bit.
    """
    n_draws, (n_repeats, n_rows) = len(draws.b1), moves[0].shape[:2]
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
        p, log = _score(activation(a), part, sign)  # each (block, row)
        sums.draw_baseline[:, some] = baseline = _values(names, label, p, log)  # (metric, block)
        sums.baseline_moments[:] += _moments(p) / n_draws
        sums.baseline_log[:] = np.logaddexp(sums.baseline_log, _log_sum(log) - np.log(n_draws))
        for group, repeat in np.ndindex(shape):
            # einsum: a matrix product over a single column takes numpy's slow path
            moved = np.einsum("bfh,rf->bhr", part.w0[:, columns[group]], moves[group][repeat])
            moved += a
            p, log = _score(activation(moved), part, sign)
            drop = baseline - _values(names, label, p, log)
            sums.draw_drop[:, group, some] += drop / n_repeats
            sums.repeat_drop[:, group, repeat] += drop.sum(axis=-1) / n_draws
            sums.moments[:, group, repeat] += _moments(p) / n_draws
            sums.log[group, repeat] = np.logaddexp(sums.log[group, repeat], _log_sum(log) - np.log(n_draws))
    return sums


def _score(hidden: np.ndarray, draws: Draws, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hidden layer (sample, hidden, row) -> p, and the log probability of the observed class, both (sample, row).

    Written out, because numpy's exponential is several times faster than scipy's `expit` and `log_expit`.
    """
    logit = output(hidden, draws)
    tail = np.exp(-np.abs(logit))
    return np.where(logit > 0, 1.0, tail) / (1 + tail), np.minimum(sign * logit, 0) - np.log1p(tail)


def _values(names: Sequence[str], label: np.ndarray, p: np.ndarray, log: np.ndarray) -> np.ndarray:
    """Metrics of the score p (..., row), of whose observed class `log` is the log probability: (metric, ...)."""
    return np.stack([log.mean(axis=-1) if name == "log_score" else METRICS[name](label, p) for name in names])


def _log_sum(log: np.ndarray) -> np.ndarray:
    """Log-sum-exp over draws, the first axis: (row) of (block, row)."""
    largest = log.max(axis=0)  # the like of scipy's logsumexp, which takes longer to check its input than to sum
    return largest + np.log(np.exp(log - largest).sum(axis=0))


def _moments(p: np.ndarray) -> np.ndarray:
    """Sums over draws of the score (block, row) and of its square: (2, row)."""
    return np.stack([p.sum(axis=0), np.einsum("br,br->r", p, p)])


def _summarise(result: xr.Dataset, dim: str, sums: _Sums, label: np.ndarray) -> xr.Dataset:
    """Means, sds and intervals over repeats and draws, beside what they summarise."""
    names = result["metric"].values.tolist()
    sign = xr.DataArray([DIRECTION[name] for name in names], dims="metric")  # a drop is a loss, whatever the metric
    over, samples = ("chain", "draw"), (result.sizes["chain"], result.sizes["draw"])
    baseline = _values(names, label, sums.baseline_moments[0], sums.baseline_log)  # (metric)
    shuffled = _values(names, label, sums.moments[0], sums.log)  # (metric, group, repeat)
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
    tail = (1 - INTERVAL) / 2
    for name, share in (("draw_lower", tail), ("draw_upper", 1 - tail)):
        bound = result["draw_drop"].quantile(share, over, skipna=False).drop_vars("quantile")
        result[name] = bound.where(samples != (1, 1))  # one draw has no interval
    return result


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
    """Importance for every fit that has inputs, of single ones or of groups of them, without the draws."""
    options = {"metric": SHUFFLED_METRICS, "seed": c.seed, "groups": groups, "combined": combined}
    fits = {name: fit for name, fit in c.fits.items() if fit["constant_data"].sizes["feature"]}
    found = {name: permutation_importance(fit, c.data, **options) for name, fit in fits.items()}
    return along("method", {name: one.drop_dims(("chain", "draw")) for name, one in found.items()})


ACROSS = ("drop_mean", "drop_sd", "draw_lower", "draw_upper")
PART = Part(of_comparison, across=ACROSS)
