"""The search for wrong labels, told from a part made by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex

from bayesnet.contract import Result
from reports.style import colour_of
from reports.views.mislabelled import VIEW, wrong_label_curves

VIEW = VIEW.across


@pytest.fixture
def result() -> Result:
    """MLP by two criteria that it has, NUTS by three."""
    average = np.array([[0.9, np.nan, np.nan], [0.5, 0.95, 0.12]])
    found = xr.Dataset(
        {
            "average_precision": (("method", "criterion"), average),
            "interval": (("method", "criterion", "bound"), np.stack([average - 0.05, average + 0.05], axis=-1)),
            "first_precision": (("method", "criterion"), average - 0.1),
            "precision": (("method", "criterion", "recall"), np.repeat(average[..., None], 4, axis=-1)),
            "wrong": ("train_simulation", [1, 1, 1, 1, *[0] * 36]),
            "wrong_rows": 4,
            "base_rate": 0.1,
        },
        {
            "method": ["mlp", "nuts"],
            "criterion": ["loss", "elpd", "sd"],
            "recall": np.arange(1, 5) / 4,
            "bound": ["lower", "upper"],
            "train_simulation": np.arange(40),
        },
        {"run": "published"},
    )
    found = found.reindex(criterion=["loss", "elpd", "sd", "entropy"])
    reliable = xr.Dataset(
        {"reliable": (("run", "method"), [[np.nan, 0.0]])}, {"run": ["published"], "method": ["mlp", "nuts"]}
    )
    return Result({"runs": {"published": {}}}, xr.DataTree.from_dict({"mislabelled": found, "elpd": reliable}))


def test_the_best_criterion_is_named_and_an_unreliable_one_is_not(result):
    best, *others = VIEW.verdict(result)
    assert "by the log loss of the label of MLP" in best
    assert re.search(r"0\.900? \[0\.850?, 0\.950?\]", best)
    assert others == ["The sd of the score points at them better than guessing for no method."]


def test_every_criterion_that_a_method_has_is_a_row(result):
    (table,) = VIEW.show(result).tables
    assert [row[:2] for row in table.rows] == [
        ("MLP", "log loss of the label"),
        ("NUTS", "log loss of the label"),
        ("NUTS", "leave-one-out log density, unreliable"),
        ("NUTS", "sd of the score"),
    ]
    assert table.rows[0][3] == "80.0 %"


def test_curves_are_those_stored(result):
    found = result.part("mislabelled")
    figure = wrong_label_curves(found)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert titles == ["by log loss of the label", "by leave-one-out log density", "by sd of the score"]

    def curves(axes, method):
        return [line for line in axes.get_lines() if to_hex(line.get_color()) == colour_of(method).lower()]

    loss, _, sd = figure.axes[:3]
    for method in ("mlp", "nuts"):
        (curve,) = curves(loss, method)
        assert np.array_equal(curve.get_xdata(), [25, 50, 75, 100])
        assert np.array_equal(curve.get_ydata(), 100 * found["precision"].sel({"method": method, "criterion": "loss"}))
    assert not curves(sd, "mlp")
    guessing = [line for line in sd.get_lines() if line.get_linestyle() == "--"]
    assert guessing[0].get_ydata() == [10, 10]


def test_runs_without_the_search_show_none(result):
    bare = replace(result, parts=xr.DataTree())
    assert VIEW.show(bare) is None
    assert list(VIEW.verdict(bare)) == []
