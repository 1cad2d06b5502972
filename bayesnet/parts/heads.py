"""Heads in wells that a fit expects beside those observed, of wells that were fitted to and of wells held out."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import predicted, training_rows
from bayesnet.problems import problem_of
from data.darcy.flow import centres
from data.darcy.heads import SIDE

DRAWS = 500  # evenly spaced ones that heads of all cells are averaged over, where there are more


def heads(fit: xr.DataTree) -> xr.Dataset:
    """Expected heads, and observed minus expected ones.

    Returns
    -------
    xarray.Dataset
        `model (cell_up, cell_across)`: mean over draws. Of wells that are held out `expected`, `residual`, and
        `expected_sd (well)`: what the residual should scatter by, noise and posterior sd together; `fitted_expected`,
        `fitted_residual (fitted_well)` of the others. `rms`, `fitted_rms`: of the residuals in sds of the noise.
    """
    problem, train, posterior = problem_of(fit), training_rows(fit), fit["posterior"].to_dataset()
    rows = fit["predictions_constant_data"].to_dataset()
    outcome, draws = predicted(fit)
    step = max(1, posterior.sizes["chain"] * posterior.sizes["draw"] // DRAWS)
    cells = problem.heads(posterior.isel(draw=slice(None, None, step)), train).mean(axis=(0, 1))
    expected = problem.predict(posterior, train, train).mean(("chain", "draw")).values
    residual, fitted = outcome - draws.mean(axis=0), train["y"].values - expected
    return xr.Dataset(
        {
            "model": (("cell_up", "cell_across"), cells.reshape(SIDE, SIDE)),
            "expected": ("well", draws.mean(axis=0)),
            "residual": ("well", residual),
            "expected_sd": ("well", np.hypot(rows["sd"].values, draws.std(axis=0))),
            "fitted_expected": ("fitted_well", expected),
            "fitted_residual": ("fitted_well", fitted),
            "rms": np.sqrt(((residual / rows["sd"].values) ** 2).mean()),
            "fitted_rms": np.sqrt(((fitted / train["sd"].values) ** 2).mean()),
        },
        {"cell_up": centres(SIDE), "cell_across": centres(SIDE)},
    )


def _compute(c: Context) -> xr.Dataset:
    """`heads` of every method; `observed`, `noise`, and the places of the wells that were fitted to."""
    split = c.data["split"].values
    found = c.of_each(heads)
    own = {
        f"{prefix}{name}": (f"{prefix}well", c.data[name if name != "observed" else "head"].values[split == part])
        for prefix, part in (("", "test"), ("fitted_", "train"))
        for name in ("observed", "across", "up")
    }
    return found.assign(own | {"noise": float(np.median(c.data["sd"].values))})


PART = Part(_compute, across=("rms", "fitted_rms"))
