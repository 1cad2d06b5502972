"""How surely the hidden units of each method are matched to the reference, and which of them do anything."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.forward import unit_reach
from bayesnet.problems.network.matching import shared_units
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.symmetry import align

AMBIGUOUS_ODDS = 10.0  # a unit's place is ambiguous where the odds for it are smaller
UNUSED_REACH = 0.1  # logits; a tenth of a logit changes a score by 0.025 at most


def unit_statistics(fits: Mapping[str, xr.DataTree], *, reference: str = "nuts") -> xr.Dataset:
    """How surely the hidden units of each method are matched, and which of them do anything.

    Parameters
    ----------
    fits, reference
        See `weight_statistics`.

    Returns
    -------
    xarray.Dataset
        - `ambiguous_unit (method, hidden)`: share of draws in which this position could as well hold another unit: the
          matching is less than 10 times as likely as the best one that changes it (`log_odds` of `align`);
        - `ambiguous (method)`: share of draws in which that holds of any position; both NaN for a point estimate;
        - `size (method, hidden)`: norm of (w0, b0, w1) of the unit that the method's draws scatter about, and
          `distance (method, hidden)` of that unit to the reference method's;
        - `reach (method, hidden)`: median over draws of the range over training rows of w1 act(x w0 + b0), the unit's
          part of the logit;
        - `unused (method)`: mean number of units in a draw whose reach is below 0.1 logits.

    Raises
    ------
    InputError
        As in `weight_statistics`.
    """
    units = shared_units(fits, reference)
    found = [_units_of(fit, units[name], units[reference]) for name, fit in fits.items()]
    out = xr.concat(found, dim=xr.Variable("method", list(fits)))
    out["ambiguous"].attrs["odds"] = out["ambiguous_unit"].attrs["odds"] = AMBIGUOUS_ODDS
    out["unused"].attrs["below"] = UNUSED_REACH
    out["reach"].attrs["units"] = "logit"
    out.attrs = {"reference": reference}
    return out


def _units_of(fit: xr.DataTree, units: xr.Dataset, reference: xr.Dataset) -> xr.Dataset:
    """The statistics of one fit."""
    aligned = align(fit, units)
    doubtful = aligned["log_odds"] < np.log(AMBIGUOUS_ODDS)
    known = aligned["log_odds"].notnull().all()  # a point estimate has no odds
    differences = [((units[name] - reference[name]) ** 2) for name in ("w0", "b0", "w1")]
    x = training_rows(fit)["x"].transpose("simulation", "feature").values
    as_drawn = unit_reach(fit["posterior"].to_dataset(), x, ACTIVATIONS[Network.of(fit).activation])
    reach = aligned["unit"].copy(data=np.take_along_axis(as_drawn, aligned["unit"].values, axis=2))
    return xr.Dataset(
        {
            "ambiguous_unit": doubtful.mean(("chain", "draw")).where(known),
            "ambiguous": doubtful.any("hidden").mean().where(known),
            "size": units["size"],
            "distance": np.sqrt(differences[0].sum("feature") + differences[1] + differences[2]),
            "reach": reach.median(("chain", "draw")),
            "unused": (reach < UNUSED_REACH).sum("hidden").mean(),
        }
    )


PART = Part(lambda c: unit_statistics(c.own, reference=c.reference), across=("unused",))
