"""The paper's claims and corrections, told from parts made by hand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from bayesnet.parts.claims import Step, corrections
from reports.views import claims as view

VIEW = view.VIEW.across
PRINTED = {"accuracy": 0.8334, "mlp_accuracy": 0.81, "notebook_accuracy": 0.835, "notebook_f1_weighted": 0.8374}


def one_claim(value, lower, upper, *, expected=0.0, numeric=0) -> xr.Dataset:
    return xr.Dataset(
        {"value": value, "interval": ("bound", [lower, upper]), "expected": expected, "numeric": numeric},
        {"bound": ["lower", "upper"]},
    )


@pytest.mark.parametrize(
    ("claim", "mark"),
    [
        (one_claim(0.82, 0.80, 0.85, expected=0.8334, numeric=1), view.REPRODUCED),
        (one_claim(0.95, 0.93, 0.97, expected=0.8334, numeric=1), view.CHANGED),
        (one_claim(0.02, 0.01, 0.03), view.REPRODUCED),
        (one_claim(-0.02, -0.03, -0.01), view.REFUTED),
        (one_claim(0.02, -0.01, 0.03), view.OPEN),
        (one_claim(0.02, np.nan, np.nan), view.OPEN),
    ],
)
def test_a_claim_is_decided_by_its_interval(claim, mark):
    assert view.mark(claim) == mark


@pytest.fixture
def result(make_fit) -> Result:
    """A poor fit, the same with its threshold at 0.5, and a good one."""
    rng = np.random.default_rng(0)
    label = rng.integers(2, size=200)
    poor, good = (
        np.clip(label * gap + (1 - gap) / 2 + rng.normal(0, 0.2, (1, 2, 200)), 0.01, 0.99) for gap in (0.1, 0.9)
    )
    fits = make_fit(poor, label), make_fit(good, label)
    made = {"as published": Step(fits[0], True), "threshold 0.5": Step(fits[0]), "NUTS instead of ADVI": Step(fits[1])}
    steps = corrections(made).assign_attrs(PRINTED | {"printed_confusion": [231, 41, 25, 103]})
    interval = (("claim", "analysis", "bound"), [[[0.8, 0.85], [0.9, 0.95]], [[-0.2, -0.1], [0.1, 0.2]]])
    claims = xr.Dataset(
        {
            "value": (("claim", "analysis"), [[0.82, 0.93], [-0.15, 0.15]]),
            "interval": interval,
            "expected": ("claim", [0.81, 0.0]),
            "numeric": ("claim", [1, 0]),
        },
        {
            "claim": ["accuracy of the plain network", "stress matters most"],
            "analysis": ["as published", "corrected"],
            "bound": ["lower", "upper"],
        },
    )
    tree = xr.DataTree.from_dict({"corrections": steps, "claims": claims})
    tree.attrs = {"baseline": "as-published"}
    runs = {"as-published": {"configs": {"advi": {"iterations": 5000, "draws": 1000}}}}
    return Result({"runs": runs}, tree)


def test_the_verdict_says_what_each_correction_changes_and_what_becomes_of_the_claims(result):
    text = " ".join(VIEW.verdict(result))
    assert "by NUTS instead of ADVI" in text
    assert "by threshold 0.5" not in text  # a threshold picked on these rows must lose when it is given up
    assert "In the paper's own analysis, the paper's claims are reproduced: “accuracy of the plain network”" in text
    assert "refuted: “stress matters most”" in text
    assert "After the corrections, the paper's claims are reproduced: “stress matters most”" in text


def test_printed_values_stand_beside_ours(result):
    printed, marks, steps = VIEW.show(result).tables
    assert printed.rows[0][1] == "0.8334"
    assert printed.rows[-1][1] == "231, 41, 25, 103"
    assert [row[2] for row in marks.rows] == [view.REPRODUCED, view.REFUTED]
    assert [row[4] for row in marks.rows] == [view.CHANGED, view.REPRODUCED]
    assert [row[0] for row in steps.rows] == ["as published", "threshold 0.5", "NUTS instead of ADVI"]
    assert steps.rows[1][1] == "0.500"


def test_the_figure_marks_what_was_printed(result):
    accuracy, weighted = view.corrections_figure(result.part("corrections")).axes
    dots, printed = accuracy.get_lines()
    assert np.array_equal(dots.get_xdata(), result.part("corrections")["value"].sel(score="accuracy"))
    assert list(printed.get_xdata()) == [PRINTED["accuracy"]] * 2
    assert list(weighted.get_lines()[1].get_xdata()) == [PRINTED["notebook_f1_weighted"]] * 2


def test_runs_without_claims_show_none(result):
    bare = replace(result, parts=xr.DataTree())
    assert VIEW.show(bare) is None
    assert list(VIEW.verdict(bare)) == []
