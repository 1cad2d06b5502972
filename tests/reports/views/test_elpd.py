"""Leave-one-out, of one run and of several: of parts made by hand."""

import numpy as np
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.views.elpd import VIEW
from reports.views.elpd_changes import VIEW as CHANGES
from reports.words import ABSENT, MINUS
from tests.reports.views.helpers import with_part

METHODS = ["mlp", "advi", "nuts"]


def made(*, compared: bool = False) -> Result:
    """A point estimate, an approximation whose ELPD cannot be believed, and a sampler."""
    elpd = {
        "elpd": [-80.04, -70.02],
        "elpd_se": [8.0, 7.0],
        "p_loo": [np.nan, 6.0],
        "unreliable": [1.0, 0.0],
        "reliable": [0, 1],
    }
    if compared:
        elpd |= {"elpd_diff": [np.nan, 0.0], "dse": [np.nan, 0.0], "weight": [np.nan, 1.0]}
    coords = {"method": METHODS[1:]}
    parts = {
        "cost": xr.Dataset({"seconds": ("method", np.ones(3))}, {"method": METHODS}),
        "elpd": xr.Dataset({name: ("method", values) for name, values in elpd.items()}, coords),
    }
    return Result({"name": "made", "sections": {"Predictions": ["elpd"]}}, xr.DataTree.from_dict(parts))


def test_what_cannot_be_believed_is_said_so():
    (table,) = VIEW.show(made(compared=True)).tables
    advi, nuts = (dict(zip(table.header, row, strict=True)) for row in table.rows)  # none of a point estimate
    assert advi["ELPD of the posterior (nats)"] == f"{MINUS}80.0"
    assert (advi["reliable?"], nuts["reliable?"]) == ("NO", "yes")
    assert advi["effective parameters"] == advi["difference to the best ↑"] == ABSENT
    assert nuts["difference to the best ↑"] == "0.0"
    assert "difference to the best ↑" not in VIEW.show(made()).tables[0].header


def test_few_rows_that_make_an_estimate_unreliable_are_named():
    result = made()
    row, k = np.full((2, 6), -1.0), np.full((2, 6), 0.1)
    k[:, 2], k[1, 3:] = 0.8, 0.9
    row[1, 3:] = -0.01
    part = result.part("elpd").assign(
        elpd_row=(("method", "train_simulation"), row),
        pareto_k=(("method", "train_simulation"), k),
        k_limit=("method", [0.7, 0.7]),
    )
    part = part.assign_coords(train_simulation=np.arange(6) + 10)
    (table,) = VIEW.show(with_part(result, "elpd", part)).tables
    assert "NUTS: training row 12 holds 1.00 of the 1.03 nats" in table.note
    assert "ADVI: training" not in table.note  # of samplers alone
    (table,) = VIEW.show(with_part(result, "elpd", part.assign(elpd_se=("method", [80.0, 11.0])))).tables
    assert "training row 12" not in table.note


def test_the_summary_calls_it_the_posteriors():
    table = summarise(made())
    assert table["posterior_elpd_loo"]["nuts"] == -70.02
    assert table["posterior_elpd_loo_se"]["nuts"] == 7.0
    assert table["posterior_elpd_loo_reliable"]["advi"] == 0
    assert np.isnan(table["posterior_elpd_loo"]["mlp"])


def test_point_estimates_alone_have_none():
    parts = made().parts
    assert VIEW.show(Result({"sections": {}}, xr.DataTree.from_dict({"cost": parts["cost"].to_dataset()}))) is None


def test_runs_are_compared_only_where_both_have_a_reliable_one():
    runs = ["first", "other"]
    one = made().parts
    parts = {name: one[name].to_dataset().expand_dims(run=runs) for name in ("cost", "elpd")}
    changes = {"elpd_diff": [[0.0], [-3.06]], "dse": [[0.0], [1.0]]}
    coords = {"run": runs, "method": ["nuts"]}
    parts["elpd_changes"] = xr.Dataset({n: (("run", "method"), v) for n, v in changes.items()}, coords)
    tree = xr.DataTree.from_dict(parts)
    tree.attrs["baseline"] = "first"
    result = Result({"runs": {run: {} for run in runs}, "sections": {}}, tree)
    (table,) = VIEW.across.show(result).tables
    assert [row[:2] for row in table.rows] == [(run, method) for run in runs for method in ("ADVI", "NUTS")]
    (table,) = CHANGES.across.show(result).tables
    assert table.rows == (("first", "NUTS", "0.0", "0.0"), ("other", "NUTS", f"{MINUS}3.1", "1.0"))


def test_a_sum_over_some_rows_is_said_to_be_one():
    result = made()
    rows = result.part("elpd").assign(elpd_row=(("method", "train_simulation"), np.zeros((2, 10))))
    result = with_part(result, "elpd", rows)
    result.parts.attrs["n_train"] = 10
    (whole,) = VIEW.show(result).tables
    result.parts.attrs["n_train"] = 16000
    (some,) = VIEW.show(result).tables
    assert "16000" not in whole.note
    assert "10 of the 16000 training rows" in some.note
