"""Path products with their intervals."""

import numpy as np

from reports.views.path_products import VIEW, slopes, steepest
from reports.words import interval
from tests.reports.views.helpers import by_colour, subset, with_part


def test_figure_and_table_hold_what_is_stored(result):
    stored = result.part("path_products")
    axes = slopes(stored, xlabel="x").axes[0]
    (dots,) = [line for line in by_colour(axes, "advi") if line.get_label() == "ADVI"]
    assert np.array_equal(dots.get_xdata(), stored["mean"].sel({"method": "advi"}))
    (table,) = VIEW.show(result).details[0].tables
    assert table.header == ("feature", "NUTS", "MLP", "ADVI")
    first = stored.sel({"method": "nuts"}).isel(feature=0)
    assert table.rows[0][1] == interval(*(float(first[name]) for name in ("mean", "lower", "upper")))
    assert "[" not in table.rows[0][2]  # a point estimate has no interval


def test_the_steepest_input_of_the_reference_comes_first(result):
    mean = result.part("path_products")["mean"].sel({"method": "nuts"})
    first = str(mean["feature"].values[np.abs(mean.values).argmax()])
    assert steepest(result, result.part("path_products")).startswith(f"Steepest for NUTS: {first} (")


def test_fewer_methods_and_parts(result):
    assert "Steepest for MLP" in VIEW.show(subset(result, "mlp")).images[0].caption
    assert VIEW.show(with_part(result, "path_products", None)) is None
