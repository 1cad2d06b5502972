import numpy as np
import xarray as xr

from reports.views.plane import VIEW, input_plane
from tests.reports.views.helpers import with_part
from tests.reports.views.scored import scored


def plane(rows: np.ndarray, components: int = 2) -> xr.Dataset:
    rng = np.random.default_rng(0)
    return xr.Dataset(
        {
            "plane": (("simulation", "component"), rng.normal(size=(len(rows), components))),
            "loadings": (("component", "feature"), np.eye(3)[[2, 0]][:components]),
            "explained": ("component", [0.5, 0.25][:components]),
        },
        {"simulation": rows, "component": np.arange(1, components + 1), "feature": ["height", "sxy", "mu_d"]},
    )


def test_uncertain_rows_lie_on_top_and_errors_are_crossed(make_fit):
    result = scored(make_fit)
    values = result.part("uncertainty")
    (axes, *_) = input_plane(plane(values["simulation"].values), values).axes
    entropy = values["uncertainty"].sel({"method": "mlp", "measure": "total"})
    assert np.array_equal(axes.collections[0].get_array(), np.sort(entropy))
    wrong = int(np.isin(values["cell"].sel({"method": "mlp"}).values, ("FP", "FN")).sum())
    (crosses,) = [line for line in axes.get_lines() if line.get_marker() == "x"]
    assert len(crosses.get_xdata()) == wrong > 0
    assert str(wrong) in axes.get_title(loc="left")


def test_the_caption_names_the_input_of_each_component(make_fit):
    result = scored(make_fit)
    rows = result.part("uncertainty")["simulation"].values
    (image,) = VIEW.show(with_part(result, "plane", plane(rows))).images
    assert "75 %" in image.caption
    assert "most on mu_d, component 2 on height" in image.caption
    assert VIEW.show(result) is None
    assert VIEW.show(with_part(result, "plane", plane(rows, components=1))) is None  # of a single input
