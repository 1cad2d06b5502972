"""The weights of each kind by method: what matching the hidden units changes."""

import xarray as xr

from bayesnet.contract import Part

LEARNED = 0.5  # contraction beyond matching: the data took away half of the prior's variance


def weight_summary(statistics: xr.Dataset) -> xr.Dataset:
    """Summarise the weights of each kind for each method and form of alignment.

    Parameters
    ----------
    statistics : xarray.Dataset
        See `weight_statistics`.

    Returns
    -------
    xarray.Dataset
        `largest_rhat`, `smallest_ess (method, alignment)`. Over the weights of a kind, `(method, alignment,
        parameter)`: mean of `sd`; medians of `contraction` and `contraction_beyond_matching`; `learned`, the share of
        weights that have lost at least half of the prior's variance to the data (`contraction_beyond_matching`);
        `learned_in_both`, the share that have in the reference too; and `sd_ratio`, the median over these. Of other
        weights the ratio compares two priors, since the units of a method that does not use them stay as wide as
        before.
    """
    contraction = statistics["contraction_beyond_matching"]
    learned = (contraction >= LEARNED).where(contraction.notnull())
    both = learned * learned.sel({"method": statistics.attrs["reference"]}, drop=True)
    of_kind = statistics[["contraction", "contraction_beyond_matching"]].groupby("parameter").median()
    return of_kind.assign(
        sd=statistics["sd"].groupby("parameter").mean(),
        learned=learned.groupby("parameter").mean(),
        learned_in_both=both.groupby("parameter").mean(),
        sd_ratio=statistics["sd_ratio"].where(both == 1).groupby("parameter").median(),
        largest_rhat=statistics["rhat"].max("weight"),
        smallest_ess=statistics["ess"].min("weight"),
    ).transpose("method", "alignment", "parameter")


PART = Part(lambda c: weight_summary(c.part("weights")), across=("largest_rhat", "smallest_ess"), made_from="weights")
