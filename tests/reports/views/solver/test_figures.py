"""Text of the figures."""

import re

import matplotlib
import pytest

from reports.views.solver import power_of_ten
from reports.views.solver.barrier import barrier_limit
from reports.views.solver.exact import locked_energy
from reports.views.solver.operators import operator_errors
from reports.views.solver.tpv205 import front_arrivals

pytestmark = pytest.mark.heavy

DRAWN = {"operators": operator_errors, "barrier": barrier_limit, "tpv205": front_arrivals, "energy": locked_energy}


@pytest.mark.parametrize("name", DRAWN)
def test_text_of_the_figures_is_plain(result, name):
    figure = DRAWN[name](result.part(name))
    figure.canvas.draw()
    for text in figure.findobj(matplotlib.text.Text):
        assert "$" not in text.get_text()
    for axes in figure.axes:
        assert axes.get_xlabel()
        assert re.search(r"\(.+\)$", axes.get_ylabel())


@pytest.mark.parametrize(("value", "shown"), [(1e-7, "10⁻⁷"), (2e-5, "2·10⁻⁵"), (0.02, "0.02"), (100.0, "100")])
def test_powers_of_ten_are_plain_text(value, shown):
    assert power_of_ten(value) == shown
