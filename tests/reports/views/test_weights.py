"""Heat maps of the weights, and how sure each method is of them."""

import numpy as np
import pytest

from reports.views.weights import VIEW, heat_maps, spread_of_weights
from reports.words import ABSENT
from tests.reports.views.helpers import by_colour, subset, with_part, written

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def test_heat_maps_share_their_scales_and_name_their_rows(result):
    stored = result.part("weights")
    figure = heat_maps(stored)
    maps = [axes for axes in figure.axes if axes.get_images()]
    means = [axes for axes in maps if axes.get_title(loc="left").endswith("mean")]
    assert len(means) == 3
    assert len({axes.get_images()[0].get_clim() for axes in means}) == 1
    inputs = list(dict.fromkeys(filter(None, stored["input"].values)))
    assert [tick.get_text() for tick in maps[0].get_yticklabels()] == [*inputs, "b0", "w1"]
    nuts = next(axes for axes in figure.axes if axes.get_title(loc="left") == "NUTS, sd")
    one = stored["sd"].sel({"method": "nuts", "alignment": "matched"})
    chosen = (one["parameter"] == "w0") & (one["input"] == inputs[1]) & (one["unit"] == 2)
    assert nuts.get_images()[0].get_array()[1, 2] == float(one.values[chosen.values][0])
    assert "a point estimate has no sd" in written(figure)


def test_every_weight_is_a_tick_and_the_marker_their_median(result):
    stored = result.part("weights")
    figure = spread_of_weights(stored, ["mlp", "advi"], quantity="sd_ratio")
    axes = figure.axes[1]
    assert axes.get_title(loc="left") == "units matched"
    ticks, marker, *_ = by_colour(axes, "advi")
    one = stored["sd_ratio"].sel({"method": "advi", "alignment": "matched"})
    w0 = one.values[one["parameter"].values == "w0"]
    assert np.array_equal(ticks.get_xdata(), w0)
    assert marker.get_xdata()[0] == np.median(w0)
    assert not by_colour(axes, "mlp")


@pytest.mark.parametrize(
    ("methods", "images"),
    [
        (("mlp",), ["weight-maps"]),
        (("mlp", "nuts"), ["weight-maps", "weight-contraction"]),
        (("advi", "nuts"), ["weight-maps", "weight-sd-ratio", "weight-contraction"]),
    ],
)
def test_fewer_methods(result, methods, images):
    section = VIEW.show(subset(result, *methods))
    shown = [*section.images, *(image for part in section.details for image in part.images)]
    assert [image.name for image in shown] == images
    assert not [image for image in shown if "nan" in image.caption or ABSENT in image.caption]


def test_captions_do_without_the_summary(result):
    section = VIEW.show(with_part(result, "weight_summary", None))
    images = [*section.images, *section.details[0].images]
    assert len(images) == 3
    assert not [image for image in images if "w0:" in image.caption]
    assert VIEW.show(with_part(result, "weights", None)) is None
