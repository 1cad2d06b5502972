"""How large and how certain each weight is by method, before and after the symmetry of the hidden layer is removed."""

from collections.abc import Callable
from functools import partial

import arviz as az
import numpy as np
import xarray as xr

from bayesnet.draws import DIMS, summarise
from bayesnet.fitting import network_of
from bayesnet.priors import PRIORS
from bayesnet.symmetry import SYMMETRIES, align, alignments, reference_units
from data import InputError
from data.seeds import seed_for

PRIOR_DRAWS = 4000  # gives an sd to about one per cent
Forms = dict[str, dict[str, xr.DataArray]]  # method -> form of alignment -> weights (chain, draw, weight)
DIAGNOSTICS = {"rhat": az.rhat, "ess": az.ess, "ess_tail": partial(az.ess, method="tail"), "mcse": az.mcse}


def weight_statistics(
    fits: dict[str, xr.DataTree], *, reference: str = "nuts", prob: float = 0.95, seed: int = 0
) -> xr.Dataset:
    """Size, certainty and convergence of every weight by method, before and after alignment.

    Parameters
    ----------
    fits : dict of str to xarray.DataTree
        Fits of one network to the same inputs, by method.
    reference : str
        The fit whose units give the order to those of all others, and whose sd theirs is compared with.
    prob : float
        Probability inside the interval.
    seed : int
        Of the draws from the prior.

    Returns
    -------
    xarray.Dataset
        All variables are `(method, alignment, weight)` unless another dimension is given; `alignment` as in
        `bayesnet.symmetry.alignments`, `weight` as in `flatten`. What does not exist, such as the sd of a point
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
    out = by_method(in_forms(fits, centres), lambda flat: _describe(flat, prob))
    prior = by_method(matched_priors(fits, centres, seed=seed), lambda flat: _describe(flat, prob))
    prior_sd = _prior_sd(trusted, out["parameter"])
    out["aligned_prior_sd"] = prior["sd"].where(prior["alignment"] != "none", prior_sd)
    out["sd_ratio"] = out["sd"] / out["sd"].sel({"method": reference}, drop=True)
    contraction = 1 - (out["sd"] / prior_sd) ** 2
    out["contraction"] = contraction.where(_has_prior(out, trusted))
    out["contraction_beyond_matching"] = 1 - (out["sd"] / out["aligned_prior_sd"]) ** 2
    nameless = centres[reference].expand_dims(chain=[0], draw=[0]).assign(b1=(("chain", "draw"), [[np.nan]]))
    out["reference"] = flatten(nameless)[0, 0].drop_vars(("chain", "draw"))
    out.attrs = {"reference": reference, "prob": prob}
    return out.transpose("method", "alignment", "weight")


def weight_summary(statistics: xr.Dataset) -> xr.Dataset:
    """One line a method and alignment: what alignment changed.

    Parameters
    ----------
    statistics : xarray.Dataset
        See `weight_statistics`.

    Returns
    -------
    xarray.Dataset
        `largest_rhat`, `smallest_ess (method, alignment)`; over the weights of a kind, means of `sd`, `contraction` and
        `contraction_beyond_matching`, and the median of `sd_ratio (method, alignment, parameter)`, whose mean a few
        weights that the reference alone is sure of would decide.
    """
    means = statistics[["sd", "contraction", "contraction_beyond_matching"]].groupby("parameter").mean()
    return means.assign(
        sd_ratio=statistics["sd_ratio"].groupby("parameter").median(),
        largest_rhat=statistics["rhat"].max("weight"),
        smallest_ess=statistics["ess"].min("weight"),
    ).transpose("method", "alignment", "parameter")


def flatten(posterior: xr.Dataset) -> xr.DataArray:
    """All weights of a posterior in a row, `(chain, draw, weight)`.

    Coordinates of `weight`: `parameter` (w0, b0, w1 or b1), `input` (a feature; "" where there is none) and `unit`
    (hidden unit; -1 for b1).
    """
    shape = (posterior.sizes["chain"], posterior.sizes["draw"], -1)
    parts = [posterior[name].transpose("chain", "draw", *dims).values.reshape(shape) for name, dims in DIMS.items()]
    labels = [
        (name, str(feature), int(unit))
        for name, dims in DIMS.items()
        for feature in (posterior["feature"].values if "feature" in dims else [""])
        for unit in (posterior["hidden"].values if "hidden" in dims else [-1])
    ]
    names = dict(zip(("parameter", "input", "unit"), zip(*labels, strict=True), strict=True))
    return xr.DataArray(
        np.concatenate(parts, axis=2),
        dims=("chain", "draw", "weight"),
        coords={
            **{name: posterior[name].values for name in ("chain", "draw")},
            **{name: ("weight", list(values)) for name, values in names.items()},
            "weight": np.arange(len(labels)),
        },
        name="weights",
    )


def prior_fit(fit: xr.DataTree, *, draws: int = PRIOR_DRAWS, seed: int = 0) -> xr.DataTree:
    """Draws from the prior of a fit's network in the layout of a fit, so that they can be aligned like one."""
    network, posterior = network_of(fit), fit["posterior"].to_dataset()
    rng = np.random.default_rng(seed_for(seed, "prior"))
    drawn = PRIORS[network.prior].draws(network.prior_sd, posterior.sizes, draws, rng)._asdict()
    variables = {name: (("chain", "draw", *dims), drawn[name][None]) for name, dims in DIMS.items()}
    coords = {
        "chain": [0],
        "draw": np.arange(draws),
        **{name: posterior[name].values for name in ("feature", "hidden")},
    }
    tree = xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords)})
    tree.attrs = {"method": "prior", "network": fit.attrs["network"]}
    return tree


def shared_units(fits: dict[str, xr.DataTree], reference: str) -> dict[str, xr.Dataset]:
    """Units that each fit's draws scatter about, all in the order of the reference fit's (see `reference_units`).

    The draws of a method are matched to that method's own units, and these to the reference's, so that a method which
    sits in another mode keeps its units apart.

    Raises
    ------
    InputError
        For a reference that is not among the fits, or fits that cannot be compared.
    """
    check_comparable(fits, reference)
    shared = reference_units(fits[reference])
    return {name: shared if name == reference else reference_units(fit, like=shared) for name, fit in fits.items()}


def in_forms(fits: dict[str, xr.DataTree], units: dict[str, xr.Dataset]) -> Forms:
    """Weights in a row (see `flatten`), of every fit in each form of alignment to its own units."""
    forms = {}
    for name, fit in fits.items():
        drawn = {"none": fit["posterior"].to_dataset()}
        aligned = {form: align(fit, units[name], form) for form in alignments(network_of(fit))[1:]}
        forms[name] = {form: flatten(posterior) for form, posterior in (drawn | aligned).items()}
    return forms


def matched_priors(fits: dict[str, xr.DataTree], units: dict[str, xr.Dataset], *, seed: int = 0) -> Forms:
    """Draws from the prior, matched to each fit's units: the more these differ, the narrower matching makes a weight.

    A point estimate, which has no spread to be held against the prior's, gets a single draw, which has none either.
    """
    draws = {name: PRIOR_DRAWS if fit["posterior"]["b1"].size > 1 else 1 for name, fit in fits.items()}
    return in_forms({name: prior_fit(fit, draws=draws[name], seed=seed) for name, fit in fits.items()}, units)


def by_method(forms: Forms, statistic: Callable[[xr.DataArray], xr.Dataset]) -> xr.Dataset:
    """A statistic of the weights of every fit in each form of alignment, with dimensions `method` and `alignment`."""
    found = [
        xr.concat([statistic(flat) for flat in of_fit.values()], dim=xr.Variable("alignment", list(of_fit)))
        for of_fit in forms.values()
    ]
    return xr.concat(found, dim=xr.Variable("method", list(forms)))


def check_comparable(fits: dict[str, xr.DataTree], reference: str) -> None:
    """Refuse fits whose weights do not mean the same.

    Raises
    ------
    InputError
        For a reference that is not among the fits, or fits that differ from it in units, prior or inputs.
    """
    if reference not in fits:
        raise InputError(f"reference must be one of {', '.join(fits)}, got {reference!r}; choose one of them")
    expected = _meaning(fits[reference])
    for name, fit in fits.items():
        for what, value in _meaning(fit).items():
            if value != expected[what]:
                raise InputError(
                    f"weights of {name!r} and {reference!r} cannot be compared: their {what} differ, {value} and "
                    f"{expected[what]}; fit the same network to the same catalogue"
                )


def _meaning(fit: xr.DataTree) -> dict[str, object]:
    """What must agree between fits for a weight to mean the same in both."""
    network, constant = network_of(fit), fit["constant_data"]
    return {
        "units": (network.hidden, network.activation),
        "priors": (network.prior, network.prior_sd),
        "inputs": fit["posterior"]["feature"].values.tolist(),
        "scaling of the inputs": [constant[name].values.round(12).tolist() for name in ("feature_mean", "feature_sd")],
    }


def _prior_sd(fit: xr.DataTree, parameter: xr.DataArray) -> xr.DataArray:
    """Marginal sd of the prior of each weight, `(weight)`."""
    network = network_of(fit)
    sds = PRIORS[network.prior].sds(network.prior_sd, fit["posterior"].sizes)
    return parameter.copy(data=[sds[name] for name in parameter.values])


def _has_prior(out: xr.Dataset, fit: xr.DataTree) -> xr.DataArray:
    """Whether a weight's prior after alignment is still the one it was drawn with, `(alignment, weight)`."""
    shifted = SYMMETRIES[network_of(fit).activation].shift != 0
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
