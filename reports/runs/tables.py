"""The numbers of several runs as csv tables, and their headline figures as one table."""

import pandas as pd
import xarray as xr

from reports.runs.material import RunsMaterial
from reports.summary import HEADLINES

FIT = ("run", "method")

# table -> group of the comparison, and the dimensions of the variables that make up its columns
RUN_TABLES = {
    "scores": ("scores", (*FIT, "metric")),
    "confusion": ("scores", (*FIT, "true", "predicted")),
    "between_methods": ("between_methods", (*FIT, "other_method", "metric")),
    "differences": ("differences", (*FIT, "other", "metric")),
    "mcnemar": ("differences", (*FIT, "other")),
    "diagnostics": ("diagnostics", FIT),
    "calibration": ("calibration", FIT),
    "errors": ("errors", (*FIT, "measure")),
    "uncertainty": ("uncertainty_groups", (*FIT, "measure")),
    "uncertainty_by_class": ("uncertainty_groups", (*FIT, "measure", "label")),
    "uncertainty_by_cell": ("uncertainty_groups", (*FIT, "measure", "cell")),
    "agreement": ("agreement", FIT),
    "elpd": ("elpd", FIT),
    "elpd_differences": ("elpd_differences", FIT),
    "importance": ("importance", (*FIT, "metric", "feature")),
    "importance_groups": ("importance_groups", (*FIT, "metric", "group")),
    "path_products": ("path_products", (*FIT, "feature")),
    "units": ("units", FIT),
    "corrections": ("corrections", ("step", "score")),
    "claims": ("claims", ("claim", "analysis")),
    "wrong_labels": ("mislabelled", ("method", "criterion")),
    "wrong_label_precision": ("mislabelled", ("method", "criterion", "recall")),
    "trial_agreement": ("trial_agreement", ("block", "labelling", "dc")),
    "trial_disputed": ("trial_disputed", ("dc",)),
    "trial_dc_evidence": ("trial_dc_evidence", ("block",)),
    "trial_dc_slopes": ("trial_dc_slopes", ("outcome", "input")),
    "trial_endings": ("trial_endings", ("verdict", "ending")),
    "trial_simulations": ("trial_simulations", ("simulation", "dc")),
    "trial_disagreements": ("trial_disagreements", ("simulation",)),
    "trial_restored": ("trial_restored", ("simulation", "dc")),
    "wrong_label_rows": ("mislabelled", ("method", "criterion", "train_simulation")),
}


def summary_of_runs(comparison: xr.DataTree) -> pd.DataFrame:
    """Headline figures of every fit, a row a run and method; what a fit does not have is left empty."""
    material = RunsMaterial(comparison, {})
    rows = {
        fit: {
            key: material.find(group, variable, *fit, **selection)
            for key, (group, variable, selection) in HEADLINES.items()
            if key != "verdict"
        }
        for fit in material.fits()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").dropna(axis="columns", how="all")
    return table.rename_axis(FIT)
