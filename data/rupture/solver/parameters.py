"""The eight parameters of a rupture: names, units, and the checks that a simulation makes before it starts."""

from collections.abc import Mapping

import numpy as np

from data.errors import InputError

#: Parameter -> unit, in the order of a catalogue's columns. Stresses are negative in compression.
UNITS = {
    "height": "km",
    "width": "km",
    "sxx": "MPa",
    "syy": "MPa",
    "sxy": "MPa",
    "mu_d": "1",
    "friction_drop": "1",
    "dc": "m",
}

NAMES = tuple(UNITS)


def validated(parameters: Mapping[str, float]) -> dict[str, float]:
    """Return the eight parameters as plain numbers; refuse values that no simulation can use.

    Parameters
    ----------
    parameters : mapping
        The names of `UNITS` to numbers in those units (a dict or a row of a table); other keys are ignored.

    Returns
    -------
    dict of str to float

    Raises
    ------
    InputError
        If a parameter is missing, is not finite, or has a sign that makes no sense.
    """
    missing = [name for name in NAMES if name not in parameters]
    if missing:
        raise InputError(f"expected the parameters {', '.join(NAMES)}; {', '.join(missing)} missing; add them")
    values = {name: float(parameters[name]) for name in NAMES}
    for name, value in values.items():
        if not np.isfinite(value):
            raise InputError(f"{name} must be finite ({UNITS[name]}), got {value}; mend the row or leave it out")
    for name in ("width", "mu_d", "friction_drop", "dc"):
        if values[name] <= 0:
            raise InputError(f"{name} must be positive ({UNITS[name]}), got {values[name]:g}; check units and columns")
    if values["height"] < 0:
        raise InputError(f"height must not be negative (km), got {values['height']:g}; check units and columns")
    if values["sxy"] < 0:
        raise InputError(f"sxy must not be negative (MPa), got {values['sxy']:g}; the barrier restrains only sxy > 0")
    return values


def stress_drop(of: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the static stress drop sxy - mu_d |syy| on a planar fault (MPa); syy is negative in compression."""
    return of["sxy"] + of["mu_d"] * of["syy"]


def check_stress(normal: np.ndarray, shear: np.ndarray, mu_s: float, x: np.ndarray) -> None:
    """Refuse a fault in tension, and a fault already at its static strength.

    Parameters
    ----------
    normal, shear : ndarray of shape (nx,)
        Initial tractions before nucleation (MPa, compression negative).
    mu_s : float
        Static friction coefficient.
    x : ndarray of shape (nx,)
        Positions along the fault (km).

    Raises
    ------
    InputError
        Where the normal stress is not compressive, or the shear stress nowhere below the static strength.
    """
    worst = int(np.argmax(normal))
    if normal[worst] >= 0:
        raise InputError(
            f"expected compression (negative normal stress) all along the fault, got {normal[worst]:+.2f} MPa at "
            f"x = {x[worst]:.2f} km; make syy more compressive or the barrier flatter"
        )
    if np.all(np.abs(shear) >= -mu_s * normal):
        raise InputError(
            f"expected shear stress below the static strength somewhere, got {np.abs(shear).min():.2f} MPa or more "
            f"against {-(mu_s * normal).min():.2f} MPa or less; lower sxy or raise mu_d + friction_drop"
        )


def process_zone(strength_drop: float, dc: float, shear_modulus: float, poisson: float) -> float:
    """Return the length over which a slow mode-II rupture front weakens (km).

    Lambda_0 = (9 pi / 32) mu / (1 - nu) dc / (tau_s - tau_d): Palmer & Rice (1973); Day, Dalguer, Lapusta & Liu,
    J. Geophys. Res. 110 (2005) B12307, equation 30a.

    Parameters
    ----------
    strength_drop : float
        Static less dynamic strength (MPa).
    dc : float
        Critical slip distance (m).
    shear_modulus : float
        In GPa (GPa m / MPa = km).
    poisson : float
        Poisson's ratio.

    Returns
    -------
    float
    """
    return 9 * np.pi / 32 * shear_modulus / (1 - poisson) * dc / strength_drop


def check_process_zone(length: float, spacing: float, fewest_nodes: float) -> None:
    """Refuse a grid too coarse for the zone in which the rupture front weakens.

    Parameters
    ----------
    length : float
        Of the process zone, see `process_zone` (km).
    spacing : float
        Of the grid along the fault (km).
    fewest_nodes : float
        Grid spacings that the process zone must hold at least.

    Raises
    ------
    InputError
        Where it holds fewer.
    """
    if length < fewest_nodes * spacing:
        raise InputError(
            f"expected at least {fewest_nodes:g} grid spacings in the process zone, got {length / spacing:.2f} "
            f"({1e3 * length:.0f} m of {1e3 * spacing:.0f} m); use a resolution of {1e3 * length / fewest_nodes:.0f} m "
            f"or finer, or a larger dc"
        )
