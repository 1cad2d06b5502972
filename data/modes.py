"""Modes of a Gaussian process, whose signs are the same on every machine, so that a truth drawn from them is too."""

import numpy as np


def eigenmodes(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues `(mode,)`, none negative, and eigenvectors `(place, mode)` of a covariance, largest first.

    Eigenvectors are positive at the first place.
    """
    values, vectors = np.linalg.eigh(covariance)
    vectors = vectors * np.where(vectors[0] < 0, -1, 1)
    return values[::-1].clip(min=0), vectors[:, ::-1]
