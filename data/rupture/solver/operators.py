"""Fourth-order summation-by-parts (SBP) first derivative: its weights, its norm and its matrix.

A difference operator D = H^-1 Q with Q + Q^T = diag(-1, 0, ..., 0, 1) and a positive diagonal H repeats integration
by parts on the grid, u^T H (D v) + (D u)^T H v = u_n v_n - u_0 v_0, so that a discrete energy can be followed exactly.
Fourth order inside, second order in the four rows at each end, third order in a solution.

Sources: Kreiss & Scherer (1974); Strand, J. Comput. Phys. 110 (1994), 47-67.
"""

import numpy as np
from scipy import sparse

from data.errors import InputError

#: Diagonal of H at the first four nodes, in units of the spacing; one elsewhere (Strand 1994).
NORM_EDGE = np.array([17.0, 59.0, 43.0, 49.0]) / 48.0

#: Rows 0-3 of D over nodes 0-5; the last four rows are these, reversed and negated.
EDGE_ROWS = np.array(
    [
        [-24 / 17, 59 / 34, -4 / 17, -3 / 34, 0, 0],
        [-1 / 2, 0, 1 / 2, 0, 0, 0],
        [4 / 43, -59 / 86, 0, 59 / 86, -4 / 43, 0],
        [3 / 98, 0, -59 / 98, 0, 32 / 49, -4 / 49],
    ]
)

#: Every other row, over nodes i-2 ... i+2.
INNER_ROW = np.array([1 / 12, -2 / 3, 0, 2 / 3, -1 / 12])

#: What the edge rows add to the inner row where nodes beyond the edge count as zero: a kernel applies the inner row
#: everywhere, then adds this.
EDGE_CORRECTION = EDGE_ROWS - np.array([np.pad(INNER_ROW, (4, 4))[6 - i : 12 - i] for i in range(4)])

#: Fewest nodes for which the two ends do not overlap.
MIN_NODES = 12


def norm(n: int) -> np.ndarray:
    """Return the diagonal of H for unit spacing.

    Parameters
    ----------
    n : int
        Number of nodes, at least `MIN_NODES`.

    Returns
    -------
    ndarray of shape (n,)
        Quadrature weights, exact for cubics.

    Raises
    ------
    InputError
        If `n` is too small.
    """
    if n < MIN_NODES:
        raise InputError(f"an SBP operator needs at least {MIN_NODES} nodes, got {n}; refine or enlarge the grid")
    weights = np.ones(n)
    weights[:4], weights[-4:] = NORM_EDGE, NORM_EDGE[::-1]
    return weights


def stencils(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return every row of D for unit spacing as six weights and the node at which they start.

    Parameters
    ----------
    n : int
        Number of nodes, at least `MIN_NODES`.

    Returns
    -------
    start : ndarray of shape (n,)
        First node of the row's stencil.
    weights : ndarray of shape (n, 6)
        Weights of nodes start ... start + 5; an inner row ends with a zero.
    """
    norm(n)  # refuses a grid that is too small
    start = np.arange(n) - 2
    weights = np.tile(np.append(INNER_ROW, 0.0), (n, 1))
    start[:4], weights[:4] = 0, EDGE_ROWS
    start[-4:], weights[-4:] = n - 6, -EDGE_ROWS[::-1, ::-1]
    return start, weights


def derivative_matrix(n: int) -> sparse.csr_array:
    """Return D for unit spacing as a sparse matrix of shape (n, n), with which tests compare the compiled kernels."""
    start, weights = stencils(n)
    rows = np.repeat(np.arange(n), 6)
    columns = np.minimum(start[:, None] + np.arange(6), n - 1).ravel()  # a clipped column carries weight zero
    matrix = sparse.csr_array((weights.ravel(), (rows, columns)), shape=(n, n))
    matrix.eliminate_zeros()
    return matrix
