"""Heads of groundwater in wells, simulated in ground whose log permeability is drawn from a Gaussian process."""

import hashlib

import numpy as np
import xarray as xr

from data.catalogue import TEST, TRAIN
from data.darcy.flow import centres, solved
from data.modes import eigenmodes
from data.seeds import seed_for

SIDE = 16  # cells along each side of the unit square
LENGTH = 0.25  # of the squared exponential covariance of the process, in sides of the square
MODES = 16  # kept of its Karhunen-Loeve expansion
RECHARGE = 1.0  # water that is added everywhere, per area
FITTED, HELD_OUT = 40, 24  # wells, each in the centre of a cell of its own
SD = 0.01  # of the noise of a head, in differences of head between the sides


def correlation(distance: np.ndarray) -> np.ndarray:
    """Correlation of the process over a distance."""
    return np.exp(-0.5 * (distance / LENGTH) ** 2)


def modes() -> np.ndarray:
    """Functions whose sum with N(0, 1) factors is nearly the process of unit sd, `(cell, MODES)`, largest first.

    The covariance is a product of one along each axis, and so are its eigenfunctions. Of pairs that are as large, the
    one that varies upwards comes first.
    """
    place = centres(SIDE)
    values, vectors = eigenmodes(correlation(place[:, None] - place))  # along one axis
    sizes = np.outer(values, values).ravel()  # (up, across)
    kept = np.argsort(-sizes, kind="stable")[:MODES]
    products = np.einsum("iu,ja->ijua", vectors, vectors).reshape(SIDE**2, SIDE**2)
    return products[:, kept] * np.sqrt(sizes[kept])


def variance_kept() -> float:
    """Share of the variance of the process, averaged over the cells, that the modes hold."""
    return float((modes() ** 2).sum() / SIDE**2)


def recharge() -> np.ndarray:
    """Water that is added to each cell, per area: `(SIDE, SIDE)`."""
    return np.full((SIDE, SIDE), RECHARGE)


def load_heads(seed: int = 0) -> xr.Dataset:
    """Heads in wells, in ground whose log permeability is drawn from the modes.

    Returns
    -------
    xarray.Dataset
        `head` and `sd (observation)`, with `cell` (up times SIDE plus across), `across` and `up` of the well and
        `split`; true `log_permeability` and `true_head (cell_up, cell_across)`. Lengths are in sides of the square,
        heads in differences of head between its sides.
    """
    rng = np.random.default_rng(seed_for(seed, "heads"))
    log_permeability = (modes() @ rng.normal(size=MODES)).reshape(SIDE, SIDE)
    heads, _ = solved(log_permeability, recharge())
    cell = rng.permutation(SIDE**2)[: FITTED + HELD_OUT]
    head = heads.ravel()[cell] + SD * rng.normal(size=len(cell))
    place, one = centres(SIDE), {"units": "1"}
    data = xr.Dataset(
        {
            "head": ("observation", head, one),
            "sd": ("observation", np.full(len(cell), SD), one),
            "log_permeability": (("cell_up", "cell_across"), log_permeability, one),
            "true_head": (("cell_up", "cell_across"), heads, one),
        },
        coords={
            "observation": np.arange(len(cell)),
            "cell": ("observation", cell),
            "across": ("observation", place[cell % SIDE], one),
            "up": ("observation", place[cell // SIDE], one),
            "split": ("observation", [TRAIN] * FITTED + [TEST] * HELD_OUT),
            "cell_up": place,
            "cell_across": place,
        },
    )
    checksum = hashlib.sha256(np.concatenate([cell, head]).astype("<f8").tobytes()).hexdigest()
    data.attrs = {"name": "heads", "source": "simulated by data.darcy", "licence": "CC0-1.0"}
    data.attrs |= {"repairs": "none", "seed": seed, "observed": "head", "checksum": checksum}
    return data
