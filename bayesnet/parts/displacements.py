"""Observed displacements of the stations, what each method's fault makes of them, and what is left over."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.problems import problem_of

DRAWS = 500  # evenly spaced draws that the mean displacement is taken over, where there are more


def displacements(fit: xr.DataTree) -> xr.Dataset:
    """Compare the displacement that a fit expects with what the training stations observed.

    Parameters
    ----------
    fit : xarray.DataTree
        Fit of a problem whose rows are components of the displacement of stations.

    Returns
    -------
    xarray.Dataset
        `model` and `model_sd (station, component)`, mean and sd over draws of the displacement without noise, and
        `residual`, the observed minus the mean one, in m; `chi_square`, the sum of squared residuals of the mean in
        units of the noise's sd, and `rms (component)` of the residuals in m.
    """
    train, posterior = training_rows(fit), fit["posterior"].to_dataset()
    step = max(1, posterior.sizes["chain"] * posterior.sizes["draw"] // DRAWS)
    expected = problem_of(fit).predict(posterior.isel(draw=slice(None, None, step)), train, train)
    mean, sd = expected.mean(("chain", "draw")), expected.std(("chain", "draw"))
    residual = train["y"] - mean
    return xr.Dataset(
        {
            "model": by_station(mean, train),
            "model_sd": by_station(sd, train),
            "residual": by_station(residual, train),
            "chi_square": float(((residual / train["sd"]) ** 2).sum()),
            "rms": np.sqrt((by_station(residual, train) ** 2).mean("station")),
        }
    )


def by_station(values: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
    """Values of rows as an array `(station, component)`, with the places of the stations."""
    names = {name: (("observation",), rows[name].values) for name in ("station", "component")}
    table = values.reset_coords(drop=True).assign_coords(names).set_index(observation=["station", "component"])
    array = table.unstack("observation").sel(component=list(dict.fromkeys(rows["component"].values.tolist())))
    _, first = np.unique(rows["station"].values, return_index=True)
    return array.assign_coords(
        {name: ("station", rows[name].values[first], {"units": "km"}) for name in ("east", "north")}
    ).assign_attrs(units="m")


def _compute(c: Context) -> xr.Dataset:
    train = training_rows(c.fits[c.reference])
    observed = {"observed": by_station(train["y"], train), "sd": by_station(train["sd"], train)}
    return c.of_each(displacements).assign(observed)


PART = Part(_compute, across=("chi_square", "rms"))
