import numpy as np
import pytest
import xarray as xr

from bayesnet.context import along
from bayesnet.contract import Result
from bayesnet.parts.corner import parameter_draws
from bayesnet.parts.displacements import by_station, displacements
from bayesnet.parts.observations import observations
from bayesnet.parts.slip import patch_slip
from bayesnet.problems.okada import Fault, Slip
from reports.view import view_named
from reports.views.corner import corner
from reports.views.displacements import displacement_maps
from reports.views.slip import slip_maps
from tests.bayesnet.parts.faults import made_fit, observed

NAMES = ("displacements", "corner", "slip", "observations")


@pytest.fixture(scope="module")
def parts() -> dict[str, xr.Dataset]:
    """The parts of faults of two methods, one of them a point estimate."""
    fault, slip = observed("fault"), observed("slip")
    fits = {"map": made_fit(Fault(), fault, chains=1, draws=1), "nuts": made_fit(Fault(), fault)}
    patches = {"map": made_fit(Slip(), slip, chains=1, draws=1), "exact": made_fit(Slip(), slip)}
    train = Fault().train(fault, 0)
    observed_ = {"observed": by_station(train["y"], train), "sd": by_station(train["sd"], train)}
    return {
        "displacements": along("method", {m: displacements(fit) for m, fit in fits.items()}).assign(observed_),
        "corner": along("method", {m: parameter_draws(fit) for m, fit in fits.items()}),
        "slip": along("method", {m: patch_slip(fit) for m, fit in patches.items()}).assign(truth=slip["slip"]),
        "observations": observations(fault),
        "cost": xr.Dataset({"seconds": ("method", [1.0, 2.0])}, {"method": ["map", "nuts"]}),
    }


@pytest.fixture(scope="module")
def result(parts) -> Result:
    study = {"name": "okada/fault", "question": "?", "command": "", "sections": {"Fault": list(NAMES)}}
    return Result(study, xr.DataTree.from_dict(parts), data=observed("fault"))


@pytest.mark.heavy
@pytest.mark.parametrize("name", NAMES)
def test_every_view_of_a_fault_shows_something(name, result):
    section = view_named(name).show(result)
    assert section.images or section.tables


def test_a_row_of_maps_for_each_method(parts):
    figure = displacement_maps(parts["displacements"])
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["data", "model"]
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes[:6:3]] == ["MAP", "NUTS"]


def test_the_true_slip_comes_first_and_a_point_estimate_has_no_sd(parts):
    figure = slip_maps(parts["slip"])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "truth, slip"
    assert "MAP, sd" not in titles
    assert "Exact, sd" in titles


def test_a_triangle_of_panels_with_the_names_at_its_edges(parts):
    figure = corner(parts["corner"])
    panels = np.reshape(figure.axes, (9, 9))
    assert all(panel.axison == (j <= i) for i, row in enumerate(panels) for j, panel in enumerate(row))
    assert panels[-1, 0].get_xlabel().startswith("corner east")
