"""The weights of each kind by method: what matching the hidden units changes."""

import xarray as xr

from bayesnet.contract import Part


def weight_summary(statistics: xr.Dataset) -> xr.Dataset:
    """Summarise the weights of each kind for each method and form of alignment.

    Parameters
    ----------
    statistics : xarray.Dataset
        See `weight_statistics`.

    Returns
    -------
    xarray.Dataset
        `largest_rhat`, `smallest_ess (method, alignment)`; over the weights of a kind, means of `sd`, `contraction` and
        `contraction_beyond_matching`, and the median of `sd_ratio (method, alignment, parameter)`, whose mean a few
        weights that the reference alone is sure of would decide.
    """
    means = statistics[["sd", "contraction", "contraction_beyond_matching"]].groupby("parameter").mean()
    return means.assign(
        sd_ratio=statistics["sd_ratio"].groupby("parameter").median(),
        largest_rhat=statistics["rhat"].max("weight"),
        smallest_ess=statistics["ess"].min("weight"),
    ).transpose("method", "alignment", "parameter")


PART = Part(lambda c: weight_summary(c.part("weights")), across=("largest_rhat", "smallest_ess"))
