"""Several runs made by hand: what each predicts is known."""

import json
from collections.abc import Mapping

import numpy as np
import xarray as xr

import bayesnet
from bayesnet import Runs

LABEL = np.array([0, 1] * 20)


def scored(make_fit, values, draws=40, seed=0) -> xr.DataTree:
    """A hand-made fit whose draws scatter about given scores, of two training rows."""
    p = np.clip(values + np.random.default_rng(seed).normal(0, 0.05, (2, draws, len(LABEL))), 0.01, 0.99)
    fit = make_fit(p, LABEL)
    fit["observed_data"] = xr.DataTree(xr.Dataset({"y": ("simulation", [0.0, 1.0])}))
    fit["constant_data"] = xr.DataTree(xr.Dataset({"weight": ("simulation", [1.0, 1.0])}))
    fit.attrs["problem"] = json.dumps(bayesnet.Network().settings())
    return fit


def three_runs(make_fit) -> dict[str, dict[str, xr.DataTree]]:
    """A run that knows the labels, one that has them upside down, and one that has another method too."""
    good, bad = np.where(LABEL == 1, 0.9, 0.1), np.where(LABEL == 1, 0.1, 0.9)
    return {
        "good": {"nuts": scored(make_fit, good)},
        "bad": {"nuts": scored(make_fit, bad)},
        "two": {"nuts": scored(make_fit, good, seed=1), "advi": scored(make_fit, bad)},
    }


def compared(fits: Mapping[str, xr.DataTree], elpd_row=None) -> xr.DataTree:
    """The parts of a comparison that runs are compared by, of hand-made fits."""
    names = xr.Variable("method", list(fits))
    parts = {"scores": xr.concat([bayesnet.score(fit, resamples=50) for fit in fits.values()], names)}
    if elpd_row is not None:
        rows = {
            "elpd_row": (("method", "train_simulation"), [elpd_row] * len(fits)),
            "reliable": ("method", [1] * len(fits)),
        }
        parts["elpd"] = xr.Dataset(rows, {"method": list(fits), "train_simulation": [0, 1]})
    tree = xr.DataTree.from_dict(parts)
    tree.attrs["reference"] = next(iter(fits))
    return tree


def several(runs: Mapping[str, Mapping[str, xr.DataTree]], *, baseline: str | None = None, elpd_row=None) -> Runs:
    """These runs with their comparisons; `elpd_row` of all of them, or of each by its name."""
    rows = elpd_row if isinstance(elpd_row, Mapping) else dict.fromkeys(runs, elpd_row)
    comparisons = {run: compared(fits, rows[run]) for run, fits in runs.items()}
    return Runs(comparisons, runs, {}, baseline or next(iter(runs)), 0)
