"""Several runs compared with each other: what their comparisons hold side by side, and what changes between them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.context import along, part_named
from bayesnet.grading import same_test_rows
from data import InputError

# parts of runs on the same test rows, by the section of the page that shows them
RUN_PARTS = {"Predictions": ("changes", "elpd_changes"), "Agreement": ("run_agreement",)}


@dataclass(frozen=True)
class Runs:
    """Finished runs, by name, and what their comparison depends on."""

    comparisons: Mapping[str, xr.DataTree]  # see `bayesnet.compare`
    fits: Mapping[str, Mapping[str, xr.DataTree]]  # of each run by method
    data: Mapping[str, xr.Dataset]  # that each run was fitted to
    baseline: str  # the run that the others are compared with
    seed: int  # of bootstrap samples

    @property
    def methods(self) -> list[str]:
        """Methods of any run."""
        return list(dict.fromkeys(method for of_run in self.fits.values() for method in of_run))


def compare_runs(runs: Runs, *, alike: bool = True, named: str | None = None) -> xr.DataTree:
    """Compare several runs, each method with itself in the baseline.

    Parameters
    ----------
    runs : Runs
    alike : bool
        Whether all runs are tested on the same rows; where they are not, they stand side by side only.
    named : str, optional
        The run whose names the inputs get, by default the baseline.

    Returns
    -------
    xarray.DataTree
        Groups with a dimension `run`; what a run does not have is NaN. They hold the `across` variables of each part,
        as they stand in the runs' own comparisons, and where runs are alike those of `RUN_PARTS`. Inputs are called as
        in the run `named`, matched by their values at the test rows, whatever the other runs call them. The attribute
        `baseline` names that run, `named` the one that gave the inputs their names.

    Raises
    ------
    InputError
        For less than two runs, and where their test rows differ though they are to be `alike`.
    """
    if len(runs.comparisons) < 2:
        raise InputError(f"at least 2 runs are needed, got {len(runs.comparisons)}; give more")
    comparisons, named = runs.comparisons, named or runs.baseline
    if alike:
        same_test_rows({run: next(iter(of_run.values())) for run, of_run in runs.fits.items()})
        names = _names_in(runs.fits[named], runs.fits)
        comparisons = {run: _renamed(comparison, names[run]) for run, comparison in comparisons.items()}
    groups = {name: _taken(comparisons, name, runs.methods) for name in _all_parts(comparisons)}
    if alike:
        groups |= {name: part_named(name).compute(runs) for names in RUN_PARTS.values() for name in names}
    tree = xr.DataTree.from_dict({name: group for name, group in groups.items() if group.data_vars})
    tree.attrs = {"baseline": runs.baseline, "named": named, "seed": runs.seed}
    several = comparisons[named].attrs
    tree.attrs |= {name: several[name] for name in ("inputs", "leading_inputs") if name in several}
    return tree


def _all_parts(comparisons: Mapping[str, xr.DataTree]) -> list[str]:
    return list(dict.fromkeys(name for comparison in comparisons.values() for name in comparison.children))


def _names_in(named: Mapping[str, xr.DataTree], fits: Mapping[str, Mapping[str, xr.DataTree]]) -> dict[str, dict]:
    """For each run: name of an input -> that of the input with the same values at the test rows of the run `named`."""
    known = _test_inputs(named)
    return {
        run: {
            name: next((own for own, column in known.items() if np.array_equal(column, values)), name)
            for name, values in _test_inputs(of_run).items()
        }
        for run, of_run in fits.items()
    }


def _test_inputs(of_run: Mapping[str, xr.DataTree]) -> dict[str, np.ndarray]:
    rows = next(iter(of_run.values()))["predictions_constant_data"]
    if "features" not in rows:
        return {}
    return {str(name): rows["features"].sel(feature=name).values for name in rows["feature"].values}


def _renamed(comparison: xr.DataTree, names: Mapping[str, str]) -> xr.DataTree:
    """A comparison whose inputs have other names."""

    def rename(group: xr.Dataset) -> xr.Dataset:
        if "feature" not in group.coords:
            return group
        return group.assign_coords(feature=[names.get(str(name), str(name)) for name in group["feature"].values])

    return comparison.map_over_datasets(rename)


def _taken(comparisons: Mapping[str, xr.DataTree], name: str, methods: list[str]) -> xr.Dataset:
    """The `across` variables of a part of every run that has it."""
    across = part_named(name).across
    found = {
        run: comparison[name].to_dataset()[[one for one in across if one in comparison[name].data_vars]]
        for run, comparison in comparisons.items()
        if name in comparison.children
    }
    taken = along("run", found)
    return taken.reindex({"run": list(comparisons), "method": methods}) if taken.data_vars else taken
