"""Flat coordinates of places on the Earth: the transverse Mercator projection of the ellipsoid WGS84."""

import numpy as np

RADIUS = 6378.137  # km, of the equator
FLATTENING = 1 / 298.257223563
THIRD = FLATTENING / (2 - FLATTENING)  # third flattening n
SCALE = RADIUS / (1 + THIRD) * (1 + THIRD**2 / 4 + THIRD**4 / 64)  # km, of the rectified circle
SERIES = np.array(
    [
        THIRD / 2 - 2 * THIRD**2 / 3 + 5 * THIRD**3 / 16 + 41 * THIRD**4 / 180,
        13 * THIRD**2 / 48 - 3 * THIRD**3 / 5 + 557 * THIRD**4 / 1440,
        61 * THIRD**3 / 240 - 103 * THIRD**4 / 140,
        49561 * THIRD**4 / 161280,
    ]
)


def east_north(
    longitude: np.ndarray, latitude: np.ndarray, origin: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """East and north of an origin (km) of places on the Earth, to a micrometre within some hundred kilometres.

    Parameters
    ----------
    longitude, latitude : ndarray
        In degrees.
    origin : tuple of float
        Longitude and latitude of the origin, in degrees; its meridian keeps its length.

    Notes
    -----
    Source: the series of Krueger (1912), as given by Karney (2011), J. Geodesy 85, 475-485, equations 7 to 11 and 35.
    """
    east, north = _transverse(np.asarray(longitude) - origin[0], np.asarray(latitude))
    return east, north - _transverse(np.asarray(0.0), np.asarray(origin[1]))[1]


def _transverse(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    eccentricity = 2 * np.sqrt(THIRD) / (1 + THIRD)
    away, sine = np.deg2rad(longitude), np.sin(np.deg2rad(latitude))
    tangent = np.sinh(np.arctanh(sine) - eccentricity * np.arctanh(eccentricity * sine))  # of the conformal latitude
    xi, eta = np.arctan2(tangent, np.cos(away)), np.arctanh(np.sin(away) / np.hypot(1, tangent))
    waves = 2 * np.arange(1, len(SERIES) + 1)
    angles, hyperbolic = np.multiply.outer(xi, waves), np.multiply.outer(eta, waves)  # (..., term)
    east = eta + (np.cos(angles) * np.sinh(hyperbolic)) @ SERIES
    north = xi + (np.sin(angles) * np.cosh(hyperbolic)) @ SERIES
    return SCALE * east, SCALE * north
