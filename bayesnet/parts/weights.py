"""How large and how certain each weight is by method, before and after the symmetry of the hidden layer is removed."""

from collections.abc import Mapping, Sequence
from functools import partial

import arviz as az
import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.diagnostics import TAILS
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.draws import summarise
from bayesnet.problems.network.matching import by_method, flatten, in_forms, matched_priors, shared_units
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.priors import PRIORS

DIAGNOSTICS = {
    "rhat": az.rhat,
    "ess": az.ess,
    "ess_tail": partial(az.ess, method="tail", prob=TAILS),
    "mcse": az.mcse,
}


def weight_statistics(
    fits: Mapping[str, xr.DataTree],
    *,
    reference: str = "nuts",
    prob: float = 0.95,
    seed: int = 0,
    inputs: Sequence[str] | None = None,
) -> xr.Dataset:
    """Size, certainty and convergence of every weight by method, before and after alignment.

    Parameters
    ----------
    fits : mapping of str to xarray.DataTree
        Fits of one network to the same inputs, by method.
    reference : str
        The fit whose units give the order to those of all others, and whose sd theirs is compared with.
    prob : float
        Probability inside the interval.
    seed : int
        Of the draws from the prior.
    inputs : sequence of str, optional
        Inputs whose weights are described, by default all.

    Returns
    -------
    xarray.Dataset
        All variables are `(method, alignment, weight)` unless another dimension is given; `alignment` as in
        `alignments` of the network, `weight` as in `flatten`. What does not exist, such as the sd of a point
        estimate or the R-hat of a single chain, is NaN.

        - `mean`, `sd`, `lower`, `upper` over draws, for inputs of sd 1;
        - `rhat` (rank-normalised, split), `ess` (bulk), `ess_tail` and `mcse` of the mean, for methods with several
          chains;
        - `sd_ratio`: the sd over that of the reference method;
        - `contraction`: 1 - (sd / prior sd)^2, with the marginal sd of the weight's own prior (see `bayesnet.priors`),
          where the aligned weight still has that prior: not once units are balanced, nor for b1 where flipped units
          shift it;
        - `contraction_beyond_matching`: 1 - (sd / aligned_prior_sd)^2, with `aligned_prior_sd` of draws from the prior
          that were matched to the same units as the method's own draws (see `matched_priors`). Matching alone makes a
          weight narrower than its prior; this is what the data did;
        - `reference (weight)`: the reference method's units (b1 has none).

    Raises
    ------
    InputError
        For an unknown reference, or fits that cannot be compared.

    Notes
    -----
    Sources: contraction, Betancourt (2018), Calibrating model-based inferences and decisions, and Schad, Betancourt &
    Vasishth (2021), Psychol. Methods 26, 103-126; R-hat and ESS, Vehtari et al. (2021), Bayesian Anal. 16, 667-718.
    """
    centres, trusted = shared_units(fits, reference), fits[reference]
    out = by_method(in_forms(fits, centres, inputs), lambda flat: _describe(flat, prob))
    prior = by_method(matched_priors(fits, centres, inputs, seed=seed), lambda flat: _describe(flat, prob))
    prior_sd = _prior_sd(trusted, out["parameter"])
    out["aligned_prior_sd"] = prior["sd"].where(prior["alignment"] != "none", prior_sd)
    out["sd_ratio"] = out["sd"] / out["sd"].sel({"method": reference}, drop=True)
    contraction = 1 - (out["sd"] / prior_sd) ** 2
    out["contraction"] = contraction.where(_has_prior(out, trusted))
    out["contraction_beyond_matching"] = 1 - (out["sd"] / out["aligned_prior_sd"]) ** 2
    nameless = centres[reference].expand_dims(chain=[0], draw=[0]).assign(b1=(("chain", "draw"), [[np.nan]]))
    nameless = nameless if inputs is None else nameless.sel(feature=list(inputs))
    out["reference"] = flatten(nameless)[0, 0].drop_vars(("chain", "draw"))
    out.attrs = {"reference": reference, "prob": prob}
    return out.transpose("method", "alignment", "weight")


def _prior_sd(fit: xr.DataTree, parameter: xr.DataArray) -> xr.DataArray:
    """Marginal sd of the prior of each weight, `(weight)`."""
    network = Network.of(fit)
    sds = PRIORS[network.prior].sds(network.prior_sd, fit["posterior"].sizes)
    return parameter.copy(data=[sds[name] for name in parameter.values])


def _has_prior(out: xr.Dataset, fit: xr.DataTree) -> xr.DataArray:
    """Whether a weight's prior after alignment is still the one it was drawn with, `(alignment, weight)`."""
    shifted = ACTIVATIONS[Network.of(fit).activation].shift != 0
    matched = (out["parameter"] != "b1") | (not shifted)
    return (out["alignment"] == "none") | ((out["alignment"] == "matched") & matched)


def _describe(flat: xr.DataArray, prob: float) -> xr.Dataset:
    """Mean, sd, interval and convergence of every weight."""
    values = flat.stack(sample=("chain", "draw"), create_index=False).transpose("sample", "weight").values
    out = summarise(values, ("weight",), prob).assign_coords(flat["weight"].coords)
    several = flat.sizes["chain"] > 1 and flat.sizes["draw"] >= 4  # what split chains need
    for name, diagnostic in DIAGNOSTICS.items():
        out[name] = diagnostic(flat.to_dataset())["weights"] if several else xr.full_like(out["mean"], np.nan)
    return out


PART = Part(lambda c: weight_statistics(c.own, reference=c.reference, seed=c.seed, inputs=c.inputs))
