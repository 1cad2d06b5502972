"""Path products: the slope of the logit along each input where every hidden unit has slope 1.

They are the same whatever the order, scale or sign of the hidden units, so they need no matching of units.
"""

import xarray as xr

from bayesnet.contract import Part
from bayesnet.problems.network import forward
from bayesnet.problems.network.draws import by_input, draws_of


def path_products(fit: xr.DataTree, *, prob: float = 0.95) -> xr.Dataset:
    """Sum over hidden units of w0_ij w1_j: the slope of the logit along input i where every unit has slope 1.

    Parameters
    ----------
    fit : xarray.DataTree
    prob : float
        Probability inside the interval.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `lower`, `upper (feature)` over draws, in logits per training sd of the input. A point estimate
        has a mean only, the others are NaN.

    Notes
    -----
    Source: the connection weight method of Olden & Jackson (2002), Ecol. Model. 154, 135-150, equation in table 1,
    applied to each draw.
    """
    draws = draws_of(fit["posterior"])
    return by_input(forward.path_products(draws), ("feature",), fit, "logit per sd of the input", prob)


PART = Part(lambda c: c.of_own(path_products), across=("mean", "sd"))
