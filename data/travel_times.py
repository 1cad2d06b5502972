"""Travel times of first arrivals from the surface down a borehole, through slowness drawn from a Gaussian process."""

import hashlib
from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from data.catalogue import TEST, TRAIN
from data.seeds import seed_for

DEPTH, CELLS = 10.0, 100  # km, number of cells
SURFACE_VELOCITY, GRADIENT = 2.0, 0.5  # km/s, 1/s: of the mean slowness 1 / (v0 + k z)
SLOWNESS_SD, CORRELATION = 0.03, 1.0  # s/km, km: the law that the true slowness is drawn from
SD = 0.005  # s, of the noise
RECEIVERS = np.concatenate([np.arange(0.5, 3.01, 0.5), np.arange(7.0, 10.01, 0.5)])  # km; a gap from 3 to 7 km
TEST_RECEIVERS = np.arange(0.25, 10.0, 0.5)  # km
MODES = 1e-10  # of the largest eigenvalue of a covariance: below it is rounding
NODES = 200  # of the quadrature along a turning ray


def load_travel_times(seed: int = 0) -> xr.Dataset:
    """First arrivals at receivers in depth, of a wave that goes straight down.

    Returns
    -------
    xarray.Dataset
        `arrival` and `sd (observation)` in s, with the `depth` (km) of the receiver and `split`; `slowness (cell)`, the
        true one in s/km, with `cell_depth` (km), the middle of each cell; `true_arrival (observation)`.
    """
    middle = cell_depths()
    rng = np.random.default_rng(seed_for(seed, "travel times"))
    modes = covariance_modes(slowness_covariance(middle))
    slowness = mean_slowness(middle) + modes @ rng.normal(size=modes.shape[1])
    depth = np.concatenate([RECEIVERS, TEST_RECEIVERS])
    true = paths(depth) @ slowness
    arrival = true + SD * rng.normal(size=len(depth))
    seconds, km = {"units": "s"}, {"units": "km"}
    data = xr.Dataset(
        {
            "arrival": ("observation", arrival, seconds),
            "sd": ("observation", np.full(len(depth), SD), seconds),
            "true_arrival": ("observation", true, seconds),
            "slowness": ("cell", slowness, {"units": "s/km"}),
        },
        coords={
            "observation": np.arange(len(depth)),
            "depth": ("observation", depth, km),
            "split": ("observation", [TRAIN] * len(RECEIVERS) + [TEST] * len(TEST_RECEIVERS)),
            "cell": np.arange(CELLS),
            "cell_depth": ("cell", middle, km),
        },
    )
    digest = hashlib.sha256(np.concatenate([depth, arrival]).astype("<f8").tobytes()).hexdigest()
    data.attrs = {"name": "travel_times", "source": "simulated by data.travel_times", "licence": "CC0-1.0"}
    data.attrs |= {"repairs": "none", "seed": seed, "observed": "arrival", "checksum": digest}
    return data


def cell_depths() -> np.ndarray:
    """Depth of the middle of each cell, in km."""
    return (np.arange(CELLS) + 0.5) * DEPTH / CELLS


def mean_slowness(depth: np.ndarray) -> np.ndarray:
    """Mean slowness at depths (km), in s/km: that of a velocity which grows linearly."""
    return 1 / (SURFACE_VELOCITY + GRADIENT * np.asarray(depth))


def slowness_covariance(depth: np.ndarray, sd: float = SLOWNESS_SD, correlation: float = CORRELATION) -> np.ndarray:
    """Covariance of slowness at depths: sd^2 exp(-distance^2 / 2 correlation^2)."""
    return sd**2 * np.exp(-0.5 * ((depth[:, None] - depth) / correlation) ** 2)


def covariance_modes(covariance: np.ndarray) -> np.ndarray:
    """Eigenvectors of a covariance times the root of their eigenvalue, `(place, mode)`, largest first."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > MODES * values.max()
    return (vectors[:, kept] * np.sqrt(values[kept]))[:, ::-1]


def paths(depth: np.ndarray) -> np.ndarray:
    """Length (km) in each cell of the way from the surface to depths, `(receiver, cell)`: dT/dz = s, exactly."""
    size = DEPTH / CELLS
    return np.clip(np.asarray(depth)[:, None] - size * np.arange(CELLS), 0.0, size)


def turning_time(velocity: Callable[[np.ndarray], np.ndarray], offset: float, deepest: float = 200.0) -> float:
    """Travel time (s) of the ray that turns at depth and comes up at an offset (km), where velocity grows with depth.

    The depth where it turns is searched so that the ray comes up there: 2 integral p v / sqrt(1 - p^2 v^2) dz = offset,
    with p = 1 / velocity where it turns; the time is 2 integral 1 / (v sqrt(1 - p^2 v^2)) dz (Aki & Richards 2002,
    section 9.3). The substitution z = turn (1 - u^2) takes the root singularity at the turning point away.
    """
    turn = brentq(lambda depth: _ray(velocity, depth)[0] - offset, 1e-6, deepest)
    return _ray(velocity, turn)[1]


def _ray(velocity: Callable[[np.ndarray], np.ndarray], turn: float) -> tuple[float, float]:
    """Offset (km) and time (s) of the ray that turns at a depth."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    u = (node + 1) / 2
    v = velocity(turn * (1 - u**2))
    ratio = v / velocity(np.array([turn]))
    step = 2 * turn * weight / 2 * 2 * u / np.sqrt(1 - ratio**2)  # 2 dz / sqrt(1 - p^2 v^2)
    return float((step * ratio).sum()), float((step / v).sum())


def turning_time_linear(offset: np.ndarray) -> np.ndarray:
    """The same in closed form, of the velocity v0 + k z: (2 / k) asinh(k X / 2 v0)."""
    return 2 / GRADIENT * np.arcsinh(GRADIENT * np.asarray(offset) / (2 * SURFACE_VELOCITY))
