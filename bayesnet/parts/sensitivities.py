"""Sensitivities: the slope of the score along each input, averaged over the test rows.

They are the same whatever the order, scale or sign of the hidden units, so they need no matching of units.
"""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.draws import by_input, draws_of
from bayesnet.problems.network.forward import BLOCK, mean_slopes
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.training import test_inputs


def input_sensitivities(fit: xr.DataTree, *, prob: float = 0.95, block: int = BLOCK) -> xr.Dataset:
    """Derivative of the score with respect to each input, averaged over the test rows.

    dp/dx_i = p (1 - p) sum_j act'(a_j) w0_ij w1_j, with a the inputs of the hidden units, by the chain rule.

    Parameters
    ----------
    fit : xarray.DataTree
    prob : float
        Probability inside the interval.
    block : int
        Hidden activations held at a time; bounds the memory and does not change the numbers.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `lower`, `upper (per, feature)` over draws. `per` is `sd`, per training sd of the input, or
        `unit`, per unit of the input in the catalogue (`units (feature)`, for example 1/MPa). These are local slopes:
        where the score rises within a small part of an sd, the slope per sd exceeds 1, which no score can change by. A
        point estimate has a mean only, the others are NaN.

    Notes
    -----
    Source: the average marginal effect, Bartus (2005), Stata J. 5, 309-329, equation 2.
    """
    out = mean_slopes(draws_of(fit["posterior"]), test_inputs(fit), ACTIVATIONS[Network.of(fit).activation], block)
    both = np.stack([out, out / fit["constant_data"]["feature_sd"].values], axis=1)  # (sample, per, feature)
    result = by_input(both, ("per", "feature"), fit, "score per sd, or per unit, of the input", prob)
    return result.assign_coords(per=["sd", "unit"])


PART = Part(lambda c: c.of_own(input_sensitivities))
