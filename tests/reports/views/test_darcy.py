"""Views of a page of groundwater flow, from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from data.darcy.flow import centres
from reports.summary import summarise
from reports.view import FAIL, PASS, WARN, view_named
from reports.views.heads import head_maps, residuals
from reports.views.permeability import error_maps, field_maps
from reports.words import ABSENT
from tests.reports.views.helpers import by_colour, checked, with_part

METHODS = ["advi", "nuts"]
SIDE = {"cell_up": centres(4), "cell_across": centres(4)}


def permeability(covered: float = 0.95) -> xr.Dataset:
    rng, cells = np.random.default_rng(0), ("cell_up", "cell_across")
    return xr.Dataset(
        {
            "mean": (("method", *cells), rng.normal(size=(2, 4, 4))),
            "sd": (("method", *cells), np.full((2, 4, 4), 0.5)),
            "truth": (cells, rng.normal(size=(4, 4))),
            "covered": ("method", [0.055, covered]),
            "rmse": ("method", [0.6, 0.46]),
            "prior_ratio": ("method", [0.08, 0.46]),
            "sd_ratio": ("method", [0.175, np.nan]),
            "prior_correlation": ("method", [0.12, 0.12]),
            "process_correlation": 0.135,
            "lengths": 2.0,
            "well_across": ("well", [0.1, 0.6]),
            "well_up": ("well", [0.4, 0.9]),
        },
        {"method": METHODS, **SIDE},
    )


def heads() -> xr.Dataset:
    rng = np.random.default_rng(0)
    found = {"model": (("method", "cell_up", "cell_across"), rng.random((2, 4, 4)))}
    for prefix, number in (("", 3), ("fitted_", 5)):
        well = f"{prefix}well"
        found[f"{prefix}expected"] = ("method", well), rng.random((2, number))
        found[f"{prefix}residual"] = ("method", well), 0.01 * rng.normal(size=(2, number))
        found |= {f"{prefix}{name}": (well, rng.random(number)) for name in ("observed", "across", "up")}
    found["expected_sd"] = ("method", "well"), np.full((2, 3), 0.012)
    found |= {"rms": ("method", [1.3, 1.2]), "fitted_rms": ("method", [0.7, 0.8]), "noise": 0.01}
    return xr.Dataset(found, {"method": METHODS, **SIDE})


def flow(order: float = 2.0, flow_error: float = 1e-15, gradient: float = 1e-10) -> xr.Dataset:
    found = {"error": ("cells", [0.04, 0.01]), "order": ("cells", [np.nan, order])}
    found |= {"series": 0.0, "side_by_side": flow_error, "gradient": gradient}
    return xr.Dataset(found, {"cells": [8, 16]})


def made(runs: tuple[str, ...] = ()) -> Result:
    parts = {"permeability": permeability(), "heads": heads(), "flow": flow()}
    parts["cost"] = xr.Dataset({"seconds": ("method", [1.0, 2.0])}, {"method": METHODS})
    if runs:
        parts = {name: part.expand_dims(run=list(runs)) for name, part in parts.items() if name != "flow"}
    tree = xr.DataTree.from_dict(parts)
    tree.attrs = {"reference": "nuts", "baseline": runs[0] if runs else ""}
    return Result({"name": "darcy", "sections": {"Ground": list(parts)}, "runs": {run: {} for run in runs}}, tree)


@pytest.fixture(scope="module")
def result():
    return made()


def test_every_method_has_its_numbers_in_the_table_and_in_the_summary(result):
    (table,) = view_named("permeability").show(result).tables
    assert table.rows[0] == ("NUTS", "95 %", "0.46", "0.46", ABSENT, "0.12")
    assert table.rows[1] == ("ADVI", "6 %", "0.60", "0.08", "0.18", "0.12")
    assert summarise(result).loc["advi", "cells_covered"] == 0.055
    assert summarise(result).loc["nuts", "held_out_residual"] == 1.2
    held, ratio = view_named("permeability").verdict(result)
    assert "95 % with NUTS and 6 % with ADVI" in held
    assert "of NUTS: 0.18 with ADVI" in ratio


def test_intervals_that_miss_the_truth_are_to_be_known_of(result):
    view = view_named("permeability")
    assert list(checked(view, result, PASS)) == ["NUTS: truth inside 95 % intervals"]
    assert list(checked(view, with_part(result, "permeability", permeability(0.5)), WARN)) == [
        f"{name}: truth inside 95 % intervals" for name in ("NUTS", "ADVI")
    ]


def test_maps_are_of_the_truth_every_mean_every_sd_and_every_error():
    titles = [axes.get_title(loc="left") for axes in field_maps(permeability()).axes]
    assert titles[:5] == ["truth", "ADVI", "NUTS", "ADVI, sd", "NUTS, sd"]
    drawn = error_maps(permeability()).axes[1].images[0].get_array()
    part = permeability().sel({"method": "nuts"})
    np.testing.assert_allclose(drawn, (part["mean"] - part["truth"]) / 0.5)


def test_heads_are_drawn_on_a_map_and_residuals_by_method(result):
    assert len(view_named("heads").show(result).images) == 2
    left, right = head_maps(heads(), "nuts").axes[:2]
    part = heads().sel({"method": "nuts"})
    np.testing.assert_allclose(left.collections[0].get_array(), part["fitted_observed"])
    np.testing.assert_allclose(right.collections[1].get_array(), part["residual"] / 0.01)
    figure = residuals(heads())
    drawn = [line.get_ydata() for line in by_colour(figure.axes[1], "nuts")]
    np.testing.assert_allclose(drawn[0], part["residual"])


def test_a_solver_that_is_wrong_in_any_way_is_seen(result):
    view = view_named("flow")
    assert len(checked(view, result, PASS)) == 3
    for wrong in (flow(order=1.0), flow(flow_error=1e-3), flow(gradient=0.01)):
        assert len(checked(view, with_part(result, "flow", wrong), FAIL)) == 1
    (table,) = view.show(result).tables
    assert [row[2] for row in table.rows] == [ABSENT, "2.000"]


def test_pages_without_these_parts_say_nothing():
    empty = Result({"name": "other", "sections": {}}, xr.DataTree())
    for name in ("permeability", "heads", "flow"):
        view = view_named(name)
        assert view.show(empty) is None
        assert not [*view.verdict(empty), *view.checks(empty)]
        assert view.across is None or view.across.show(empty) is None


def test_several_runs_stand_side_by_side():
    runs = made(("kl", "bnn"))
    (table,) = view_named("permeability").across.show(runs).tables
    assert [row[:2] for row in table.rows] == [(run, method) for run in ("kl", "bnn") for method in ("ADVI", "NUTS")]
    assert view_named("heads").across.show(runs).tables
