"""The parts' arrays as CSV tables, one for each set of dimensions, for those who would rather not open NetCDF."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import xarray as xr

from data.files import write_text
from data.written import claim, written

MOST_ROWS = 100_000  # a larger table stays in the NetCDF file
FORMULA = ("=", "+", "-", "@")  # with which a spreadsheet takes a cell for a formula
FIRST = ("run", "method")  # index every table, and are left out of its name


def write_tables(parts: xr.DataTree, folder: Path) -> None:
    """Write every table of the parts as `tables/PART-DIMENSIONS.csv`; those of an earlier comparison are removed."""
    tables = {f"tables/{name}.csv": rows for name, rows in _tables(parts)}
    for stale in written(folder):
        if stale.startswith("tables/") and stale not in tables:
            (folder / stale).unlink(missing_ok=True)
    claim(folder, tables)
    for name, rows in tables.items():
        write_text(csv_text(rows), folder / name)


def _tables(parts: xr.DataTree) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table with its name."""
    for path, group in parts.subtree_with_keys:
        part = group.to_dataset(inherit=False)
        for dims in sets_of_dimensions(part):
            rows = table(part, dims)
            if len(rows):
                yield "-".join((*path.split("/"), *(dim for dim in dims if dim not in FIRST))), rows


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


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV with its index, whose text no spreadsheet takes for a formula: an apostrophe goes before it."""

    def harmless(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    harmless_table = table.rename(index=harmless, columns=harmless)
    text = harmless_table.select_dtypes(exclude="number").columns
    return harmless_table.assign(**{name: harmless_table[name].map(harmless) for name in text}).to_csv()
