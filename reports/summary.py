"""The headline figures of a comparison: a dictionary for `summary.json`, a table for `summary.csv` and the terminal."""

import numpy as np
import pandas as pd
import xarray as xr
from rich.table import Table

from bayesnet.metrics import METRICS

# Rows of the terminal's table: key in the summary, heading, digits. An arrow says which way is better.
ROWS = (
    ("accuracy", "accuracy ↑", 3),
    ("f1", "F1 ↑", 3),
    ("f1_weighted", "weighted F1 ↑", 3),
    ("roc_auc", "ROC-AUC ↑", 3),
    ("log_score", "log score ↑", 3),
    ("brier", "Brier ↓", 3),
    ("predictive_sd", "predictive sd", 3),
    ("rhat_max", "R-hat max", 3),
    ("ess_min", "ESS min", 0),
    ("seconds", "seconds", 0),
)


# Headline figures: key in the summary -> group of the comparison, variable, selection.
HEADLINES: dict[str, tuple[str, str, dict[str, str]]] = {
    **{metric: ("scores", "value", {"metric": metric}) for metric in (*METRICS, "predictive_sd")},
    "seconds": ("run", "seconds", {}),
    "verdict": ("diagnostics", "verdict", {}),
    "rhat_max": ("diagnostics", "rhat_max", {}),
    "ess_min": ("diagnostics", "ess_min", {}),
    "divergences": ("diagnostics", "divergences", {}),
    "khat": ("diagnostics", "khat", {}),
    "ece": ("calibration", "ece", {}),
    # of the exact posterior, also where it is estimated from the draws of a variational fit
    "posterior_elpd_loo": ("elpd", "elpd", {}),
    "posterior_elpd_loo_se": ("elpd", "elpd_se", {}),
    "posterior_elpd_loo_reliable": ("elpd", "reliable", {}),
    "error_auc": ("errors", "error_auc", {"measure": "total"}),
    "epistemic_entropy": ("uncertainty", "uncertainty", {"measure": "epistemic"}),
    "class_agreement": ("agreement", "class_agreement", {}),
    "total_variation": ("agreement", "mean_total_variation", {}),
    "sd_ratio": ("agreement", "mean_sd_ratio", {}),
    "weights_rhat_max": ("diagnostics", "weights_rhat_max", {}),
    "weights_rhat_max_matched": ("diagnostics", "weights_rhat_max_matched", {}),
    "w0_sd_matched": ("weight_summary", "sd", {"alignment": "matched", "parameter": "w0"}),
    "w0_sd_ratio_matched": ("weight_summary", "sd_ratio", {"alignment": "matched", "parameter": "w0"}),
    "unused_units": ("units", "unused", {}),
}
COUNTS = ("divergences", "posterior_elpd_loo_reliable")


def summarise(comparison: xr.DataTree, *, study: str, quick: bool, seed: int) -> dict:
    """Headline figures of every method.

    Parameters
    ----------
    comparison : xarray.DataTree
        See `bayesnet.compare`.
    study : str
    quick : bool
        Whether the fits were made with the small settings.
    seed : int

    Returns
    -------
    dict
        `study`, `quick`, `seed`, `catalogue` and `methods`: for each its `HEADLINES`, averaged over test rows where
        they are a row's, and its `confusion` matrix and its permutation importance by F1. What a method does not have
        is absent. `posterior_elpd_loo` of a variational fit is no score of it: see `bayesnet.elpd`.
    """
    return {
        "study": study,
        "quick": quick,
        "seed": seed,
        "catalogue": {
            "name": comparison.attrs["catalogue"],
            "n_train": int(comparison.attrs["n_train"]),
            "n_test": int(comparison.attrs["n_test"]),
        },
        "methods": {str(method): _figures(comparison, str(method)) for method in comparison["scores"]["method"].values},
    }


def _figures(comparison: xr.DataTree, method: str) -> dict:
    figures = {}
    for key, (group, variable, selection) in HEADLINES.items():
        if group not in comparison.children or method not in comparison[group]["method"].values:
            continue
        if variable not in comparison[group].data_vars:
            continue
        value = comparison[group][variable].sel({"method": method, **selection})
        if value.dtype.kind in "OUT":
            figures[key] = str(value.item())
        elif np.isfinite(value).all():
            figures[key] = int(value) if key in COUNTS else float(value.mean())
    drop = comparison["importance"]["drop_mean"].sel({"method": method, "metric": "f1"})
    figures["importance_f1"] = {str(feature): float(drop.sel(feature=feature)) for feature in drop["feature"].values}
    scores = comparison["scores"].to_dataset().sel({"method": method})
    figures["confusion"] = scores["confusion"].values.tolist()
    for kind in ("rows", "draws"):
        intervals = scores[f"{kind}_interval"]
        figures[f"{kind}_interval"] = {
            str(metric): intervals.sel(metric=metric).values.tolist()
            for metric in intervals["metric"].values
            if np.isfinite(intervals.sel(metric=metric)).all()
        }
    return figures


def summary_table(summary: dict) -> pd.DataFrame:
    """The methods' figures, a row a method; intervals as two columns."""
    rows = {}
    for method, figures in summary["methods"].items():
        row = {"study": summary["study"], "catalogue": summary["catalogue"]["name"], "quick": summary["quick"]}
        row |= {key: value for key, value in figures.items() if not isinstance(value, dict | list)}
        for kind in ("rows", "draws"):
            for metric, (lower, upper) in figures[f"{kind}_interval"].items():
                row |= {f"{metric}_{kind}_lower": lower, f"{metric}_{kind}_upper": upper}
        row |= {f"importance_f1_{feature}": drop for feature, drop in figures["importance_f1"].items()}
        (row["tn"], row["fp"]), (row["fn"], row["tp"]) = figures["confusion"]
        rows[method] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def display(summary: dict) -> Table:
    """The summary as a table for the terminal, a column a method: so it fits into 80 characters."""
    catalogue = summary["catalogue"]
    title = f"{summary['study']} on {catalogue['name']}, {catalogue['n_train']} + {catalogue['n_test']} rows"
    if summary["quick"]:
        title += "\nQUICK settings: the numbers say little"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for method in summary["methods"]:
        table.add_column(method, justify="right")
    figures = summary["methods"].values()
    for key, heading, digits in ROWS:
        if any(key in of_method for of_method in figures):
            table.add_row(heading, *(f"{one[key]:.{digits}f}" if key in one else "-" for one in figures))
    return table
