"""What the data can identify: every quantity of the problem, by each method, beside its truth and its prior."""

import itertools

import numpy as np
import xarray as xr
from scipy.stats import wasserstein_distance

from bayesnet.context import Context, along
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.grading import BOUNDS, LEVELS
from bayesnet.problems import problem_of


def quantities(fit: xr.DataTree, group: str = "posterior") -> xr.DataArray:
    """Draws of every quantity of a problem, `(sample, quantity)`: see `side_by_side`."""
    found = problem_of(fit).quantities(fit[group].to_dataset(), training_rows(fit))
    return side_by_side(found)


def side_by_side(found: xr.Dataset) -> xr.DataArray:
    """Values of all elements of the variables of a dataset.

    Returns
    -------
    xarray.DataArray
        `(sample, quantity)`, chain after chain; without chains and draws a single sample. Coordinates of `quantity`:
        `variable` that it belongs to, `label` (the attribute `label` of the variable, or its name, and the element) and
        `units`.
    """
    if "chain" not in found.dims:
        found = found.expand_dims(["chain", "draw"])
    values, names = [], []
    for name, variable in found.data_vars.items():
        dims = [dim for dim in variable.dims if dim not in ("chain", "draw")]
        values.append(
            variable.transpose("chain", "draw", *dims).values.reshape(found.sizes["chain"] * found.sizes["draw"], -1)
        )
        label = variable.attrs.get("label", str(name).replace("_", " "))
        for element in itertools.product(*(map(str, variable[dim].values) for dim in dims)):
            key = f"{name}[{', '.join(element)}]" if element else str(name)
            names.append((key, str(name), ", ".join((label, *element)), variable.attrs.get("units", "")))
    keys, variables, labels, units = map(list, zip(*names, strict=True)) if names else ([], [], [], [])
    coords = {"quantity": keys, "variable": ("quantity", variables), "label": ("quantity", labels)}
    array = np.concatenate(values, axis=1) if values else np.empty((1, 0))
    return xr.DataArray(array, coords | {"units": ("quantity", units)}, dims=("sample", "quantity"))


def summary(draws: xr.DataArray, prior_sd: np.ndarray, truth: np.ndarray) -> xr.Dataset:
    """What draws `(sample, quantity)` say of each quantity.

    Returns
    -------
    xarray.Dataset
        `mean`, `sd`, `interval (quantity, bound)`: central 95 %; `contraction`: 1 - (sd / prior sd)^2, the share of the
        prior variance that the data took away; `covered`: 1 where the interval holds the truth, 0 where not, NaN where
        there is none, and their mean `covered_share`. A point estimate has a mean only.
    """
    values, several = draws.values, len(draws) > 1
    absent = np.full(draws.sizes["quantity"], np.nan)
    sd = values.std(axis=0, ddof=1) if several else absent
    ends = np.quantile(values, LEVELS, axis=0) if several else np.stack([absent, absent])
    known = np.isfinite(truth) & np.isfinite(ends[0])
    found = {
        "mean": values.mean(axis=0),
        "sd": sd,
        "contraction": 1 - np.divide(sd, prior_sd, out=absent.copy(), where=prior_sd > 0) ** 2,
        "covered": np.where(known, (ends[0] <= truth) & (truth <= ends[1]), np.nan),
    }
    coords = draws.coords | {"bound": list(BOUNDS)}
    columns = {name: ("quantity", column) for name, column in found.items()}
    columns["interval"] = (("quantity", "bound"), ends.T)
    share = found["covered"][known].mean() if known.any() else np.nan
    return xr.Dataset(columns | {"covered_share": share}, coords)


def distances(draws: xr.DataArray, reference: xr.DataArray) -> xr.Dataset:
    """How far the draws of each quantity are from the reference's.

    Returns
    -------
    xarray.Dataset
        `wasserstein_sd`: Wasserstein-1 distance; `mean_shift_sd`: difference of the means, both in sds of the
        reference; `sd_ratio`: sd over the reference's. `mean_wasserstein_sd`, `worst_wasserstein_sd`: over quantities.
        Without a spread of the reference they are NaN, and so is the ratio of a point estimate.
    """
    size = draws.sizes["quantity"]
    sd = reference.values.std(axis=0, ddof=1) if len(reference) > 1 else np.full(size, np.nan)
    sd = np.where(sd > 0, sd, np.nan)
    pairs = zip(draws.values.T, reference.values.T, strict=True)
    wasserstein = np.array([wasserstein_distance(a, b) for a, b in pairs]) / sd
    shift = (draws.values.mean(axis=0) - reference.values.mean(axis=0)) / sd
    ratio = draws.values.std(axis=0, ddof=1) / sd if len(draws) > 1 else np.full(size, np.nan)
    columns = {"wasserstein_sd": wasserstein, "mean_shift_sd": shift, "sd_ratio": ratio}
    found = xr.Dataset({name: ("quantity", column) for name, column in columns.items()}, draws.coords)
    return found.assign(
        mean_wasserstein_sd=found["wasserstein_sd"].mean(), worst_wasserstein_sd=found["wasserstein_sd"].max()
    )


def _compute(c: Context) -> xr.Dataset:
    """All of it: `summary` and `distances` of every fit, `truth` and `prior_sd (quantity)`."""
    draws = {name: quantities(fit) for name, fit in c.fits.items()}
    reference = draws[c.reference]
    if not reference.size:
        return xr.Dataset()
    truth, prior_sd = _truth(c, reference), _prior_sd(c.fits[c.reference], reference)
    found = {name: summary(one, prior_sd, truth) for name, one in draws.items()}
    for name in set(draws) - {c.reference}:
        found[name] = found[name].assign(distances(draws[name], reference).data_vars)
    found = along("method", found)
    return found.assign(truth=("quantity", truth), prior_sd=("quantity", prior_sd))


def _truth(c: Context, reference: xr.DataArray) -> np.ndarray:
    """True value of every quantity, NaN where it is not known."""
    known = c.problem.truth(c.data)
    if known is None:
        return np.full(reference.sizes["quantity"], np.nan)
    values = side_by_side(known[[name for name in known.data_vars if name in set(reference["variable"].values)]])
    return values.reindex(quantity=reference["quantity"].values).values[0]


def _prior_sd(fit: xr.DataTree, reference: xr.DataArray) -> np.ndarray:
    """Prior sd of every quantity, by the draws of the prior that are stored with a fit."""
    if "prior" not in fit.children:
        return np.full(reference.sizes["quantity"], np.nan)
    return quantities(fit, "prior").values.std(axis=0, ddof=1)


PART = Part(
    _compute,
    across=(
        "mean",
        "sd",
        "interval",
        "contraction",
        "covered",
        "covered_share",
        "truth",
        "prior_sd",
        "mean_wasserstein_sd",
        "worst_wasserstein_sd",
    ),
)
