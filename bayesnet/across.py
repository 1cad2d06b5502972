"""Runs held against each other: other catalogues, networks or settings, the same test rows."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from bayesnet.agreement import predictive_agreement
from bayesnet.fitting import network_of
from bayesnet.loo import approximate
from bayesnet.scores import paired_differences, same_test_rows
from data import InputError

# group of a run's comparison -> what is taken from it
TAKEN = {
    "run": ("seconds",),
    "diagnostics": (
        "converged",
        "rhat_max",
        "ess_min",
        "ess_bulk_min",
        "ess_tail_min",
        "divergences",
        "weights_rhat_max_matched",
        "khat",
        "elbo_spread",
        "restart_difference",
    ),
    "scores": ("value", "rows_interval", "confusion"),
    "calibration": ("ece", "ece_calibrated"),
    "errors": ("error_auc",),
    "uncertainty_groups": ("by_class", "by_cell", "propagation_ratio", "centre_correlation"),
    "elpd": ("elpd", "elpd_se", "p_loo", "unreliable", "reliable"),
    "importance": ("drop_mean", "drop_sd", "draw_lower", "draw_upper"),
    "importance_groups": ("drop_mean", "drop_sd", "draw_lower", "draw_upper"),
    "path_products": ("mean", "sd"),
    "units": ("unused",),
}
AGREEMENT = ("class_agreement", "mean_total_variation", "mean_sd_ratio")


def compare_runs(
    comparisons: Mapping[str, xr.DataTree],
    fits: Mapping[str, Mapping[str, xr.DataTree]],
    *,
    baseline: str | None = None,
    named: str | None = None,
    seed: int = 0,
) -> xr.DataTree:
    """Hold several runs against each other, each method against itself in the baseline.

    Parameters
    ----------
    comparisons : mapping
        See `bayesnet.compare`, by the name of the run.
    fits : mapping
        Of each run its fits by the name of their method.
    baseline : str, optional
        The run that the others are held against, by default the first.
    named : str, optional
        The run whose names the inputs get, by default the baseline.
    seed : int
        Of the bootstrap samples of the differences.

    Returns
    -------
    xarray.DataTree
        Groups with dimensions `run` and `method`; what a run does not have is NaN. Inputs are called as in the run
        `named`, matched by their values at the test rows, whatever the other runs call them.

        - each of `TAKEN`, as it stands in the runs' own comparisons;
        - `between_methods (run, method, other_method, metric)`: the `paired_differences` of each run on its own;
        - `differences (method, run, other, metric)`: see `paired_differences`, of one method in two runs;
        - `agreement (run, method)`: see `predictive_agreement`, with the baseline's reference;
        - `elpd_differences (run, method)`: `elpd_diff` to the baseline and its standard error `dse`, for the runs that
          were fitted to the same training rows, labels and weights with the same likelihood: of others the densities
          are of different things. Only where both are `reliable`, and not of variational fits, whose ELPD is no score
          of theirs: see `elpd`.

        The attribute `baseline` names that run, `named` the one that gave the inputs their names.

    Raises
    ------
    InputError
        For less than two runs, and where their test rows differ.
    """
    if len(comparisons) < 2:
        raise InputError(f"at least 2 runs are needed, got {len(comparisons)}; give more")
    same_test_rows({run: next(iter(of_run.values())) for run, of_run in fits.items()})
    baseline = baseline or next(iter(comparisons))
    named = named or baseline
    names = _names_in(fits[named], fits)
    comparisons = {run: _renamed(comparison, names[run]) for run, comparison in comparisons.items()}
    methods = list(dict.fromkeys(method for of_run in fits.values() for method in of_run))
    groups = {group: _taken(comparisons, group, names, methods) for group, names in TAKEN.items()}
    groups["between_methods"] = _between_methods(comparisons, methods)
    groups["differences"] = _differences(fits, methods, seed)
    reference = fits[baseline][comparisons[baseline].attrs["reference"]]
    groups["agreement"] = _along("run", {run: _agreements(of_run, reference) for run, of_run in fits.items()})
    groups["elpd_differences"] = _elpd_differences(comparisons, fits, baseline)
    tree = xr.DataTree.from_dict({name: group for name, group in groups.items() if group.data_vars})
    tree.attrs = {"baseline": baseline, "named": named, "seed": seed}
    return tree


def _names_in(named: Mapping[str, xr.DataTree], fits: Mapping[str, Mapping[str, xr.DataTree]]) -> dict[str, dict]:
    """Of each run: name of an input -> that of the input with the same values at the test rows of the run `named`."""
    known = _test_inputs(named)
    return {
        run: {
            name: next((own for own, column in known.items() if np.array_equal(column, values)), name)
            for name, values in _test_inputs(of_run).items()
        }
        for run, of_run in fits.items()
    }


def _test_inputs(of_run: Mapping[str, xr.DataTree]) -> dict[str, np.ndarray]:
    features = next(iter(of_run.values()))["predictions_constant_data"]["features"]
    return {str(name): features.sel(feature=name).values for name in features["feature"].values}


def _renamed(comparison: xr.DataTree, names: Mapping[str, str]) -> xr.DataTree:
    """A comparison whose inputs have other names."""

    def rename(group: xr.Dataset) -> xr.Dataset:
        if "feature" not in group.coords:
            return group
        return group.assign_coords(feature=[names.get(str(name), str(name)) for name in group["feature"].values])

    return comparison.map_over_datasets(rename)


def _taken(
    comparisons: Mapping[str, xr.DataTree], group: str, names: tuple[str, ...], methods: list[str]
) -> xr.Dataset:
    """Some variables of a group of every run that has it."""
    found = {
        run: comparison[group].to_dataset()[[name for name in names if name in comparison[group].data_vars]]
        for run, comparison in comparisons.items()
        if group in comparison.children
    }
    if not found:
        return xr.Dataset()
    return _along("run", found).reindex({"run": list(comparisons), "method": methods})


def _between_methods(comparisons: Mapping[str, xr.DataTree], methods: list[str]) -> xr.Dataset:
    taken = _taken(comparisons, "differences", ("difference", "interval"), methods)
    return taken.rename(other="other_method") if taken.data_vars else taken


def _along(dim: str, found: dict[str, xr.Dataset]) -> xr.Dataset:
    """Datasets beside each other along a new dimension; what one of them does not hold is NaN."""
    coordinate = xr.Variable(dim, list(found))
    return xr.concat(
        list(found.values()), coordinate, data_vars="all", coords="minimal", compat="override", join="outer"
    )


def _agreements(of_run: Mapping[str, xr.DataTree], reference: xr.DataTree) -> xr.Dataset:
    found = {method: predictive_agreement(fit, reference)[list(AGREEMENT)] for method, fit in of_run.items()}
    return _along("method", found)


def _differences(fits: Mapping[str, Mapping[str, xr.DataTree]], methods: list[str], seed: int) -> xr.Dataset:
    """Paired differences of each method between the runs that have it."""
    found = {}
    for method in methods:
        having = {run: of_run[method] for run, of_run in fits.items() if method in of_run}
        if len(having) > 1:
            found[method] = paired_differences(having, seed=seed).rename(
                {"method": "run", "only_method_right": "only_run_right"}
            )
    return _along("method", found).reindex({"run": list(fits), "other": list(fits)}) if found else xr.Dataset()


def _elpd_differences(
    comparisons: Mapping[str, xr.DataTree], fits: Mapping[str, Mapping[str, xr.DataTree]], baseline: str
) -> xr.Dataset:
    """ELPD of each run minus that of the baseline, row by row (Vehtari, Gelman & Gabry 2017, section 5)."""
    other, other_fits = comparisons[baseline], fits[baseline]
    found = {}
    for run, comparison in comparisons.items():
        both = [m for m in fits[run] if _reliable(comparison, m) and _reliable(other, m)]
        sampled = [m for m in both if not (approximate(fits[run][m]) or approximate(other_fits[m]))]
        alike = [m for m in sampled if _same_density(fits[run][m], other_fits[m])]
        if alike:
            at = {"method": alike}
            row = comparison["elpd"]["elpd_row"].sel(at) - other["elpd"]["elpd_row"].sel(at)
            n = row.sizes["train_simulation"]
            dse = np.sqrt(n * row.var("train_simulation"))
            found[run] = xr.Dataset({"elpd_diff": row.sum("train_simulation"), "dse": dse})
    return _along("run", found) if len(found) > 1 else xr.Dataset()


def _reliable(comparison: xr.DataTree, method: str) -> bool:
    """Whether there is an ELPD, and it can be believed."""
    if "elpd" not in comparison.children or method not in comparison["elpd"]["method"].values:
        return False
    return bool(comparison["elpd"]["reliable"].sel({"method": method}))


def _same_density(fit: xr.DataTree, other: xr.DataTree) -> bool:
    """Whether the log likelihoods of two fits are of the same observations, and in the same unit."""
    same_likelihood = network_of(fit).likelihood == network_of(other).likelihood
    return same_likelihood and all(
        fit[group][name].identical(other[group][name])
        for group, name in (("observed_data", "y"), ("constant_data", "weight"))
    )
