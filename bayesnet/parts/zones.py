"""How well the slowness is known near receivers and in the gap between them, and what the prior says of distance."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.grading import LEVELS
from bayesnet.problems import problem_of
from bayesnet.problems.tomography.profile import zone_cells
from data.travel_times import BOTTOM, CELLS, cell_depths, correlation

LAG = 2.0  # km, over which the prior is asked how much it correlates slowness


def zones(fit: xr.DataTree, truth: np.ndarray) -> xr.Dataset:
    """What a fit says of the slowness in each zone of depth.

    Parameters
    ----------
    fit : xarray.DataTree
        Of a problem of tomography, with its group `prior`.
    truth : ndarray of shape (cell,)
        True slowness in s/km.

    Returns
    -------
    xarray.Dataset
        Medians over the cells of a zone: `sd (zone)` in s/km, `prior_ratio (zone)`, the sd over that of the prior's
        draws. `covered (zone)`: share of the cells whose central 95 % hold the truth. `sd_cell`, `prior_sd_cell
        (cell)`. `prior_correlation`: of the prior's draws over `LAG` km.
    """
    draws, prior = (slowness_draws(fit, group) for group in ("posterior", "prior"))
    sd, before = draws.std(axis=0, ddof=1), prior.std(axis=0, ddof=1)
    low, high = np.quantile(draws, LEVELS, axis=0)
    inside = (low <= truth) & (truth <= high)
    cells = zone_cells()
    columns = {
        "sd": [np.median(sd[some]) for some in cells.values()],
        "prior_ratio": [np.median((sd / before)[some]) for some in cells.values()],
        "covered": [inside[some].mean() for some in cells.values()],
    }
    found = {name: ("zone", values) for name, values in columns.items()}
    found |= {"sd_cell": ("cell", sd), "prior_sd_cell": ("cell", before)}
    found["prior_correlation"] = correlation_over(prior, LAG)
    return xr.Dataset(found, {"zone": list(cells), "cell": cell_depths()})


def slowness_draws(fit: xr.DataTree, group: str) -> np.ndarray:
    """Slowness of the draws of a group, `(sample, cell)`."""
    return problem_of(fit).slowness(fit[group].to_dataset(), training_rows(fit)).reshape(-1, CELLS)


def correlation_over(draws: np.ndarray, lag: float) -> float:
    """Mean correlation of slowness at depths that are so many km apart, over draws `(sample, cell)`."""
    step = round(lag * CELLS / BOTTOM)
    standard = (draws - draws.mean(axis=0)) / draws.std(axis=0)
    return float((standard[:, step:] * standard[:, :-step]).mean())


def _compute(c: Context) -> xr.Dataset:
    """`zones` of every method, and `process_correlation`, that of the process that the truth is drawn from."""
    found = c.of_each(lambda fit: zones(fit, c.data["slowness"].values))
    return found.assign(process_correlation=float(correlation(LAG)), lag=LAG)


PART = Part(_compute, across=("sd", "prior_ratio", "covered", "prior_correlation", "process_correlation", "lag"))
