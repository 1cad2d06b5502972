"""The best agreement that could be reached: that of each chain of the reference with its other chains."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.parts.agreement import agreement
from bayesnet.problems import problem_of
from data import InputError


def ceiling(reference: xr.DataTree) -> xr.Dataset:
    """Agreement of each chain of the reference with the other chains together: no method can be told to do better.

    Returns
    -------
    xarray.Dataset
        As `predictive_agreement`, with a dimension `chain`.

    Raises
    ------
    InputError
        For a reference of a single chain.
    """
    (predictions,) = reference["predictions"].data_vars.values()
    p = predictions.transpose("chain", "draw", ...)
    if p.sizes["chain"] < 2:
        raise InputError(f"a reference needs at least 2 chains, got {p.sizes['chain']}; sample it with more")
    row, values = p[0, 0].reset_coords(drop=True), p.values
    row = row[row.dims[0]]
    problem = problem_of(reference)
    held_out = [
        agreement(problem, values[i], np.concatenate(np.delete(values, i, axis=0)), row) for i in range(len(values))
    ]
    return xr.concat(held_out, dim=predictions["chain"])


def _compute(c: Context) -> xr.Dataset:
    reference = c.fits[c.reference]
    return ceiling(reference) if reference["posterior"].sizes["chain"] > 1 else xr.Dataset()


PART = Part(_compute)
