"""A flow whose heads are known in closed form, since what is added to it was worked out from them."""

from typing import NamedTuple

import numpy as np

from data.darcy.flow import centres, solved


class Manufactured(NamedTuple):
    """Values in the centres of cells, `(n, n)` each."""

    k: np.ndarray  # log permeability
    source: np.ndarray
    heads: np.ndarray


def manufactured(n: int) -> Manufactured:
    """Heads 1 - x + sin(pi x) cos(pi y) in ground of log permeability sin(2 pi x + y), which keep to all four sides.

    What is added is -exp(k) (grad k . grad u + laplacian of u).
    """
    x, y, pi = centres(n), centres(n)[:, None], np.pi
    heads = 1 - x + np.sin(pi * x) * np.cos(pi * y)
    across, up = -1 + pi * np.cos(pi * x) * np.cos(pi * y), -pi * np.sin(pi * x) * np.sin(pi * y)
    laplacian = -2 * pi**2 * np.sin(pi * x) * np.cos(pi * y)
    k, slope = np.sin(2 * pi * x + y), np.cos(2 * pi * x + y)  # grad k is (2 pi, 1) times the slope
    return Manufactured(k, -np.exp(k) * (slope * (2 * pi * across + up) + laplacian), heads)


def error(n: int) -> float:
    """Root mean square error of the heads of `manufactured` on n by n cells."""
    known = manufactured(n)
    return float(np.sqrt(((solved(known.k, known.source)[0] - known.heads) ** 2).mean()))
