"""Removal of the symmetries of a hidden layer: every draw's units matched to the units of one reference.

The order of hidden units means nothing, nor does the scale of a ReLU unit or the sign of a tanh unit, so a mean of raw
weights over draws means nothing either. Here each draw is brought into the order (scale, sign) of one reference.
"""

import numpy as np
import xarray as xr
from scipy.optimize import linear_sum_assignment

from bayesnet.problems.network.activations import ACTIVATIONS, Activation
from bayesnet.problems.network.draws import DIMS, Draws, blocks, draws_of
from bayesnet.problems.network.model import Network
from data import InputError

BLOCK = 2**22  # numbers held at a time, 32 MiB
STARTS = 5  # draws that the search for a reference starts from
SEARCHED = 400  # evenly spaced draws that it searches with, before all of them
GAIN = 1e-4  # of the cost; a step that lowers it by a smaller share is the last (48 units would take 4 times as long)


def alignments(network: Network) -> tuple[str, ...]:
    """Forms in which the weights of a network can be compared.

    `none`: as they were drawn. `matched`: units reordered (and flipped), their scales as they were drawn, so that the
    prior still speaks about them. `balanced`: moreover each unit rescaled to |(w0, b0)| = |w1|; only for activations
    that have this symmetry.
    """
    return ("none", "matched", "balanced") if ACTIVATIONS[network.activation].rescale else ("none", "matched")


def balance(draws: Draws) -> Draws:
    """Rescale each ReLU unit so that |(w0, b0)| = |w1|; a unit that contributes nothing becomes zero.

    Source: Neyshabur, Salakhutdinov & Srebro (2015), Path-SGD, section 2 (rescaling invariance).
    """
    inner = np.sqrt((draws.w0**2).sum(axis=1) + draws.b0**2)  # (sample, hidden)
    size = np.sqrt(inner * np.abs(draws.w1))
    factor = np.divide(size, inner, out=np.zeros_like(size), where=inner > 0)
    return Draws(draws.w0 * factor[:, None, :], draws.b0 * factor, np.sign(draws.w1) * size, draws.b1)


def reference_units(fit: xr.DataTree, *, like: xr.Dataset | None = None) -> xr.Dataset:
    """Hidden units that a fit's draws scatter about.

    Each draw is matched to a centre, the centre becomes the mean of the matched draws, and so on while the total cost
    falls by more than `GAIN` (it never rises); from evenly spaced draws, of which the one of smallest cost is kept.

    Parameters
    ----------
    fit : xarray.DataTree
        To be the reference of other fits, best the one to be trusted most.
    like : xarray.Dataset, optional
        Reference of another fit, whose order (and signs) the units are given by one matching, so that the two can be
        compared unit by unit; by default the largest unit comes first, and w1 >= 0 where units can be flipped.

    Returns
    -------
    xarray.Dataset
        `w0 (feature, hidden)`, `b0`, `w1` and `size (hidden)`, the norm of (w0, b0, w1); balanced where the activation
        allows it. Attribute `cost`: mean over draws of the squared distance to these units.

    Raises
    ------
    InputError
        Where `like` is of another network.

    Notes
    -----
    Source: the relabelling algorithm of Stephens (2000), J. R. Stat. Soc. B 62, 795-809, with squared distance as its
    loss; for neural networks see Ainsworth, Hayase & Srinivasa (2023), Git Re-Basin, section 3.2, and Xiao, Liu &
    Bamler (2024), A compact representation for Bayesian neural networks by removing permutation symmetry.
    """
    symmetry = ACTIVATIONS[Network.of(fit).activation]
    units = _units(draws_of(fit["posterior"]), symmetry)
    few = units[_spread(len(units), SEARCHED)]
    tried = [_centre(few, few[start], symmetry) for start in _spread(len(few), STARTS)]
    centre, cost = _centre(units, min(tried, key=lambda found: found[1])[0], symmetry)
    if like is None:
        order = np.argsort(-np.linalg.norm(centre, axis=1), kind="stable")
        sign = np.where(symmetry.flip & (centre[order, -1] < 0), -1.0, 1.0)
    else:
        _check(fit, like)
        order, sign, _ = (part[0] for part in _match(centre[None], _vectors(like), symmetry))
    centre = centre[order] * sign[:, None]
    return xr.Dataset(
        {
            "w0": (("feature", "hidden"), centre[:, :-2].T),
            "b0": ("hidden", centre[:, -2]),
            "w1": ("hidden", centre[:, -1]),
            "size": ("hidden", np.linalg.norm(centre, axis=1)),
        },
        coords={"feature": fit["posterior"]["feature"].values, "hidden": np.arange(len(centre))},
        attrs={"method": str(fit.attrs["method"]), "activation": Network.of(fit).activation, "cost": cost},
    )


def align(fit: xr.DataTree, reference: xr.Dataset, form: str = "matched") -> xr.Dataset:
    """Bring the hidden units of every draw into the order of the reference.

    The order is the cheapest one (Hungarian method) where a unit on a position costs the squared distance
    of (w0, b0, w1) between the two, both balanced where the activation allows it, and flipped where that is allowed and
    nearer.

    Parameters
    ----------
    fit : xarray.DataTree
    reference : xarray.Dataset
        See `reference_units`.
    form : {"matched", "balanced"}
        See `alignments`.

    Returns
    -------
    xarray.Dataset
        `w0`, `b0`, `w1`, `b1` in the layout of a posterior; `unit (chain, draw, hidden)`, which of the draw's units
        stands there; `cost (chain, draw)`, its squared distance to the reference; `log_odds (chain, draw, hidden)`
        of this matching against the cheapest one that gives the position another unit (or sign). Odds are those of
        Gaussian scatter about the reference, of one sd for all weights, that of this fit's matched draws. It is
        infinite where nothing else is possible.

    Raises
    ------
    InputError
        For a form that the activation does not have, or a reference of another network.

    Notes
    -----
    Source: Kuhn (1955), Nav. Res. Logist. 2, 83-97, in `scipy.optimize.linear_sum_assignment`. Two matchings differ by
    cycles of positions that pass their units on; the cheapest cycle through a position is a shortest path (Floyd 1962).
    """
    network = Network.of(fit)
    _check(fit, reference)
    known = alignments(network)[1:]
    if form not in known:
        raise InputError(
            f"form must be one of {', '.join(known)} for {network.activation} units, got {form!r}; choose one of them"
        )
    symmetry = ACTIVATIONS[network.activation]
    draws = draws_of(fit["posterior"])
    units = _units(draws, symmetry)
    centre = _vectors(reference)
    order, sign, cost = _match(units, centre, symmetry)
    gap = _cheapest_changes(units, centre, order, symmetry)
    aligned = _apply(balance(draws) if form == "balanced" else draws, order, sign, symmetry)
    variance = cost.mean() / units[0].size
    unknown = np.inf if len(units) > 1 else np.nan  # one draw has no scatter to measure odds with
    log_odds = np.divide(gap, 2 * variance, out=np.full_like(gap, unknown), where=(variance > 0) & (len(units) > 1))
    posterior = fit["posterior"]
    found = {**aligned._asdict(), "unit": order, "cost": cost, "log_odds": log_odds}
    dims = DIMS | {"unit": ("hidden",), "cost": (), "log_odds": ("hidden",)}
    shape = (posterior.sizes["chain"], posterior.sizes["draw"])
    return xr.Dataset(
        {name: (("chain", "draw", *dims[name]), part.reshape(*shape, *part.shape[1:])) for name, part in found.items()},
        coords={
            **{name: posterior[name].values for name in ("chain", "draw", "feature")},
            "hidden": reference["hidden"].values,
        },
        attrs={"form": form, "reference": reference.attrs["method"]},
    )


def _check(fit: xr.DataTree, reference: xr.Dataset) -> None:
    """Refuse a reference of another network."""
    network = Network.of(fit)
    features = fit["posterior"]["feature"].values.tolist()
    expected = (reference.attrs["activation"], reference.sizes["hidden"], reference["feature"].values.tolist())
    if (network.activation, network.hidden, features) != expected:
        raise InputError(
            f"expected a reference of {network.hidden} {network.activation} units with inputs {', '.join(features)}, "
            f"got {expected[1]} {expected[0]} units with inputs {', '.join(expected[2])}; make it from a fit of the "
            "same network"
        )


def _units(draws: Draws, symmetry: Activation) -> np.ndarray:
    """One vector (w0, b0, w1) a unit, `(sample, hidden, feature + 2)`, balanced where that is a symmetry."""
    w0, b0, w1, _ = tuple(balance(draws) if symmetry.rescale else draws)
    return np.concatenate([w0.transpose(0, 2, 1), b0[..., None], w1[..., None]], axis=2)


def _vectors(reference: xr.Dataset) -> np.ndarray:
    """The reference as `(position, feature + 2)`."""
    w0 = reference["w0"].transpose("hidden", "feature").values
    return np.column_stack([w0, reference["b0"].values, reference["w1"].values])


def _spread(total: int, some: int) -> np.ndarray:
    """Positions of at most `some` of `total` draws, evenly spaced."""
    return np.unique(np.linspace(0, total - 1, min(some, total)).astype(int))


def _centre(units: np.ndarray, centre: np.ndarray, symmetry: Activation) -> tuple[np.ndarray, float]:
    """Centre `(position, feature + 2)` reached from a first one, and the mean cost a draw of the last matching."""
    previous, cost = np.inf, np.finfo(float).max
    while cost < previous * (1 - GAIN):
        previous = cost
        order, sign, costs = _match(units, centre, symmetry)
        cost = float(costs.mean())
        centre = (np.take_along_axis(units, order[..., None], axis=1) * sign[..., None]).mean(axis=0)
    return centre, cost


def _match(units: np.ndarray, centre: np.ndarray, symmetry: Activation) -> tuple[np.ndarray, ...]:
    """Unit on each position, its sign, and the draw's cost."""
    found = [_match_block(units[block], centre, symmetry) for block in _blocks_of(units)]
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def _match_block(units: np.ndarray, centre: np.ndarray, symmetry: Activation) -> tuple[np.ndarray, ...]:
    cost, dots = _distances(units, centre, symmetry)
    order = np.array([linear_sum_assignment(one)[1] for one in cost])  # (sample, position)
    kept, dot = (np.take_along_axis(part, order[..., None], axis=2)[..., 0] for part in (cost, dots))
    sign = np.where(dot < 0, -1.0, 1.0) if symmetry.flip else np.ones_like(dot)
    return order, sign, kept.sum(axis=1)


def _cheapest_changes(units: np.ndarray, centre: np.ndarray, order: np.ndarray, symmetry: Activation) -> np.ndarray:
    """Cost of the cheapest change of a matching through each position, `(sample, position)`.

    Much dearer than the matching itself, and nothing that the search for a centre needs.
    """
    found = []
    for block in _blocks_of(units):
        cost, dots = _distances(units[block], centre, symmetry)
        held = np.take_along_axis(cost, order[block][:, None, :], axis=2)  # (sample, position, holder of the unit)
        gap = _shortest_cycles(held - np.diagonal(held, axis1=1, axis2=2)[..., None])
        if symmetry.flip:
            dot = np.take_along_axis(dots, order[block][..., None], axis=2)[..., 0]
            gap = np.minimum(gap, 4 * np.abs(dot))
        found.append(gap)
    return np.concatenate(found)


def _blocks_of(units: np.ndarray) -> list[slice]:
    return blocks(len(units), BLOCK // (4 * units.shape[1] ** 2))


def _distances(units: np.ndarray, centre: np.ndarray, symmetry: Activation) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances of units to positions, but for rounding, and their products: `(sample, position, unit)`."""
    dots = centre @ units.transpose(0, 2, 1)
    nearness = np.abs(dots) if symmetry.flip else dots
    squares = (centre**2).sum(axis=1)[:, None] + (units**2).sum(axis=2)[:, None, :]
    return np.maximum(squares - 2 * nearness, 0.0), dots


def _shortest_cycles(steps: np.ndarray) -> np.ndarray:
    """Length of the shortest cycle through each node, `(sample, node)`, by Floyd's algorithm, all samples at once."""
    length = steps.copy()
    node = np.arange(length.shape[1])
    length[:, node, node] = np.inf  # a node that keeps its unit is no cycle
    for via in node:
        length = np.minimum(length, length[:, :, via, None] + length[:, None, via, :])
    return np.maximum(length[:, node, node], 0.0)  # an optimal matching has no negative cycle but for rounding


def _apply(draws: Draws, order: np.ndarray, sign: np.ndarray, symmetry: Activation) -> Draws:
    """The same functions with units in another order and sign."""
    w0 = np.take_along_axis(draws.w0, order[:, None, :], axis=2) * sign[:, None, :]
    b0, w1 = (np.take_along_axis(part, order, axis=1) for part in (draws.b0, draws.w1))  # (sample, position)
    b1 = draws.b1 + symmetry.shift * np.where(sign < 0, w1, 0.0).sum(axis=1)
    return Draws(w0, b0 * sign, w1 * sign, b1)
