"""What a simulation costs."""

import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.views.solver.speed import VIEW

pytestmark = pytest.mark.heavy


def test_the_verdict_is_about_the_grid_nearest_to_that_of_the_catalogues():
    costs = {name: ("resolution", [1.0, 2.0, 3.0]) for name in ("nodes", "solver", "copy", "ratio", "second")}
    piece = xr.Dataset(costs, {"resolution": [100.0, 50.0, 25.0]})
    result = Result({}, xr.DataTree.from_dict({"speed": piece}))
    (said,) = VIEW.verdict(result)
    assert said.startswith("At 50 m a node costs 2.0 ns")
    (table,) = VIEW.show(result).tables
    assert [row[0] for row in table.rows] == ["100 m", "50 m", "25 m"]
