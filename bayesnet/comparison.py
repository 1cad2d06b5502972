"""Everything that is compared, in one DataTree: a group for each part, with a dimension `method` in most."""

from collections.abc import Callable, Mapping

import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Problem
from bayesnet.grading import same_data, same_test_rows
from bayesnet.leading import without_others
from bayesnet.methods import METHODS
from bayesnet.problems import problem_of


def compare(
    fits: Mapping[str, xr.DataTree],
    data: xr.Dataset,
    *,
    seed: int = 0,
    progress: Callable[[str], None] = lambda part: None,
    given: Mapping[str, xr.Dataset] | None = None,
) -> xr.DataTree:
    """Compare fits of one problem to one data set on its test rows.

    Parameters
    ----------
    fits : mapping
        Fits of one problem, and of baselines in its place, by the name of their method.
    data : xarray.Dataset
        The data set that they were fitted to.
    seed : int
        Of bootstrap samples and shuffles, the same for every method.
    progress : callable
        Receives the name of each part before it is computed.
    given : mapping, optional
        Parts that were computed already, of the same fits, data and seed: see `Context.part`.

    Returns
    -------
    xarray.DataTree
        A group for each of the problem's `parts`, with the content that the file of that name in `bayesnet/parts/`
        describes. What a method does not have is NaN, and a part that none has is absent. The attribute `reference`
        names the method that others are compared with; where there are many
        inputs, `inputs` is their number and `leading_inputs` that of those that are looked at one by one.

    Raises
    ------
    InputError
        Where the fits are of different data or were tested on different rows, or their weights cannot be compared.
    """
    same_data(fits)
    same_test_rows(fits)
    first, context = next(iter(fits.values())), context_of(fits, data, seed, given)
    groups = {}
    for name in parts_of(context.problem):
        progress(name)
        groups[name] = context.part(name)
        if context.inputs is not None:
            groups[name] = without_others(groups[name], data["feature"].values.tolist(), context.inputs)
    tree = xr.DataTree.from_dict({name: group for name, group in groups.items() if group.data_vars})
    tree.attrs = {
        "data": data.attrs["name"],
        "data_checksum": data.attrs["checksum"],
        "n_train": first["observed_data"]["y"].size,
        "n_test": context.problem.test(data)[context.problem.outcome].size,
        "reference": context.reference,
        "seed": seed,
    }
    if context.inputs is not None:
        tree.attrs |= {"inputs": data.sizes["feature"], "leading_inputs": len(context.inputs)}
    return tree


def context_of(
    fits: Mapping[str, xr.DataTree], data: xr.Dataset, seed: int, given: Mapping[str, xr.Dataset] | None = None
) -> Context:
    """What the parts of the comparison of some fits are computed from: see `compare`."""
    reference = reference_of(fits)
    problem = problem_of(fits[reference])  # not that of a baseline, unless nothing else was fitted
    return Context(problem, fits, data, reference, seed, dict(given or {}))


def parts_of(problem: Problem) -> list[str]:
    """Names of the parts of a problem, in the order of its page."""
    return [part for section in problem.parts.values() for part in section]


def reference_of(fits: Mapping[str, xr.DataTree]) -> str:
    """The method that others are compared with: the most trusted one, of several the one with most draws."""

    def rank(name: str) -> tuple[int, int]:
        draws = fits[name]["posterior"].sizes
        method = METHODS.get(fits[name].attrs["method"])
        return (method.trust if method else 0, draws["chain"] * draws["draw"])

    return max(fits, key=rank)
