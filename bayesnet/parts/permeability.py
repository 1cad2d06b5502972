"""Log permeability of the ground by method: mean and sd in every cell, beside the truth, and how often they hold it."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.grading import LEVELS
from bayesnet.problems import problem_of
from data.darcy.flow import centres
from data.darcy.heads import LENGTH, SIDE, correlation

APART = SIDE // 2  # cells over which the prior is asked how much it correlates log permeability


def permeability(fit: xr.DataTree, truth: np.ndarray) -> xr.Dataset:
    """What a fit says of the log permeability.

    Parameters
    ----------
    fit : xarray.DataTree
        Of a problem of groundwater flow, with its group `prior`.
    truth : ndarray of shape (up, across)

    Returns
    -------
    xarray.Dataset
        `mean`, `sd (cell_up, cell_across)` over draws; `covered`: share of the cells whose central 95 % hold the truth;
        `rmse` of the mean; `prior_ratio`: median over cells of the sd over that of the prior's draws;
        `prior_correlation`: of the prior's draws over half a side.
    """
    draws, prior = (draws_of(fit, group) for group in ("posterior", "prior"))
    sd, before = draws.std(axis=0, ddof=1), prior.std(axis=0, ddof=1)
    low, high = np.quantile(draws, LEVELS, axis=0)
    mean = draws.mean(axis=0)
    cells = ("cell_up", "cell_across")
    found = {
        "mean": (cells, mean),
        "sd": (cells, sd),
        "covered": ((low <= truth) & (truth <= high)).mean(),
        "rmse": np.sqrt(((mean - truth) ** 2).mean()),
        "prior_ratio": np.median(sd / before),
        "prior_correlation": correlation_over(prior, APART),
    }
    return xr.Dataset(found, dict.fromkeys(cells, centres(SIDE)))


def draws_of(fit: xr.DataTree, group: str) -> np.ndarray:
    """Log permeability of the draws of a group, `(sample, up, across)`."""
    found = problem_of(fit).log_permeability(fit[group].to_dataset(), training_rows(fit))
    return found.reshape(-1, SIDE, SIDE)


def correlation_over(draws: np.ndarray, apart: int) -> float:
    """Mean correlation over draws `(sample, up, across)` of cells that are so many cells apart, across or up."""
    standard = (draws - draws.mean(axis=0)) / draws.std(axis=0)
    across = (standard[:, :, apart:] * standard[:, :, :-apart]).mean()
    up = (standard[:, apart:] * standard[:, :-apart]).mean()
    return float(across + up) / 2


def _compute(c: Context) -> xr.Dataset:
    """`permeability` of every method; `sd_ratio`: median over cells of the sd over the reference's; and `truth`.

    Also the places of the wells that were fitted to, and `process_correlation`, that of the process over as far.
    """
    truth = c.data["log_permeability"].values
    found = c.of_each(lambda fit: permeability(fit, truth))
    ratio = (found["sd"] / found["sd"].sel({"method": c.reference}, drop=True)).median(("cell_up", "cell_across"))
    wells = c.data.isel(observation=np.flatnonzero(c.data["split"].values == "train"))
    return found.assign(
        truth=(("cell_up", "cell_across"), truth),
        sd_ratio=ratio.where(ratio["method"] != c.reference),
        process_correlation=float(correlation(APART / SIDE)),
        lengths=APART / SIDE / LENGTH,
        well_across=("well", wells["across"].values),
        well_up=("well", wells["up"].values),
    )


ACROSS = ("covered", "rmse", "prior_ratio", "sd_ratio", "prior_correlation", "process_correlation", "lengths")
PART = Part(_compute, across=ACROSS)
