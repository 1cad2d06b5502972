"""How far shuffling what is known of the test rows moves the inputs of a model that is given something made of it."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayesnet.problems.network.shuffling import column_positions
from bayesnet.problems.network.training import columns_of, inputs_of
from data.rupture.combinations import Columns, from_combinations, to_combinations


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
    columns = columns_of(test)
    names = train["feature"].values.tolist()
    if set(names) == set(columns):
        columns = {name: columns[name] for name in names}  # in the order of the model, not of the catalogue
    known = to_combinations(columns) if combined else columns
    groups = {name: (name,) for name in known} if groups is None else groups
    column_positions(groups, list(known))
    before = _inputs(train, known, combined)
    moved, moves = [], []
    for members in groups.values():
        after = [
            _inputs(train, known | {name: known[name][order] for name in members}, combined) - before
            for order in orders
        ]
        found = np.stack(after)  # (repeat, row, input)
        moved.append(np.flatnonzero((found != 0).any(axis=(0, 1))).tolist())
        moves.append(found[..., moved[-1]])
    return groups, moved, moves


def _inputs(train: xr.Dataset, known: Columns, combined: bool) -> np.ndarray:
    """Inputs of a model, `(row, input)`, of rows of which this is known."""
    return inputs_of(train, from_combinations(known) if combined else known)
