"""A model whose leave-one-out densities are known."""

import numpy as np
import xarray as xr
from scipy.stats import norm

N = 30


def conjugate(prior_sd=1.0, shift=0.0, draws=4000, weight=1.0):
    """Draws of the mean of y ~ N(mean, 1), rows of some weight in the likelihood, and the exact log densities of each.

    A row is left out with its whole weight, and its density is that of y once.
    """
    rng = np.random.default_rng(0)
    y, weight = rng.normal(0.5, 1, N), np.broadcast_to(weight, N)
    precision = weight.sum() + prior_sd**-2
    mean = (weight * y).sum() / precision
    q_mean, q_sd = mean + shift, precision**-0.5 * 1.2  # a variational draw: moved and too wide
    theta = rng.normal(mean, precision**-0.5, (4, draws // 4))
    if shift:
        theta = rng.normal(q_mean, q_sd, (1, draws))
    lp = norm.logpdf(theta, mean, precision**-0.5)
    stats = {"lp": lp, "log_q": norm.logpdf(theta, q_mean, q_sd)} if shift else {"lp": lp}
    sample, rows = ("chain", "draw"), {"simulation": np.arange(N) + 7}
    log_p = weight * norm.logpdf(y, theta[..., None])
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"theta": (sample, theta)}),
            "log_likelihood": xr.Dataset({"y": ((*sample, "simulation"), log_p)}, rows),
            "constant_data": xr.Dataset({"weight": ("simulation", weight)}, rows),
            "sample_stats": xr.Dataset({name: (sample, values) for name, values in stats.items()}),
        }
    )
    left = precision - weight
    exact = norm.logpdf(y, (precision * mean - weight * y) / left, np.sqrt(1 + 1 / left))
    return tree, exact
