"""The parts' arrays as CSV tables, one for each set of dimensions, for those who would rather not open NetCDF."""

from pathlib import Path

import pandas as pd
import xarray as xr

from data.files import write_text

MOST_ROWS = 100_000  # a larger table stays in the NetCDF file
FIRST = ("run", "method")  # index every table, and are left out of its name


def write_tables(parts: xr.DataTree, folder: Path) -> None:
    """Write every table of the parts as `PART-DIMENSIONS.csv`; those of an earlier comparison are removed."""
    for stale in folder.glob("*.csv"):
        stale.unlink()
    for path, group in parts.subtree_with_keys:
        part = group.to_dataset(inherit=False)
        for dims in sets_of_dimensions(part):
            rows = table(part, dims)
            if len(rows):
                name = "-".join((*path.split("/"), *(dim for dim in dims if dim not in FIRST)))
                write_text(rows.to_csv(), folder / f"{name}.csv")


def sets_of_dimensions(part: xr.Dataset) -> list[tuple[str, ...]]:
    """The dimensions that index the tables of a part, `run` and `method` first; too large tables are left out."""
    found = {}
    for values in part.data_vars.values():
        dims = [str(dim) for dim in values.dims if dim != "bound"]
        ordered = (*(dim for dim in FIRST if dim in dims), *(dim for dim in dims if dim not in FIRST))
        if ordered and values.size <= MOST_ROWS:
            found.setdefault(frozenset(dims), ordered)
    return list(found.values())


def table(part: xr.Dataset, dims: tuple[str, ...]) -> pd.DataFrame:
    """Variables of exactly these dimensions, a column each; intervals, which have a `bound` too, as two columns.

    Parameters
    ----------
    part : xarray.Dataset
    dims : tuple of str
        They index the rows. Rows without any value are left out; empty where there is no such variable.
    """
    columns = {}
    for name, values in part.data_vars.items():
        if set(values.dims) == set(dims):
            columns[name] = values
        elif set(values.dims) == {*dims, "bound"}:
            columns |= {f"{name}_{bound}": values.sel(bound=bound, drop=True) for bound in part["bound"].values}
    if not columns:
        return pd.DataFrame()
    return xr.Dataset(columns).to_dataframe(dim_order=list(dims)).dropna(how="all", subset=list(columns))
