"""The mixture in words and tables: what is decided, what is not, and which weights rest on a doubtful estimate."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.views.stacking import VIEW
from reports.words import MINUS


def made(weight: list[float], interval: tuple[float, float], reliable: int = 1) -> Result:
    """A mixture of a baseline and a sampler, by hand."""
    methods, ends = ["physics", "nuts"], np.array([[interval, interval]])[0]
    part = xr.Dataset(
        {
            "weight": ("method", weight),
            "reliable": ("method", [1, reliable]),
            "best": ("method", [1, 0]),
            "elpd_gain": 7.94,
            "elpd_gain_se": 5.02,
            "value": ("metric", [0.9475, -0.1]),
            "difference": ("metric", [np.mean(interval)] * 2),
            "interval": (("metric", "bound"), ends),
            "mcnemar_p": 1.0,
        },
        {
            "method": methods,
            "metric": ["accuracy", "log_score"],
            "label": ("metric", ["accuracy", "log score (nats)"]),
            "better": ("metric", [1, 1]),
            "bound": ["lower", "upper"],
        },
    )
    parts = {"cost": xr.Dataset({"seconds": ("method", np.ones(2))}, {"method": methods}), "stacking": part}
    tree = xr.DataTree.from_dict(parts)
    tree.attrs["reference"] = "nuts"
    return Result({"name": "made", "sections": {"Predictions": ["stacking"]}}, tree)


@pytest.mark.parametrize(
    ("interval", "answer"),
    [((0.01, 0.05), "is better than"), ((-0.05, -0.01), "is worse than"), ((-0.01, 0.02), "is not shown")],
)
def test_what_the_test_rows_say(interval, answer):
    result = made([0.858, 0.142], interval)
    (said,) = VIEW.show(result).paragraphs
    assert said.startswith(f"On the test rows a mixture of 86 % Physics and 14 % NUTS {answer}")
    assert "promised 7.9 nats over all training rows (standard error 5.0)" in said
    assert list(VIEW.verdict(result)) == ([] if "not" in answer else [said])


def test_weights_that_rest_on_a_doubtful_estimate():
    result = made([0.858, 0.142], (-0.01, 0.02), reliable=0)
    assert "of NUTS is not reliable" in VIEW.show(result).paragraphs[1]
    weights, rows = VIEW.show(result).tables
    assert [row[:3] for row in weights.rows] == [("NUTS", "0.142", "NO"), ("Physics", "0.858", "yes")]
    assert rows.rows[0] == ("mixture", "0.948", f"{MINUS}0.100")


def test_one_method_with_all_the_weight_is_no_mixture():
    result = made([1.0, 0.0], (0.0, 0.0), reliable=0)
    (said,) = VIEW.show(result).paragraphs
    assert "gains nothing" in said
    assert list(VIEW.verdict(result)) == []


def test_nothing_where_nothing_was_mixed():
    result = made([1.0, 0.0], (0.0, 0.0))
    empty = Result(result.study, xr.DataTree.from_dict({"cost": result.part("cost")}))
    assert VIEW.show(empty) is None
    assert list(VIEW.verdict(empty)) == []
