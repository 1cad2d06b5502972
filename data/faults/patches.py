"""A fault cut into patches: what the ground does for a metre of slip on each, and how slip varies over them."""

from collections.abc import Mapping

import numpy as np

from data.faults.displacement import fault_displacement, moved, slip_components


def patch_centres(fault: Mapping[str, float], shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Distances of the centres of the patches from the start of the strike `(along,)` and from the top edge `(down,)`.

    Parameters
    ----------
    fault : mapping of str to float
        `length` and `width` in km.
    shape : tuple of int
        Number of patches along the strike and down the dip.
    """
    along, down = ((np.arange(n) + 0.5) / n for n in shape)
    return along * fault["length"], down * fault["width"]


def patch_response(
    fault: Mapping[str, float], shape: tuple[int, int], east: np.ndarray, north: np.ndarray
) -> np.ndarray:
    """Displacement of stations by one metre of slip on each patch.

    Parameters
    ----------
    fault : mapping of str to float
        `corner_east, corner_north, top, length, width, strike, dip, rake`: see
        `data.faults.displacement.fault_displacement`.
    shape : tuple of int
        Number of patches along the strike and down the dip.
    east, north : ndarray of shape (n_stations,)
        In km.

    Returns
    -------
    ndarray of shape (n_stations, 3, n_along * n_down)
        East, north, up, in m; patches in rows along the strike, each row from the top down.
    """
    length, width = fault["length"] / shape[0], fault["width"] / shape[1]
    ahead, below = np.meshgrid(np.arange(shape[0]) * length, np.arange(shape[1]) * width, indexing="ij")
    plane = {name: fault[name] for name in ("strike", "dip")}
    corner = (fault["corner_east"], fault["corner_north"], fault["top"])
    names = ("corner_east", "corner_north", "top", "strike_slip", "dip_slip")
    places = moved(*corner, ahead=ahead.ravel(), down=below.ravel(), **plane)
    patches = dict(zip(names, (*places, *slip_components(1.0, fault["rake"])), strict=True))
    parts = fault_displacement(east[:, None], north[:, None], **patches, **plane, length=length, width=width)
    return np.stack(parts, axis=1)


def slip_covariance(along: np.ndarray, down: np.ndarray, sd: float, correlation: float) -> np.ndarray:
    """Covariance of the slip of the patches of a fault, in m^2: sd^2 exp(-distance / correlation).

    The exponential is the correlation of slip with the Hurst exponent 1/2, in the family that Mai & Beroza (2002),
    J. Geophys. Res. 107, 2308, fitted to inverted earthquakes.

    Parameters
    ----------
    along, down : ndarray of shape (n_along,), (n_down,)
        Centres of the patches, in km.
    sd, correlation : float
        In m and km.

    Returns
    -------
    ndarray of shape (n_along * n_down, n_along * n_down)
        In the order of `patch_response`.
    """
    a, d = (values.ravel() for values in np.meshgrid(along, down, indexing="ij"))
    return sd**2 * np.exp(-np.hypot(a[:, None] - a, d[:, None] - d) / correlation)
