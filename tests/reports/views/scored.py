"""Runs of a classifier made by hand from the scores of their draws, with the parts that follow from these."""

from dataclasses import replace
from functools import cache

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Result
from bayesnet.parts.changes import changes
from bayesnet.parts.differences import paired_differences
from bayesnet.parts.scores import score
from bayesnet.problems import problem_of
from bayesnet.runs import Runs, compare_runs

PARTS = (
    *("cost", "scores", "confusion", "differences", "calibration", "joint_log_score"),
    *("uncertainty", "uncertainty_groups", "errors"),
)
DRAWS = {"mlp": (1, 1), "advi": (1, 20), "nuts": (4, 10)}  # chains, draws
ROWS, RESAMPLES = 60, 100


@cache
def scored(make_fit, *methods: str, spread: float = 0.5, likelihood: str = "bernoulli") -> Result:
    """A run whose draws scatter about the same scores, of which about one in five is on the wrong side.

    Not to be changed: tests share it.
    """
    rng = np.random.default_rng(5)
    label = rng.integers(2, size=ROWS)
    logit = 1.5 * (2 * label - 1) + rng.normal(0, 1.8, ROWS)
    fits = {}
    for method in methods or tuple(DRAWS):
        chains, draws = DRAWS[method]
        around = logit + spread * rng.normal(size=(chains, draws, ROWS))
        fit = make_fit(1 / (1 + np.exp(-around)), label)
        rows = fit["predictions_constant_data"].to_dataset().assign_coords(units=("feature", ["km"]))
        fit["predictions_constant_data"] = xr.DataTree(rows)
        fit.attrs |= {"seconds": 1.0, "problem": fit.attrs["problem"].replace("bernoulli", likelihood)}
        fits[method] = fit
    reference = list(fits)[-1]
    context = Context(problem_of(fits[reference]), fits, xr.Dataset(), reference, 0)
    made = {"scores": context.of_each(lambda fit: score(fit, resamples=RESAMPLES))}
    if len(fits) > 1:
        made["differences"] = paired_differences(fits, resamples=RESAMPLES)
    context = replace(context, _made=made)
    parts = {name: context.part(name) for name in PARTS}
    tree = xr.DataTree.from_dict({name: part for name, part in parts.items() if part.data_vars})
    tree.attrs["reference"] = reference
    return Result({"name": "made", "sections": {"Predictions": list(PARTS)}}, tree, fits)


def scored_runs(*, changed: bool = False, **runs: Result) -> Result:
    """Runs side by side and, where it is asked what they changed, compared with the first of them."""
    baseline = next(iter(runs))
    comparisons, fits = ({run: getattr(one, name) for run, one in runs.items()} for name in ("parts", "fits"))
    compared = Runs(comparisons, fits, {}, baseline, 0)
    parts = compare_runs(compared, alike=False)
    if changed:
        parts["changes"] = xr.DataTree(changes(compared))
    about = {run: {"problem": problem_of(next(iter(of_run.values()))).settings()} for run, of_run in fits.items()}
    return Result({"name": "both", "runs": about, "sections": {"Predictions": [*PARTS, "changes"]}}, parts)
