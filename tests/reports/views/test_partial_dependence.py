"""Partial dependence of the score."""

import numpy as np

from reports.views.partial_dependence import VIEW, partial_dependence
from tests.reports.views.helpers import by_colour, subset, with_part


def test_curves_are_those_stored_and_carry_units(result):
    stored = result.part("partial_dependence")
    panels = partial_dependence(stored).axes
    names, units = stored["feature"].values, stored["units"].values
    assert [axes.get_xlabel() for axes in panels[: len(names)]] == [
        f"{name} ({unit})" for name, unit in zip(names, units, strict=True)
    ]
    (curve,) = by_colour(panels[1], "mlp")
    one = stored.sel({"method": "mlp"}).isel(feature=1)
    assert np.array_equal(curve.get_xdata(), one["value"])
    assert np.array_equal(curve.get_ydata(), one["mean"])


def test_the_input_of_widest_range_is_named(result):
    mean = result.part("partial_dependence")["mean"].sel({"method": "nuts"})
    reach = mean.max("point") - mean.min("point")
    widest = f"NUTS {reach['feature'].values[reach.values.argmax()]} ({float(reach.max()):.2f})"
    assert widest in VIEW.show(result).images[0].caption


def test_fewer_methods_and_parts(result):
    assert "NUTS" not in VIEW.show(subset(result, "mlp")).images[0].caption
    assert VIEW.show(with_part(result, "partial_dependence", None)) is None
