"""Speeds of rupture fronts, and the Rayleigh speed that limits them."""

import numpy as np

from data.rupture.solver.friction import Medium
from data.rupture.solver.settings import ROCK

#: Where along the fault the front of a rupture that starts at x = -10 km has left its nucleation patch and not met the
#: locked ends (km).
SPREADING_WITH_BARRIER = (-8.0, 10.0)


def front_speed(x: np.ndarray, rupture_time: np.ndarray, window: float = 1.0) -> np.ndarray:
    """Return the speed of a rupture front at every x, from the times at which nodes first broke.

    Parameters
    ----------
    x, rupture_time : ndarray of shape (nx,)
        Positions (km) and times (s).
    window : float
        Length over which the speed is taken (km).

    Returns
    -------
    ndarray of shape (nx,)
        In km/s, nan where unbroken.
    """
    known = np.where(np.isfinite(rupture_time), rupture_time, np.nan)
    left, right = np.interp(x - window / 2, x, known), np.interp(x + window / 2, x, known)
    with np.errstate(divide="ignore"):
        return window / np.abs(right - left)


def fastest_front(x: np.ndarray, speed: np.ndarray) -> float:
    """Return the largest speed between nucleation patch and locked end (km/s), 0 where nothing broke there.

    Parameters
    ----------
    x, speed : ndarray of shape (nx,)
        Positions (km) and speeds from `front_speed` (km/s), of a rupture that starts at x = -10 km.

    Returns
    -------
    float
    """
    return float(np.nanmax(speed[(x > SPREADING_WITH_BARRIER[0]) & (x < SPREADING_WITH_BARRIER[1])], initial=0.0))


def rayleigh_speed(medium: Medium = ROCK) -> float:
    """Return the speed of Rayleigh waves (km/s), the limit of a mode-II front below the S speed.

    Root of (2 - s)^2 = 4 sqrt(1 - s) sqrt(1 - s cs^2/cp^2) with s = (c/cs)^2 (Rayleigh 1885).
    """
    ratio = medium.mu / medium.p_modulus
    s = np.roots([1, -8, 24 - 16 * ratio, 16 * ratio - 16])
    real = s[np.abs(s.imag) < 1e-9].real
    return float(np.sqrt(real[(real > 0) & (real < 1)].max() * medium.mu / medium.rho))
