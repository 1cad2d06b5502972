"""The outcome of a rupture: whether it broke through the barrier (its label), when, and why the simulation ended."""

from dataclasses import dataclass

import numpy as np

#: Why a simulation ended -> what that says.
REASONS = {
    "passed": "the tip ran well past the barrier",
    "stalled": "the tip made no advance for a while",
    "late": "not even P waves could take the tip past the barrier in time",
    "time": "the duration was over",
}


@dataclass(frozen=True)
class Outcome:
    """How a rupture ended.

    Attributes
    ----------
    label : int
        1 if the rupture broke through the barrier, 0 if it arrested.
    reason : str
        A key of `REASONS`.
    tip : float
        Furthest broken point to the right (km), the nucleation point if nothing broke.
    time : float
        Simulated time (s).
    crossing_time : float
        When the tip passed the crossing point (s), infinite if it never did.
    """

    label: int
    reason: str
    tip: float
    time: float
    crossing_time: float


def tip(x: np.ndarray, rupture_time: np.ndarray, start: float) -> float:
    """Return the furthest broken point right of `start` (km), or `start`.

    Parameters
    ----------
    x, rupture_time : ndarray of shape (nx,)
        Positions (km) and first breaking times (s), infinite where unbroken.
    start : float
        Nucleation point (km).

    Returns
    -------
    float
    """
    broken = x[np.isfinite(rupture_time)]
    return float(max(broken.max(initial=start), start))


def crossing_time(x: np.ndarray, rupture_time: np.ndarray, crossing: float) -> float:
    """Return when the first node at or beyond `crossing` (km) broke (s), infinite if none did.

    Parameters
    ----------
    x, rupture_time : ndarray of shape (nx,)
        Positions (km) and first breaking times (s), infinite where unbroken.
    crossing : float
        In km.

    Returns
    -------
    float
    """
    return float(rupture_time[x >= crossing - 1e-9].min())
