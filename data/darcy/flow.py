"""Steady flow through ground of varying permeability: -div(exp(k) grad u) = f by finite volumes, and its adjoint.

The unit square is cut into equal square cells; arrays of cells have the shape `(up, across)`, their first row lies at
the bottom. The head u is held on the left and on the right side; nothing flows through bottom and top. What flows from
cell to cell is the difference of their heads times the harmonic mean of their permeabilities: two half cells in series,
exact where flow goes along one axis and the permeability is constant in each cell. A side that holds a head is half a
cell away from the centres beside it. Errors fall with the square of the width of the cells: see `bayesnet.parts.flow`.

The matrix of the unknown heads is symmetric and a narrow band about its diagonal. Its Cholesky factor is kept, since
the adjoint is one more solution with the same matrix (Oliver, Reynolds & Liu 2008, Inverse Theory for Petroleum
Reservoir Characterization and History Matching, chapter 9).
"""

import numba
import numpy as np

LEFT, RIGHT = 1.0, 0.0  # heads that are held on these sides
KERNEL = {"error_model": "numpy", "nogil": True}


@numba.njit(**KERNEL)
def solved(k, source):
    """Heads, and the factor of the matrix that they were found with.

    Parameters
    ----------
    k : ndarray of shape (n, n)
        Log permeability of the cells.
    source : ndarray of shape (n, n)
        Water that is added, per area.

    Returns
    -------
    heads : ndarray of shape (n, n)
    factor : ndarray of shape (n * n, n + 1)
        Cholesky factor: each of its columns from the diagonal downwards, NaN where there is none.
    """
    n = len(k)
    resistance = _resistance(k)
    band, heads = np.zeros((n * n, n + 1)), np.empty(n * n)
    for up in range(n):
        for across in range(n):
            cell = up * n + across
            heads[cell] = source[up, across] / (n * n)
            if across + 1 < n:
                _join(band, cell, cell + 1, 2 / (resistance[up, across] + resistance[up, across + 1]))
            if up + 1 < n:
                _join(band, cell, cell + n, 2 / (resistance[up, across] + resistance[up + 1, across]))
        for cell, held in ((up * n, LEFT), (up * n + n - 1, RIGHT)):
            conductance = 2 / resistance[up, cell - up * n]
            band[cell, 0] += conductance
            heads[cell] += conductance * held
    _factorise(band)
    _solve(band, heads)
    return heads.reshape(n, n), band


@numba.njit(**KERNEL)
def pulled(k, heads, factor, slope):
    """Gradient with respect to log permeability of a function of the heads whose gradient is `slope`, all `(n, n)`."""
    n = len(k)
    resistance, gradient, adjoint = _resistance(k), np.zeros((n, n)), slope.copy()
    _solve(factor, adjoint.reshape(n * n))
    for up in range(n):
        for across in range(n):
            for i, j in ((up, across + 1), (up + 1, across)):
                if i < n and j < n:
                    both = resistance[up, across] + resistance[i, j]
                    fall = (adjoint[i, j] - adjoint[up, across]) * (heads[up, across] - heads[i, j])
                    each = 2 * fall / both**2  # derivative of the conductance 2 / both by minus a resistance
                    gradient[up, across] += each * resistance[up, across]
                    gradient[i, j] += each * resistance[i, j]
        for across, held in ((0, LEFT), (n - 1, RIGHT)):
            gradient[up, across] += 2 / resistance[up, across] * adjoint[up, across] * (held - heads[up, across])
    return gradient


@numba.njit(**KERNEL)
def _resistance(k):
    """One over the permeability of each cell."""
    found = np.empty(k.shape)
    for up in range(len(k)):
        for across in range(len(k)):
            found[up, across] = np.exp(-k[up, across])
    return found


@numba.njit(**KERNEL)
def _join(band, one, other, conductance):
    """Let water through between two cells of which the second has the larger number."""
    band[one, 0] += conductance
    band[other, 0] += conductance
    band[one, other - one] = -conductance


@numba.njit(**KERNEL)
def _factorise(band):
    """Replace a symmetric band matrix, its columns from the diagonal downwards, by its Cholesky factor."""
    size, width = band.shape
    for column in range(size):
        own = band[column]
        scale = 1 / np.sqrt(own[0])
        for place in range(width):
            own[place] *= scale
        for below in range(1, min(width, size - column)):
            other, factor = band[column + below], own[below]
            for place in range(width - below):
                other[place] -= factor * own[below + place]


@numba.njit(**KERNEL)
def _solve(factor, right):
    """Replace a right-hand side by the solution."""
    size, width = factor.shape
    for column in range(size):
        right[column] /= factor[column, 0]
        for below in range(1, min(width, size - column)):
            right[column + below] -= right[column] * factor[column, below]
    for column in range(size - 1, -1, -1):
        for below in range(1, min(width, size - column)):
            right[column] -= factor[column, below] * right[column + below]
        right[column] /= factor[column, 0]


def heads_of(k: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Heads of many fields of log permeability `(draw, n, n)`, `(draw, n, n)`."""
    return np.array([solved(one, source)[0] for one in np.ascontiguousarray(k)])


def outflow(k: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """What leaves through the right side in a unit of time, of log permeability and heads `(..., n, n)`."""
    return (2 * np.exp(k[..., -1]) * (heads[..., -1] - RIGHT)).sum(axis=-1)


def effective_permeability(k: np.ndarray) -> np.ndarray:
    """Permeability of even ground that lets as much through, nothing added, of log permeability `(draw, n, n)`."""
    return outflow(k, heads_of(k, np.zeros(k.shape[1:]))) / (LEFT - RIGHT)


def centres(n: int) -> np.ndarray:
    """Places of the centres of n cells along a side."""
    return (np.arange(n) + 0.5) / n
