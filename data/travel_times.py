"""First arrivals along a vertical borehole: synthetic travel times of known truth, and rays that turn at depth."""

import hashlib
from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from data.catalogue import TEST, TRAIN
from data.modes import eigenmodes
from data.seeds import seed_for

SURFACE_VELOCITY, GRADIENT = 2.0, 0.5  # km/s at the surface, km/s a km below it
BOTTOM, CELLS = 10.0, 100  # km; cells of equal height, of constant slowness each
SLOWNESS_SD = 0.03  # s/km, of the Gaussian process about the mean slowness
LENGTH = 1.0  # km, of its squared exponential covariance
KEPT = 1e-10  # of the largest eigenvalue of the covariance: smaller ones are rounding noise
SPANS = ((0.5, 3.0), (7.0, BOTTOM))  # km, of the receivers that are fitted to; between them there are none
SPACING = 0.5  # km, of these receivers
SD = 0.005  # s, of the noise
TESTS = 40  # receivers held out, over the whole depth
NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)  # of integrals along a ray
SHALLOWEST, DEEPEST = 1e-3, 1000.0  # km, between which rays may turn


def cell_edges() -> np.ndarray:
    """Depths between the cells, `(CELLS + 1,)` in km."""
    return np.linspace(0.0, BOTTOM, CELLS + 1)


def cell_depths() -> np.ndarray:
    """Depths of the centres of the cells, `(CELLS,)` in km."""
    edges = cell_edges()
    return (edges[1:] + edges[:-1]) / 2


def mean_slowness() -> np.ndarray:
    """Slowness of every cell before any data, `(cell,)` in s/km: that of a velocity that grows linearly."""
    return 1 / (SURFACE_VELOCITY + GRADIENT * cell_depths())


def paths(depth: np.ndarray) -> np.ndarray:
    """Length of the way from the surface to depths in each cell, `(row, cell)` in km.

    Its product with the slowness solves the eikonal equation dT/dz = slowness exactly.
    """
    edges = cell_edges()
    return np.clip(np.asarray(depth, dtype=float)[:, None] - edges[:-1], 0.0, np.diff(edges))


def correlation(distance: np.ndarray | float) -> np.ndarray | float:
    """Correlation of the Gaussian process over a distance in km."""
    return np.exp(-0.5 * (distance / LENGTH) ** 2)


def gaussian_modes() -> np.ndarray:
    """Functions whose sum with N(0, 1) factors is the Gaussian process of unit sd, `(cell, mode)`, largest first."""
    depth = cell_depths()
    values, vectors = eigenmodes(correlation(depth[:, None] - depth))
    kept = np.flatnonzero(values > KEPT * values[0])
    return vectors[:, kept] * np.sqrt(values[kept])


def load_travel_times(seed: int = 0) -> xr.Dataset:
    """Arrivals at receivers above and below a gap, in slowness drawn from the Gaussian process.

    Returns
    -------
    xarray.Dataset
        `arrival` and `sd (observation)` in s, with `depth` (km) and `split`; true `slowness (cell)` in s/km with
        `cell_depth` (km).
    """
    rng = np.random.default_rng(seed_for(seed, "travel times"))
    modes = gaussian_modes()
    slowness = mean_slowness() + SLOWNESS_SD * modes @ rng.normal(size=modes.shape[1])
    inside = np.concatenate([np.arange(low, high + SPACING / 2, SPACING) for low, high in SPANS])
    depth = np.concatenate([inside, (np.arange(TESTS) + 0.5) * BOTTOM / TESTS])
    arrival = paths(depth) @ slowness + SD * rng.normal(size=len(depth))
    seconds = {"units": "s"}
    data = xr.Dataset(
        {
            "arrival": ("observation", arrival, seconds),
            "sd": ("observation", np.full(len(depth), SD), seconds),
            "slowness": ("cell", slowness, {"units": "s/km"}),
        },
        coords={
            "observation": np.arange(len(depth)),
            "depth": ("observation", depth, {"units": "km"}),
            "split": ("observation", [TRAIN] * len(inside) + [TEST] * TESTS),
            "cell": np.arange(CELLS),
            "cell_depth": ("cell", cell_depths(), {"units": "km"}),
        },
    )
    checksum = hashlib.sha256(np.concatenate([depth, arrival]).astype("<f8").tobytes()).hexdigest()
    data.attrs = {"name": "travel_times", "source": "simulated by data.travel_times", "licence": "CC0-1.0"}
    data.attrs |= {"repairs": "none", "seed": seed, "observed": "arrival", "checksum": checksum}
    return data


def turning_time(velocity: Callable[[np.ndarray], np.ndarray], offset: float) -> float:
    """Travel time in s of the ray that dives and comes up again at an offset in km, by quadrature.

    Parameters
    ----------
    velocity : callable
        Velocity in km/s at depths in km, which grows with depth.
    offset : float
        Horizontal distance between source and receiver, both at the surface.

    Returns
    -------
    float
        Twice the time down to the turning depth (Aki & Richards 2002, section 9.3); its square root singularity is
        taken away by the substitution depth = turning depth (1 - u^2).
    """
    deepest = brentq(lambda depth: _ray(velocity, depth)[0] - offset, SHALLOWEST, DEEPEST, xtol=1e-12)
    return _ray(velocity, deepest)[1]


def _ray(velocity: Callable[[np.ndarray], np.ndarray], deepest: float) -> tuple[float, float]:
    """Offset (km) and travel time (s) of the ray that turns at a depth."""
    u, weight = (NODES + 1) / 2, WEIGHTS / 2
    v = velocity(deepest * (1 - u**2))
    sine = v / velocity(np.array(deepest))  # of the angle from the vertical: ray parameter times velocity
    step = 4 * deepest * u * weight / np.sqrt(1 - sine**2)  # both ways
    return float((step * sine).sum()), float((step / v).sum())


def turning_time_linear(offset: np.ndarray) -> np.ndarray:
    """Travel time in s at offsets in km, of a velocity that grows linearly: (2 / k) asinh(k X / 2 v0)."""
    return 2 / GRADIENT * np.arcsinh(GRADIENT * np.asarray(offset) / (2 * SURFACE_VELOCITY))
