"""Densities of the weights before and after matching."""

import numpy as np
import pytest

from reports.views.densities import VIEW, clearest, densities, matched_densities, weight_name
from tests.reports.views.helpers import by_colour, subset, with_part

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests


def test_densities_are_those_stored(result):
    curves, stored = result.part("densities"), result.part("weights")
    figure = densities(curves)
    (line,) = by_colour(figure.axes[3], "nuts")  # b1 is a single weight
    last = curves["density"].sel({"method": "nuts", "alignment": "none"}).isel(weight=-1)
    assert np.array_equal(line.get_ydata(), last)
    figure = matched_densities(curves, stored, count=2)
    one = curves.sel({"method": "advi", "alignment": "matched"}).isel(weight=clearest(stored, 1)[0])
    for line, name in zip(by_colour(figure.axes[1], "advi"), ("prior", "density"), strict=True):
        assert np.array_equal(line.get_ydata(), one[name])


def test_names_of_weights(result):
    curves = result.part("densities")
    assert weight_name(curves.isel(weight=0)) == f"w0 {curves['input'].values[0]} → unit 0"
    assert weight_name(curves.isel(weight=-1)) == "b1"


def test_the_clearest_weight_is_most_sds_from_zero(result):
    one = result.part("weights").sel({"method": "nuts", "alignment": "matched"})
    (place,) = clearest(result.part("weights"), 1)
    distance = np.abs(one["mean"] / one["sd"])
    assert distance[place] == distance.max()


@pytest.mark.parametrize(("methods", "images"), [(("advi",), 2), (("advi", "mlp"), 1)])
def test_fewer_methods(result, methods, images):
    assert len(VIEW.show(subset(result, *methods)).images) == images


def test_fewer_parts(result):
    assert VIEW.show(subset(result, "mlp")) is None
    assert len(VIEW.show(with_part(result, "weights", None)).images) == 1
    (first, _) = VIEW.show(with_part(result, "weight_summary", None)).images
    assert "Mean sd" not in first.caption
