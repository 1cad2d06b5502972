"""Residuals of arrival times by depth of the receiver, of rows that were fitted to and of rows held out."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.fitting import predicted, training_rows
from bayesnet.problems import problem_of


def arrivals(fit: xr.DataTree) -> xr.Dataset:
    """Observed arrivals minus those that a fit expects.

    Returns
    -------
    xarray.Dataset
        `residual` of the held-out receivers and `expected_sd`, what it should scatter by: noise and posterior sd
        together, `(depth)` in s; `fitted_residual (fitted_depth)` of those that were fitted to.
    """
    problem, train = problem_of(fit), training_rows(fit)
    rows = fit["predictions_constant_data"].to_dataset()
    outcome, draws = predicted(fit)
    own = problem.predict(fit["posterior"].to_dataset(), train, train).mean(("chain", "draw"))
    return xr.Dataset(
        {
            "residual": ("depth", outcome - draws.mean(axis=0)),
            "expected_sd": ("depth", np.hypot(rows["sd"].values, draws.std(axis=0))),
            "fitted_residual": ("fitted_depth", (train["y"] - own).values),
        },
        {"depth": rows["depth"].values, "fitted_depth": train["depth"].values},
    )


PART = Part(lambda c: c.of_each(arrivals).assign(noise=float(np.median(c.data["sd"].values))))
