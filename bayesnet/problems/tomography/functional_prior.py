"""The network of depth beside the Gaussian process of tomography: see `bayesnet.problems.functional_prior`."""

from functools import cache

import numpy as np

from bayesnet.problems import functional_prior
from bayesnet.problems.functional_prior import SCALES, distance
from data.travel_times import BOTTOM, LENGTH

PLACES = 50  # depths at which functions are compared
DEPTH_SD = BOTTOM / np.sqrt(12)  # km, of depths spread evenly

__all__ = ["SCALES", "distance", "fitted_scales", "network_moments", "process_moments", "standardised"]


def standardised(depth: np.ndarray) -> np.ndarray:
    """Depths in km as the network sees them: of mean 0 and sd 1."""
    return (np.asarray(depth) - BOTTOM / 2) / DEPTH_SD


@cache
def fitted_scales(hidden: int) -> dict[str, float]:
    """Prior sds of a network of so many hidden units that bring its functions nearest to the Gaussian process."""
    return functional_prior.fitted_scales(compared_depths(), LENGTH / DEPTH_SD, hidden)


def compared_depths() -> np.ndarray:
    """Depths at which functions are compared, `(PLACES, 1)`, as the network sees them."""
    return standardised((np.arange(PLACES)[:, None] + 0.5) * BOTTOM / PLACES)


def process_moments() -> np.ndarray:
    """Covariance of values and slopes times length of the process of unit sd, `(2 PLACES, 2 PLACES)`."""
    return functional_prior.process_moments(compared_depths(), LENGTH / DEPTH_SD)


def network_moments(w0: float, b0: float, w1: float, b1: float, hidden: int) -> np.ndarray:
    """Covariance of values and slopes times length of the network with these prior sds, `(2 PLACES, 2 PLACES)`."""
    scales = np.array([w0, b0, w1, b1])
    return functional_prior.network_moments(scales, compared_depths(), LENGTH / DEPTH_SD, hidden)
