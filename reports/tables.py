"""The comparison's arrays as csv tables, for those who would rather not open NetCDF."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xarray as xr

from data.files import write_text

# table -> group of the comparison, and the dimensions of the variables that make up its columns
TABLES = {
    "scores": ("scores", ("method", "metric")),
    "confusion": ("scores", ("method", "true", "predicted")),
    "differences": ("differences", ("method", "other", "metric")),
    "mcnemar": ("differences", ("method", "other")),
    "diagnostics": ("diagnostics", ("method",)),
    "diagnostics_rows": ("diagnostics", ("method", "simulation")),
    "restarts": ("diagnostics", ("method", "restart")),
    "calibration": ("calibration", ("method",)),
    "reliability": ("calibration", ("method", "rank")),
    "joint_log_score": ("joint_log_score", ("method", "batch_size")),
    "elpd": ("elpd", ("method",)),
    "elpd_rows": ("elpd", ("method", "train_simulation")),
    "uncertainty": ("uncertainty", ("method", "measure", "simulation")),
    "uncertainty_by_class": ("uncertainty_groups", ("method", "measure", "label")),
    "uncertainty_by_cell": ("uncertainty_groups", ("method", "measure", "cell")),
    "uncertainty_by_score": ("uncertainty_groups", ("method", "measure", "score_bin")),
    "errors": ("errors", ("method", "measure")),
    "selective_accuracy": ("errors", ("method", "measure", "kept")),
    "agreement": ("agreement", ("method",)),
    "agreement_rows": ("agreement", ("method", "simulation")),
    "ceiling": ("ceiling", ("chain",)),
    "weights": ("weights", ("method", "alignment", "weight")),
    "weight_summary": ("weight_summary", ("method", "alignment", "parameter")),
    "weight_convergence": ("weight_summary", ("method", "alignment")),
    "units": ("units", ("method", "hidden")),
    "path_products": ("path_products", ("method", "feature")),
    "sensitivities": ("sensitivities", ("method", "per", "feature")),
    "partial_dependence": ("partial_dependence", ("method", "feature", "point")),
    "importance": ("importance", ("method", "metric", "feature")),
    "importance_groups": ("importance_groups", ("method", "metric", "group")),
    "sd_change": ("importance", ("method", "feature", "subset")),
    "sd_change_groups": ("importance_groups", ("method", "group", "subset")),
}


def write_tables(
    comparison: xr.DataTree, folder: Path, tables: Mapping[str, tuple[str, tuple[str, ...]]] = TABLES
) -> None:
    """Write a csv file a table that the comparison has; one that an earlier comparison left there is removed."""
    for name, (group, dims) in tables.items():
        path = folder / f"{name}.csv"
        rows = table(comparison[group].to_dataset(), dims) if group in comparison.children else pd.DataFrame()
        if rows.empty:
            path.unlink(missing_ok=True)
        else:
            write_text(rows.to_csv(), path)


def table(group: xr.Dataset, dims: tuple[str, ...]) -> pd.DataFrame:
    """Variables of exactly these dimensions, a column each; intervals, which have a `bound` too, as two columns.

    Parameters
    ----------
    group : xarray.Dataset
    dims : tuple of str
        They index the rows. Rows without any number are left out; empty where there is no such variable.
    """
    columns = {}
    for name, values in group.data_vars.items():
        if set(values.dims) == set(dims):
            columns[name] = values
        elif set(values.dims) == {*dims, "bound"}:
            columns |= {f"{name}_{bound}": values.sel(bound=bound, drop=True) for bound in group["bound"].values}
    if not columns:
        return pd.DataFrame()
    return xr.Dataset(columns).to_dataframe(dim_order=list(dims)).dropna(how="all", subset=list(columns))
