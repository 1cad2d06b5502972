"""A function of one variable that is looked for: mean and central 95 % by method, beside the truth."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.grading import BOUNDS, LEVELS
from bayesnet.problems import problem_of

PLACES = 101  # evenly spaced
DRAWS = 2000  # evenly spaced ones, where there are more


def curve(fit: xr.DataTree, places: np.ndarray, group: str = "posterior") -> xr.Dataset:
    """What a fit says of the function at places.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd (place)` and `interval (place, bound)` over draws; a point estimate has a mean only.
    """
    draws = fit[group].to_dataset()
    step = max(1, draws.sizes["chain"] * draws.sizes["draw"] // DRAWS)
    found = problem_of(fit).curve(draws.isel(draw=slice(None, None, step)), training_rows(fit), places)
    values = found.transpose("chain", "draw", "place").values.reshape(-1, len(places))
    several = len(values) > 1
    absent = np.full((2, len(places)), np.nan)
    return xr.Dataset(
        {
            "mean": ("place", values.mean(axis=0)),
            "sd": ("place", values.std(axis=0, ddof=1) if several else absent[0]),
            "interval": (("place", "bound"), (np.quantile(values, LEVELS, axis=0) if several else absent).T),
        },
        {"place": places, "bound": list(BOUNDS)},
    )


def _compute(c: Context) -> xr.Dataset:
    """`curve` of every method and of the prior (`prior_sd`), the `truth (place)`, and where data were taken.

    `covered`: share of the places whose interval holds the truth. Attributes: the `axis` and the `value` in words with
    their units.
    """
    domain = c.problem.domain(c.data)
    places = np.linspace(domain["low"], domain["high"], PLACES)
    found = c.of_each(lambda fit: curve(fit, places))
    prior = curve(c.fits[c.reference], places, "prior")
    truth = c.problem.true_curve(c.data, places)
    lower, upper = (found["interval"].sel(bound=bound, drop=True) for bound in BOUNDS)
    inside = ((lower <= truth) & (truth <= upper)).where(lower.notnull())
    found = found.assign(
        prior_sd=prior["sd"],
        prior_mean=prior["mean"],
        truth=("place", truth),
        covered=inside.mean("place"),
        observed_place=("observation", np.asarray(domain["observed"], dtype=float)),
    )
    if "values" in domain:
        found["observed"] = "observation", np.asarray(domain["values"], dtype=float)
    return found.assign_attrs(axis=domain["axis"], value=domain["value"])


PART = Part(_compute, across=("covered", "mean", "sd", "prior_sd", "truth"))
