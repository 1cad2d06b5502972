"""Weights of several fits in one row each, their hidden units matched to each other, and the prior matched likewise."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr

from bayesnet.context import along
from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.priors import PRIORS
from bayesnet.problems.network.symmetry import align, alignments, reference_units
from data import InputError
from data.seeds import seed_for

PRIOR_DRAWS = 4000  # gives an sd to about one per cent
Forms = dict[str, dict[str, xr.DataArray]]  # method -> form of alignment -> weights (chain, draw, weight)


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
    network, posterior = Network.of(fit), fit["posterior"].to_dataset()
    rng = np.random.default_rng(seed_for(seed, "prior"))
    drawn = PRIORS[network.prior].draws(network.prior_sd, posterior.sizes, draws, rng)._asdict()
    variables = {name: (("chain", "draw", *dims), drawn[name][None]) for name, dims in DIMS.items()}
    coords = {
        "chain": [0],
        "draw": np.arange(draws),
        **{name: posterior[name].values for name in ("feature", "hidden")},
    }
    tree = xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords)})
    tree.attrs = {"method": "prior", "problem": fit.attrs["problem"]}
    return tree


def shared_units(fits: Mapping[str, xr.DataTree], reference: str) -> dict[str, xr.Dataset]:
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


def in_forms(
    fits: Mapping[str, xr.DataTree], units: dict[str, xr.Dataset], inputs: Sequence[str] | None = None
) -> Forms:
    """Weights in a row (see `flatten`), of every fit in each form of alignment to its own units.

    Of w0 those of some `inputs`, by default of all.
    """
    forms = {}
    for name, fit in fits.items():
        drawn = fit["posterior"].to_dataset()
        forms[name] = {}
        for form in alignments(Network.of(fit)):
            posterior = drawn if form == "none" else align(fit, units[name], form)
            forms[name][form] = flatten(posterior if inputs is None else posterior.sel(feature=list(inputs)))
    return forms


def matched_priors(
    fits: Mapping[str, xr.DataTree], units: dict[str, xr.Dataset], inputs: Sequence[str] | None = None, *, seed: int = 0
) -> Forms:
    """Draws from the prior, matched to each fit's units: the more these differ, the narrower matching makes a weight.

    A point estimate, whose spread cannot be compared with the prior's, gets a single draw, which has none either.
    """
    draws = {name: PRIOR_DRAWS if fit["posterior"]["b1"].size > 1 else 1 for name, fit in fits.items()}
    return in_forms({name: prior_fit(fit, draws=draws[name], seed=seed) for name, fit in fits.items()}, units, inputs)


def by_method(forms: Forms, statistic: Callable[[xr.DataArray], xr.Dataset]) -> xr.Dataset:
    """A statistic of the weights of every fit in each form of alignment, with dimensions `method` and `alignment`."""
    return along(
        "method",
        {
            method: along("alignment", {form: statistic(flat) for form, flat in of_fit.items()})
            for method, of_fit in forms.items()
        },
    )


def check_comparable(fits: Mapping[str, xr.DataTree], reference: str) -> None:
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
    network, constant = Network.of(fit), fit["constant_data"]
    return {
        "units": (network.hidden, network.activation),
        "priors": (network.prior, network.prior_sd),
        "inputs": fit["posterior"]["feature"].values.tolist(),
        "scaling of the inputs": [constant[name].values.round(12).tolist() for name in ("feature_mean", "feature_sd")],
    }
