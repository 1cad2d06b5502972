"""Ranks by hand: of posteriors that are right, too narrow, or too high."""

from functools import cache

import numpy as np
import xarray as xr
from scipy.special import ndtr

from bayesnet.sbc.summary import summary, together

TRUTHS = 100
# (how wide draws are beside the posterior, how many of its sds they lie too high)
POSTERIORS = {"nuts": (1.0, 0.0), "advi": (0.5, 0.0), "hmc": (1.0, 0.7)}
QUANTITIES = ("prediction 1", "moment", "log likelihood")


def made_replicates(method: str, seed: int, truths: int = TRUTHS) -> list[xr.Dataset]:
    """Replicates of a method: ranks of standard normal truths among its Gaussian draws."""
    width, shift = POSTERIORS[method]
    rng = np.random.default_rng(seed)
    return [
        xr.Dataset(
            {
                "pit": ("quantity", ndtr((rng.normal(size=len(QUANTITIES)) - shift) / width)),
                "seconds": 2.0,
                "converged": int(number % 4 > 0),
            },
            {"quantity": list(QUANTITIES)},
        )
        for number in range(truths)
    ]


@cache
def made_pieces() -> dict[str, xr.Dataset]:
    """What the study stores, of two problems, one of which has more methods; not to be changed."""
    made = {("gp", method): made_replicates(method, seed) for seed, method in enumerate(POSTERIORS)}
    made["slip", "nuts"] = [one.isel(quantity=[0, 1]) for one in made_replicates("nuts", 8, truths=60)]
    ranks = together(made)
    return {"ranks": ranks.assign_attrs(failed="{}"), "calibration": summary(ranks)}
