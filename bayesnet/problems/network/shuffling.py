"""How test rows are shuffled for permutation importance: in which orders, and which columns together."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import rankdata
from sklearn.utils import check_random_state

from data import InputError, rows

RUPTURE_GROUPS = {
    "stress": ("sxx", "syy", "sxy"),
    "friction": ("mu_d", "friction_drop"),
    "geometry": ("height", "width"),
    "dc": ("dc",),
}


def shuffles(n_rows: int, repeats: int, random_state: int) -> np.ndarray:
    """Row orders in which `sklearn.inspection.permutation_importance` puts every column.

    scikit-learn gives each column the same stream, and shuffles the column as the last repeat left it.

    Parameters
    ----------
    n_rows, repeats : int
    random_state : int
        As scikit-learn's.

    Returns
    -------
    ndarray of int of shape (repeats, n_rows)
        In repeat r, row i gets the value of row `orders[r, i]`.
    """
    stream = check_random_state(check_random_state(random_state).randint(np.iinfo(np.int32).max + 1))
    shuffling, order, orders = np.arange(n_rows), np.arange(n_rows), []
    for _ in range(repeats):
        stream.shuffle(shuffling)
        order = order[shuffling]
        orders.append(order)
    return np.stack(orders)


def column_groups(catalogue: xr.Dataset, correlation: float = 0.5) -> dict[str, tuple[str, ...]]:
    """Groups of columns that carry each other's information, to be shuffled together.

    A catalogue of ruptures has them by physics: `stress`, the stress tensor; `friction`; `geometry`, the barrier;
    and `dc`. In any other, columns are clustered by the average linkage of 1 - |Spearman correlation| over the
    training rows, after scikit-learn's example "Permutation importance with multicollinear or correlated features".

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.
    correlation : float
        Clusters merge while their mean absolute rank correlation is at least this.

    Returns
    -------
    dict of str to tuple of str
        Every feature stands in one group; a cluster is named after its columns, `a+b`.
    """
    names = catalogue["feature"].values.tolist()
    if set(names) == {column for group in RUPTURE_GROUPS.values() for column in group}:
        return dict(RUPTURE_GROUPS)
    if len(names) == 1:
        return {names[0]: (names[0],)}
    ranks = rankdata(rows(catalogue, "train")["features"].values, axis=0)
    distance = squareform(1 - np.abs(np.corrcoef(ranks, rowvar=False)), checks=False)
    cluster = fcluster(linkage(distance, "average"), 1 - correlation, criterion="distance")
    members = [tuple(np.asarray(names)[cluster == one].tolist()) for one in dict.fromkeys(cluster.tolist())]
    return {"+".join(group): group for group in members}


def column_positions(groups: Mapping[str, Sequence[str]], features: list[str]) -> list[list[int]]:
    """Positions in `features` of the columns of each group.

    Raises
    ------
    InputError
        Where there is no group, or a group names no feature or an unknown one.
    """
    if not groups:
        raise InputError("groups must hold at least one group, got none; leave them out to shuffle each feature alone")
    for group, members in groups.items():
        unknown = [name for name in members if name not in features]
        if unknown or not members:
            got = repr(unknown[0]) if unknown else "no feature"
            raise InputError(
                f"a group must name some of the features {', '.join(features)}, got {got} in group {group!r}; "
                "for example {'dc': ['dc']}"
            )
    return [[features.index(name) for name in members] for members in groups.values()]
