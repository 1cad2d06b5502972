import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex

from bayesnet.context import along
from bayesnet.contract import Result
from bayesnet.parts.plane import boundary
from reports.style import colour_of
from reports.views.plane import VIEW, rupture_plane
from reports.words import ABSENT, interval
from tests.reports.views.helpers import subset, with_part
from tests.reports.views.scored import scored


@pytest.fixture
def shown(make_fit) -> Result:
    """A run whose rows have places in the plane."""
    result = scored(make_fit)
    rows = result.part("uncertainty")["simulation"].values
    rng = np.random.default_rng(3)
    values = {"strength": rng.uniform(5, 60, len(rows)), "drop": rng.uniform(0, 6, len(rows))}
    plane = xr.Dataset({name: ("simulation", v, {"units": "MPa"}) for name, v in values.items()}, {"simulation": rows})
    of_methods = {
        method: boundary(plane, fit["predictions"]["p"].values.reshape(-1, len(rows)), resamples=50)
        for method, fit in result.fits.items()
    }
    label = result.part("uncertainty")["label"].sel({"method": "nuts"}).values
    outcomes = boundary(plane, label[None].astype(float), resamples=50).drop_vars(("sd_near", "sd_far"))
    outcomes = outcomes.rename({name: f"outcome_{name}" for name in outcomes.data_vars})
    return with_part(result, "plane", xr.merge([plane, along("method", of_methods), outcomes]))


def test_rows_have_the_colour_of_score_and_sd_and_errors_are_crossed(shown):
    values, plane = shown.part("uncertainty").sel({"method": "nuts"}), shown.part("plane")
    left, right = rupture_plane(plane, shown.part("uncertainty"), reference="nuts").axes[:2]
    assert np.array_equal(left.collections[0].get_array(), values["score"])
    sd = values["uncertainty"].sel(measure="sd")
    assert np.array_equal(right.collections[0].get_array(), np.sort(sd))  # uncertain rows on top
    wrong = int(np.isin(values["cell"], ("FP", "FN")).sum())
    for panel in (left, right):
        (crosses,) = [line for line in panel.get_lines() if line.get_marker() == "x"]
        assert len(crosses.get_xdata()) == wrong > 0


def test_every_method_has_its_line_and_the_reference_two(shown):
    left, right = rupture_plane(shown.part("plane"), shown.part("uncertainty"), reference="nuts").axes[:2]
    of_panel = [
        {to_hex(line.get_color()) for line in panel.get_lines() if line.get_linestyle() == "-"}
        for panel in (left, right)
    ]
    assert of_panel[0] == {colour_of(method).lower() for method in ("mlp", "advi", "nuts")}
    assert of_panel[1] == {colour_of("nuts").lower()}
    (line,) = [line for line in right.get_lines() if line.get_linestyle() == "-"]
    plane = shown.part("plane")
    one, strength = plane.sel({"method": "nuts"}), plane["strength"].values
    at = np.interp(np.median(strength), line.get_xdata(), line.get_ydata())
    assert at == pytest.approx(float(one["threshold"]))


def test_the_table_holds_what_is_stored_and_the_outcomes(shown):
    (table,) = VIEW.show(shown).tables
    rows = {row[0]: row[1:] for row in table.rows}
    one = shown.part("plane").sel({"method": "nuts"})
    assert rows["NUTS"][0] == interval(float(one["threshold"]), *map(float, one["threshold_interval"]))
    assert rows["MLP"][-1] == ABSENT  # a point estimate has no sd
    assert rows["outcomes"][2:] == (ABSENT,) * 3
    assert float(one["sd_near"]) > 0


def test_the_verdict_is_of_the_reference(shown):
    (said,) = VIEW.verdict(shown)
    one = shown.part("plane").sel({"method": "nuts"})
    assert interval(float(one["slope"]), *map(float, one["slope_interval"])) in said
    flat = shown.part("plane").copy(deep=True)
    flat["threshold"][:] = np.nan
    assert "one side of 0.5" in next(VIEW.verdict(with_part(shown, "plane", flat)))


def test_fewer_methods_and_parts(shown):
    point = subset(shown, "mlp")
    figure = rupture_plane(point.part("plane"), point.part("uncertainty"), reference="mlp")
    assert len([axes for axes in figure.axes if axes.collections and axes.get_lines()]) == 1
    assert VIEW.show(point) is not None
    without = with_part(shown, "plane", None)
    assert VIEW.show(without) is None
    assert not list(VIEW.verdict(without))
