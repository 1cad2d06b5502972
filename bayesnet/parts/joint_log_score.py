"""Joint log score: do a method's draws know how its errors hang together?"""

from functools import lru_cache

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.metrics import EPS
from data.seeds import seed_for

BATCHES = 2000  # of test rows, for each joint log score
BATCH_SIZES = (1, 2, 5, 10, 20)


def joint_log_score(fit: xr.DataTree, *, seed: int = 0) -> xr.Dataset:
    """Log probability of all outcomes of a batch of test rows together.

    A method whose draws disagree can be right on average and yet know how its errors hang together: that shows in the
    joint probability, mean over draws of the product over rows, and not in the rows' own scores (Osband et al. 2022,
    NeurIPS, the neural testbed; Wen et al. 2022).

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    seed : int
        Of the batches, which are the same for every method.

    Returns
    -------
    xarray.Dataset
        `joint_log_score (batch_size)` in nats a row; higher is better. It is the log score over all rows plus what the
        joint log probability of a batch gains over the sum of its rows' own, a row, on average over 2000 random
        batches: the rows' own scores, which vary most, are not estimated again. So a point estimate, and any method at
        a batch of 1, has exactly its log score. `standard_error (batch_size)`: Monte Carlo, of that average.

    Notes
    -----
    Scores are taken as probabilities of class 1, also where the network was fitted with the Gaussian likelihood,
    N(score, 1): there this is not the joint density of the fitted outcomes.
    """
    label, p = predicted(fit)
    observed = np.clip(np.where(label == 1, p, 1 - p), EPS, None)  # (draw, row); a product of 20 is still a number
    own, of_row = np.log(observed.mean(axis=0)), np.ascontiguousarray(observed.T)  # (row,), (row, draw)
    sizes = [size for size in BATCH_SIZES if size <= len(label)]
    means, errors = [], []
    for size in sizes:
        batches = _batches(len(label), size, seed)
        joint = np.log([of_row[batch].prod(axis=0).mean() for batch in batches])  # (batch,)
        gain = (joint - own[batches].sum(axis=1)) / size
        means.append(own.mean() + gain.mean())
        errors.append(gain.std(ddof=1) / np.sqrt(BATCHES))
    return xr.Dataset(
        {"joint_log_score": ("batch_size", means), "standard_error": ("batch_size", errors)},
        coords={"batch_size": sizes},
    )


@lru_cache(maxsize=len(BATCH_SIZES))
def _batches(rows: int, size: int, seed: int) -> np.ndarray:
    """Positions of the rows of random batches, `(batch, row)`, each row once in a batch."""
    rng = np.random.default_rng(seed_for(seed, f"joint log score of {size}"))
    return np.array([rng.choice(rows, size, replace=False) for _ in range(BATCHES)])


PART = Part(lambda c: c.of_each(lambda fit: joint_log_score(fit, seed=c.seed)))
