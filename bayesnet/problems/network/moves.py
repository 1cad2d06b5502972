"""How far shuffling what is known of the test rows moves the inputs of a model that is given something made of it."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayesnet.problems.network.shuffling import column_positions, conditional_shuffles
from bayesnet.problems.network.training import columns_of
from data import rows
from data.rupture.combinations import Columns, column_named, from_combinations, to_combinations

ROUNDING = 1e-9  # sds that an input moves by where combinations are made of it and taken apart again


def input_moves(
    train: xr.Dataset,
    test: xr.Dataset,
    groups: dict[str, Sequence[str]] | None,
    orders: np.ndarray,
    *,
    combined: bool = False,
) -> tuple[dict[str, Sequence[str]], list[list[int]], list[np.ndarray]]:
    """How far each shuffle moves each input of a model.

    Parameters
    ----------
    train : xarray.Dataset
        Training rows of the model, for its inputs and their scales.
    test : xarray.Dataset
        Rows to shuffle, with `features (simulation, feature)`.
    groups : dict of str to sequence of str, optional
        What is shuffled together, by the name of the group; by default each feature on its own.
    orders : ndarray of shape (n_repeats, n_rows)
        See `shuffles`.
    combined : bool
        Whether groups are of what `data.rupture.combinations.to_combinations` names: one is shuffled while the others
        keep their values, so the features that it is made of move as they must. Shuffling the stress drop moves sxy,
        and neither strength; shuffling mu_d |syy| moves mu_d, and sxy by as much as the strength, so that the stress
        drop stays; shuffling syy moves mu_d and friction_drop against it.

    Returns
    -------
    dict
        The groups.
    list of list of int
        Positions of the inputs that each group moves.
    list of ndarray of shape (n_repeats, n_rows, n_moved)
        How far, in sds of these inputs.

    Raises
    ------
    InputError
        For groups that name none or an unknown one.
    """
    columns = _in_order(train, columns_of(test))
    known = to_combinations(columns) if combined else columns
    groups = {name: (name,) for name in known} if groups is None else groups
    column_positions(groups, list(known))
    found = [
        _moved(train, known, {name: known[name][orders] for name in members}, combined) for members in groups.values()
    ]
    return groups, [moved for moved, _ in found], [moves for _, moves in found]


def conditional_input_moves(
    train: xr.Dataset,
    catalogue: xr.Dataset,
    repeats: int,
    rng: np.random.Generator,
    groups: dict[str, Sequence[str]] | None = None,
) -> tuple[dict[str, Sequence[str]], list[list[int]], list[np.ndarray], list[float]]:
    """How far each input of a model moves where a feature is shuffled among rows whose other features are alike.

    Parameters
    ----------
    train : xarray.Dataset
        Training rows of the model, for its inputs and their scales.
    catalogue : xarray.Dataset
        Its training rows tell what the other features say of one, its test rows are shuffled.
    repeats : int
    rng : numpy.random.Generator
    groups : dict of str to sequence of str, optional
        Single features, each a group of its own name; by default all of them.

    Returns
    -------
    dict, list of list of int, list of ndarray
        As of `input_moves`, with each feature as a group of its own.
    list of float
        Share of the variance of each feature that the others tell: see `conditional_shuffles`.
    """
    known = _in_order(train, columns_of(rows(catalogue, "test")))
    learned = columns_of(rows(catalogue, "train"))
    own, of_train = (np.column_stack([columns[name] for name in known]) for columns in (known, learned))
    groups = {name: (name,) for name in known} if groups is None else groups
    column_positions(groups, list(known))
    found, told = [], []
    for name in groups:
        shuffled, share = conditional_shuffles(own, of_train, [*known].index(name), repeats, rng)
        found.append(_moved(train, known, {name: shuffled}, combined=False))
        told.append(share)
    return groups, [moved for moved, _ in found], [moves for _, moves in found], told


def _in_order(train: xr.Dataset, columns: Columns) -> Columns:
    """Features in the order of a model that is given them, else in that of the catalogue."""
    names = train["feature"].values.tolist()
    return {name: columns[name] for name in names} if set(names) == set(columns) else columns


def _moved(train: xr.Dataset, known: Columns, changed: Columns, combined: bool) -> tuple[list[int], np.ndarray]:
    """Positions of the inputs that changes move, and how far each change moves them, `(change, row, moved)`.

    `changed` holds the columns that change, `(change, row)`.
    """
    names, sd = train["feature"].values.tolist(), train["feature_sd"].values
    before, after = (from_combinations(of) if combined else of for of in (known, {**known, **changed}))
    moves = {}
    for position, name in enumerate(names):
        new = column_named(name, after)
        if new.ndim == 1:  # it depends on nothing that changes
            continue
        by = (new - column_named(name, before)) / sd[position]
        by[np.abs(by) < ROUNDING] = 0.0
        if by.any():
            moves[position] = by
    shape = next(iter(changed.values())).shape
    return list(moves), np.stack([*moves.values()], axis=-1) if moves else np.empty((*shape, 0))
