"""How well each method predicts the test rows: every metric of the problem, with intervals."""

import numpy as np
import xarray as xr

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, RESAMPLES, by_resample, interval, resampled_rows, summarised
from bayesnet.problems import problem_of


def score(fit: xr.DataTree, *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Grade the predictions of one fit on its test rows.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.
    resamples : int
        Bootstrap samples of the test rows; the same for every method of a `seed`.
    seed : int

    Returns
    -------
    xarray.Dataset
        `value (metric)`: each metric of the problem, and `predictive_sd`, the sd over draws of the expected outcome
        averaged over rows (the paper's uncertainty). `rows_interval (metric, bound)`: 95 % bootstrap interval
        over test rows (Efron & Tibshirani 1993, chapter 13): how far other test rows could move the value.
        `draws_mean (metric)` and `draws_interval (metric, bound)`: mean and central 95 % of the metric over posterior
        draws, each predicting on its own, for metrics that grade the mean over draws. What a point estimate does not
        have is NaN. Coordinates `label` and `better (metric)`: see `Metric`.
    """
    metrics, rows = problem_of(fit).metrics, fit["predictions_constant_data"].to_dataset()
    outcome, draws = predicted(fit)
    several = len(draws) > 1
    index = resampled_rows(len(outcome), resamples, seed)  # (resample, row)
    value, of_draws, of_rows = {}, {}, {}
    for name, metric in metrics.items():
        summary = summarised(metric, outcome, draws, rows)
        value[name] = float(metric.grade(outcome, summary))
        of_draws[name] = metric.grade(outcome, draws) if several and metric.summary is None else np.array([np.nan])
        of_rows[name] = by_resample(metric, outcome, summary, index)
    sd = draws.std(axis=0) if several else np.full(len(outcome), np.nan)
    value["predictive_sd"], of_draws["predictive_sd"] = sd.mean(), np.array([np.nan])
    of_rows["predictive_sd"] = sd[index].mean(axis=1)
    return xr.Dataset(
        {
            "value": ("metric", list(value.values())),
            "rows_interval": (("metric", "bound"), [interval(of_rows[name]) for name in value]),
            "draws_mean": ("metric", [of_draws[name].mean() for name in value]),
            "draws_interval": (("metric", "bound"), [interval(of_draws[name]) for name in value]),
        },
        coords={
            "metric": list(value),
            "label": ("metric", [*(metric.label for metric in metrics.values()), "predictive sd"]),
            "better": ("metric", [*(metric.better for metric in metrics.values()), 0]),
            "bound": list(BOUNDS),
        },
    )


PART = Part(lambda c: c.of_each(lambda fit: score(fit, seed=c.seed)), across=("value", "rows_interval"))
