"""How close fits of several runs are to the reference of the baseline."""

import numpy as np
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.views.run_agreement import VIEW
from reports.words import ABSENT
from tests.reports.views.helpers import with_part

METHODS = ["mlp", "nuts"]
VALUES = {
    "class_agreement": [[0.94, 1.0], [0.9, np.nan]],
    "mean_total_variation": [[0.05, 0.0], [0.06, np.nan]],
    "mean_wasserstein_sd": [[1.5, 0.0], [1.6, np.nan]],
    "mean_sd_ratio": [[np.nan, 1.0], [np.nan, np.nan]],
}


def made(*names: str) -> Result:
    """Two runs, the second without NUTS."""
    coords = {"run": ["first", "second"], "method": METHODS}
    seconds = (("run", "method"), [[1.0, 9.0], [1.0, np.nan]])
    values = {name: (("run", "method"), VALUES[name]) for name in names}
    tree = xr.DataTree.from_dict(
        {"cost": xr.Dataset({"seconds": seconds}, coords), "run_agreement": xr.Dataset(values, coords)}
    )
    tree.attrs["baseline"] = "first"
    runs = {"first": {"reference": "nuts"}, "second": {"reference": "mlp"}}
    return Result({"runs": runs, "sections": {"Agreement": ["run_agreement"]}}, tree)


def test_every_fit_is_compared_with_the_reference_of_the_baseline():
    result = made(*VALUES)
    (table,) = VIEW.across.show(result).tables
    assert table.title == "Agreement with NUTS of first"
    assert table.rows == (
        ("first", "MLP", "94.0 %", "0.0500", ABSENT),
        ("first", "NUTS", "100.0 %", "0.00", "1.00"),
        ("second", "MLP", "90.0 %", "0.0600", ABSENT),
    )
    assert summarise(result).loc[("second", "mlp"), "total_variation"] == 0.06


def test_numbers_are_compared_in_sds():
    (table,) = VIEW.across.show(made("mean_wasserstein_sd", "mean_sd_ratio")).tables
    assert table.rows[0] == ("first", "MLP", "1.50", ABSENT)
    assert "class" not in " ".join(table.header)


def test_runs_on_other_rows_have_none():
    assert VIEW.across.show(with_part(made(*VALUES), "run_agreement", None)) is None
