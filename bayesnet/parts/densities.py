"""Prior and posterior densities of the weights, before and after the symmetry of the hidden layer is removed."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats

from bayesnet.contract import Part
from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.matching import Forms, by_method, in_forms, matched_priors, shared_units
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.priors import PRIORS
from data import InputError


def weight_densities(
    fits: Mapping[str, xr.DataTree],
    *,
    reference: str = "nuts",
    points: int = 800,
    seed: int = 0,
    inputs: Sequence[str] | None = None,
) -> xr.Dataset:
    """Prior and posterior density of every weight on one grid, before and after alignment (the paper's Figure 3).

    Parameters
    ----------
    fits, reference, seed, inputs
        See `weight_statistics`.
    points : int
        Values of the grid, at least 100.

    Returns
    -------
    xarray.Dataset
        `density` and `prior (method, alignment, weight, value)`, NaN for a point estimate; `alignment` is `none` or
        `matched`. The prior is that of draws that were matched to the same units as the method's own (see
        `matched_priors`); when not aligned, it is the same for every method, by the formula of `bayesnet.priors`.

    Raises
    ------
    InputError
        As in `weight_statistics`, and for fewer than 100 points.

    Notes
    -----
    Source: the Gaussian kernel estimate of arviz-stats, with the mean of the bandwidths of Silverman (1986) and of
    Botev, Grotowski & Kroese (2010), Ann. Stat. 38, 2916-2957.
    """
    if points < 100:
        raise InputError(f"points must be at least 100, got {points}; use for example 800")
    units = shared_units(fits, reference)
    drawn = _only(in_forms(fits, units, inputs), "none", "matched")
    prior = _only(matched_priors(fits, units, inputs, seed=seed), "matched")
    limit = max(
        float(np.abs(flat).max()) for forms in (drawn, prior) for of_fit in forms.values() for flat in of_fit.values()
    )
    out = by_method(drawn, lambda flat: _density(flat, limit, points))
    known = by_method(prior, lambda flat: _density(flat, limit, points))["density"].reindex_like(out["density"])
    out["prior"] = known.where(known["alignment"] != "none", _prior_density(fits[reference], known))
    out.attrs = {"reference": reference}
    return out.transpose("method", "alignment", "weight", "value").astype(np.float32)


def _only(forms: Forms, *names: str) -> Forms:
    """Some of the forms of alignment: a density takes milliseconds, and those of balanced units have no known prior."""
    return {method: {name: of_fit[name] for name in names} for method, of_fit in forms.items()}


def _prior_density(fit: xr.DataTree, known: xr.DataArray) -> xr.DataArray:
    """Density of each weight's prior, `(weight, value)`."""
    network, value = Network.of(fit), known["value"].values
    prior, sizes = PRIORS[network.prior], fit["posterior"].sizes
    density = {name: prior.density(name, value, network.prior_sd, sizes) for name in DIMS}
    return xr.DataArray([density[name] for name in known["parameter"].values], dims=("weight", "value"))


def _density(flat: xr.DataArray, limit: float, points: int) -> xr.Dataset:
    """Density of every weight at the centres of `points` bins from -limit to limit, where ArviZ evaluates it."""
    values = flat.stack(sample=("chain", "draw"), create_index=False).transpose("weight", "sample").values
    density = np.full((len(values), points), np.nan)
    if values.shape[1] > 1:
        _, density, _ = array_stats.kde(values, axis=-1, grid_len=points, custom_lims=(-limit, limit))
    grid = limit * (np.arange(0.5, points) * 2 / points - 1)
    coords = dict(flat["weight"].coords) | {"value": grid}
    return xr.Dataset({"density": (("weight", "value"), density)}, coords)


PART = Part(lambda c: weight_densities(c.own, reference=c.reference, seed=c.seed, inputs=c.inputs))
