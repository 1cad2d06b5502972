"""Views of strain rates, of their evidence and of a curve, from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from bayesnet.problems.strain.strain_rate import FIELDS
from reports.view import PASS, WARN, view_named
from reports.views.curve import bands, resolution
from reports.views.evidence import evidence
from reports.views.strain import field_maps, velocity_maps
from tests.reports.views.helpers import checked, with_part

METHODS = ["verde", "exact"]
SIDE = np.linspace(-100.0, 100.0, 5)


def strain(covered: float = 0.95, near: float = 0.95) -> xr.Dataset:
    rng, fields = np.random.default_rng(0), list(FIELDS)
    maps = ("method", "field", "north", "east")
    sd = np.ones((2, 4, 5, 5))
    sd[0] = np.nan  # a point estimate has none
    share = np.array([[np.nan] * 4, [covered] * 4])
    return xr.Dataset(
        {
            "mean": (maps, rng.normal(size=sd.shape)),
            "sd": (maps, sd),
            "truth": (maps[1:], rng.normal(size=sd.shape[1:])),
            "covered": (maps[:2], share),
            "covered_near": (maps[:2], share - covered + near),
            "observed": (("station", "component"), rng.normal(size=(6, 2))),
            "residual": (("method", "station", "component"), 0.1 * rng.normal(size=(2, 6, 2))),
        },
        {
            "method": METHODS, "field": fields, "north": SIDE, "east": SIDE, "component": ["east", "north"],
            "units": ("field", list(FIELDS.values())),
            "station_east": ("station", rng.uniform(-90, 90, 6)), "station_north": ("station", rng.uniform(-90, 90, 6)),
        },
    )  # fmt: skip


def evidences(edge: int = 0) -> xr.Dataset:
    rho, sigma, both = np.geomspace(0.01, 1, 5), np.geomspace(0.5, 2, 4), ("prior", "tau")
    height = -50 * (np.log(rho)[:, None] + 2) ** 2 - 50 * np.log(sigma) ** 2
    found = {"log_evidence_best": [[-10.0, -24.0], [-30.0, -62.0]], "held_out_grid": [[-1.5, -1.5], [-1.7, -1.71]]}
    found |= {name: np.ones((2, 2)) for name in ("abic", "rho_best", "sigma_best", "held_out")}
    return xr.Dataset(
        {
            "log_evidence": (("rho", "sigma"), height), "rho_best": 0.1, "sigma_best": 1.0, "at_edge": edge,
            "sd_ratio": ("field", np.ones(4)), **{f"{name}_of": (both, values) for name, values in found.items()},
        },
        {"rho": rho, "sigma": sigma, "field": list(FIELDS), "prior": ["smoothness", "equilibrium"], "tau": [1e2, 1e4]},
    )  # fmt: skip


def curve() -> xr.Dataset:
    place = np.linspace(0, 10, 11)
    mean = np.tile(np.sin(place), (2, 1))
    return xr.Dataset(
        {
            "mean": (("method", "place"), mean),
            "sd": (("method", "place"), np.full((2, 11), 0.2)),
            "interval": (("method", "place", "bound"), np.stack([mean - 0.4, mean + 0.4], axis=-1)),
            "truth": ("place", np.sin(place)),
            "prior_sd": ("place", np.ones(11)),
            "covered": ("method", [1.0, 0.9]),
            "observed_place": ("observation", [1.0, 2.0]),
            "observed": ("observation", [0.8, 0.9]),
        },
        {"method": ["nuts", "exact"], "place": place, "bound": ["lower", "upper"]},
        {"axis": "time (s)", "value": "displacement (m)"},
    )


@pytest.fixture(scope="module")
def result() -> Result:
    parts = {"strain": strain(), "evidence": evidences(), "curve": curve()}
    parts["cost"] = xr.Dataset({"seconds": ("method", [1.0, 2.0, 3.0])}, {"method": ["verde", "nuts", "exact"]})
    tree = xr.DataTree.from_dict(parts)
    tree.attrs = {"reference": "exact"}
    return Result({"name": "strain_rate/smoothness", "sections": {}}, tree)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["strain", "evidence", "curve"])
def test_every_view_shows_figures_and_numbers_and_says_something(name, result):
    view = view_named(name)
    section = view.show(result)
    assert section.images
    assert section.tables
    assert list(view.verdict(result))


def test_truth_and_every_method_have_a_map_and_those_with_an_sd_one_more():
    titles = [axes.get_title(loc="left") for axes in field_maps(strain(), "dilatation").axes]
    assert titles[:4] == ["truth", "Verde", "Exact", "Exact, sd"]


def test_residuals_are_enlarged_until_they_can_be_seen():
    titles = [axes.get_title(loc="left") for axes in velocity_maps(strain(), "exact").axes]
    assert titles[:2] == ["data", "model"]
    assert titles[2].startswith("residual, ")


def test_intervals_that_miss_the_truth_are_to_be_known_of(result):
    view = view_named("strain")
    assert list(checked(view, result, PASS)) == ["Exact: truth inside 95 % intervals"]
    (said,) = checked(view, with_part(result, "strain", strain(near=0.4)), WARN).values()
    assert "40 % of the dilatation near the source" in said


def test_scales_at_the_end_of_their_grid_are_to_be_known_of(result):
    view = view_named("evidence")
    assert not list(view.checks(result))
    assert checked(view, with_part(result, "evidence", evidences(edge=1)), WARN)


def test_the_map_of_the_evidence_has_plain_numbers_at_its_ticks():
    figure = evidence(evidences())
    figure.draw_without_rendering()
    labels = [
        text.get_text() for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis) for text in axis.get_ticklabels()
    ]
    assert "0.1" in labels
    assert not any("$" in label for label in labels)


def test_a_panel_with_the_truth_for_each_method_and_sds_over_the_prior():
    figure = bands(curve())
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["NUTS", "Exact"]
    lines = resolution(curve()).axes[0].lines
    assert any(np.allclose(line.get_ydata(), 0.2) for line in lines if len(line.get_ydata()) == 11)
