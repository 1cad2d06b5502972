import numpy as np
import pandas as pd
import pytest
import xarray as xr

from data import InputError
from reports.tables import MOST_ROWS, csv_text, sets_of_dimensions, table, write_tables


@pytest.fixture
def parts() -> xr.DataTree:
    """A part by method, one with an interval, one that is too large, and a nested one."""
    methods = {"method": ["nuts", "mlp"]}
    scores = xr.Dataset(
        {
            "value": (("metric", "method"), [[0.9, 0.8], [0.5, np.nan]]),
            "interval": (("method", "metric", "bound"), np.arange(8.0).reshape(2, 2, 2)),
            "rows": 12,
        },
        methods | {"metric": ["f1", "sd"], "bound": ["lower", "upper"]},
    )
    large = xr.Dataset({"density": (("method", "x"), np.zeros((2, MOST_ROWS)))}, methods)
    nested = xr.Dataset({"share": ("block", [0.1, 0.2])}, {"block": ["a", "b"]})
    return xr.DataTree.from_dict({"scores": scores, "large": large, "trial/agreement": nested})


def test_one_table_for_each_set_of_dimensions(parts, tmp_path):
    tables = tmp_path / "tables"
    write_tables(xr.DataTree.from_dict({"stale": parts["trial/agreement"].to_dataset()}), tmp_path)
    (tables / "mine.csv").write_text("of the user")
    write_tables(parts, tmp_path)
    assert {path.name for path in tables.iterdir()} == {"scores-metric.csv", "trial-agreement-block.csv", "mine.csv"}
    read = pd.read_csv(tables / "scores-metric.csv", index_col=["method", "metric"])
    assert read.columns.tolist() == ["value", "interval_lower", "interval_upper"]
    assert read.loc[("nuts", "sd")].tolist() == [0.5, 2.0, 3.0]
    assert np.isnan(read.loc[("mlp", "sd"), "value"])


def test_method_and_run_index_first_and_rows_without_values_are_left_out(parts):
    part = parts["scores"].to_dataset().drop_vars("interval")
    assert sets_of_dimensions(part) == [("method", "metric")]
    assert table(part, ("method", "metric")).index.tolist() == [("nuts", "f1"), ("nuts", "sd"), ("mlp", "f1")]
    assert table(part, ("metric",)).empty


def test_a_table_of_the_user_is_not_replaced(parts, tmp_path):
    mine = tmp_path / "tables" / "scores-metric.csv"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(InputError, match=r"scores-metric\.csv was not written by this program"):
        write_tables(parts, tmp_path)
    assert mine.read_text() == "mine"


def test_no_text_of_a_table_is_a_formula():
    table = pd.DataFrame({"=b": [1.5, -2.0], "c": ["@x", "y"]}, index=pd.Index(["+a", "b"], name="feature"))
    assert csv_text(table) == "feature,'=b,c\n'+a,1.5,'@x\nb,-2.0,y\n"
    assert table.loc["b", "=b"] == -2  # the table itself stays as it is
