"""How test rows are shuffled for permutation importance: in which orders, among which rows, which columns together."""

from collections.abc import Mapping, Sequence
from math import comb

import numpy as np
import xarray as xr
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import rankdata
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils import check_random_state

from data import InputError, rows

RUPTURE_GROUPS = {
    "stress": ("sxx", "syy", "sxy"),
    "friction": ("mu_d", "friction_drop"),
    "geometry": ("height", "width"),
    "dc": ("dc",),
}
NEIGHBOURS = 20  # rows among which a conditional shuffle exchanges an input
DEGREE = 3  # of the polynomial that predicts an input from the others
ROWS_PER_TERM = 5  # training rows that a term of the polynomial needs; with fewer its degree is lower
MOST_NAMED = 4  # columns that stand in the name of their cluster
MOST_ROWS = 20_000  # training rows that it is fitted to, evenly spaced; of twenty inputs it has 1,540 terms
PENALTIES = np.logspace(-4, 4, 9)  # among which the ridge regression chooses, by leave-one-out


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


def conditional_shuffles(
    features: np.ndarray, train: np.ndarray, column: int, repeats: int, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """Values of a column that is shuffled only among rows whose other columns call for the same value of it.

    What the other columns say of it is a polynomial of them, fitted to the training rows by ridge regression. The rows
    are put in the order of what it predicts, in pieces of about 20 neighbours, and each row gets its own prediction
    plus the residual of another row of its piece. So what binds the columns stays, and what the column alone tells is
    lost. Where the others say nothing of it this is an ordinary shuffle.

    Parameters
    ----------
    features, train : ndarray of shape (n_rows, n_features)
        Columns of the rows to shuffle, and of the training rows.
    column : int
    repeats : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (repeats, n_rows)
        The column, shuffled.
    float
        Share of its variance over these rows that the other columns tell, at least 0.

    Notes
    -----
    Permutation of residuals: Chamma, Engemann & Thirion (2023), Statistically valid variable importance assessment
    through conditional permutations, NeurIPS 36. Exchange within groups of like rows: Strobl et al. (2008),
    Conditional variable importance for random forests, BMC Bioinformatics 9, 307.
    """
    own, others = features[:, column], np.delete(features, column, axis=1)
    train = train[:: -(-len(train) // MOST_ROWS)]
    terms = {degree: comb(others.shape[1] + degree, degree) for degree in range(2, DEGREE + 1)}
    degree = max((degree for degree, count in terms.items() if count * ROWS_PER_TERM <= len(train)), default=1)
    expected = np.full(len(own), train[:, column].mean())
    if others.shape[1]:
        model = make_pipeline(StandardScaler(), PolynomialFeatures(degree), RidgeCV(PENALTIES))
        expected = model.fit(np.delete(train, column, axis=1), train[:, column]).predict(others)
    residual = own - expected
    shuffled = np.empty((repeats, len(own)))
    for piece in np.array_split(np.argsort(expected, kind="stable"), max(1, len(own) // NEIGHBOURS)):
        shuffled[:, piece] = expected[piece] + rng.permuted(np.tile(residual[piece], (repeats, 1)), axis=1)
    variance = own.var()
    return shuffled, float(max(0.0, 1 - np.mean(residual**2) / variance)) if variance > 0 else 0.0


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
        Every feature stands in one group; a cluster is named after its columns, `a+b`, a large one after the first.
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
    return {_name(group, names): group for group in members}


def _name(cluster: tuple[str, ...], features: list[str]) -> str:
    """Name of a cluster: its columns, and no other feature's name."""
    few, others = cluster[:MOST_NAMED], len(cluster) - MOST_NAMED
    name = "+".join(few if others <= 0 else (*few, f"{others} more"))
    return f"{name} together" if len(cluster) > 1 and name in features else name


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
