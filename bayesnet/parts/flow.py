"""Whether the solver of Darcy's equation is right: its order, flow that is known, and its gradient."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from data.darcy.flow import effective_permeability, heads_of, pulled, solved
from data.darcy.heads import SIDE, recharge
from data.darcy.manufactured import error

CELLS = (8, 16, 32, 64)  # along each side
STEP = 1e-5  # of log permeability, for finite differences


def flow(cells: tuple[int, ...] = CELLS, seed: int = 0) -> xr.Dataset:
    """Errors of the solver.

    Returns
    -------
    xarray.Dataset
        `error (cells)`: root mean square error of manufactured heads; `order (cells)`: power of the width of the cells
        by which it fell from the next coarser grid. Of ground drawn at random: `series`, `side_by_side`: relative error
        of the flow through layers across it and along it; `gradient`: that of the gradient of a random sum of heads
        along a random direction, beside finite differences.
    """
    errors = np.array([error(n) for n in cells])
    order = np.log(errors[:-1] / errors[1:]) / np.log(np.array(cells[1:]) / np.array(cells[:-1]))
    rng = np.random.default_rng(seed)
    k, slope, direction = rng.normal(size=(3, SIDE, SIDE))
    layers = np.stack([np.tile(k[0], (SIDE, 1)), np.tile(k[0][:, None], (1, SIDE))])
    known = np.array([1 / np.exp(-k[0]).mean(), np.exp(k[0]).mean()])
    series, side_by_side = np.abs(effective_permeability(layers) / known - 1)
    ahead, behind = heads_of(np.stack([k + STEP * direction, k - STEP * direction]), recharge())
    difference = ((ahead - behind) * slope).sum() / (2 * STEP)
    gradient = (pulled(k, *solved(k, recharge()), slope) * direction).sum()
    return xr.Dataset(
        {
            "error": ("cells", errors),
            "order": ("cells", [np.nan, *order]),
            "series": series,
            "side_by_side": side_by_side,
            "gradient": abs(gradient / difference - 1),
        },
        {"cells": list(cells)},
    )


PART = Part(lambda c: flow())
