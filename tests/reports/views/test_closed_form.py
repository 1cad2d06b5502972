"""Errors against a known posterior, told from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.view import FAIL, PASS
from reports.views.closed_form import VIEW, errors
from reports.words import ABSENT, MINUS
from tests.reports.views.helpers import by_colour, checked, written

NAN = float("nan")
CHECKS = {
    "mean": "means are right",
    "sd": "sds are right",
    "sd_optimum": "sds are the best",
    "elbo": "ELBO is the best",
}


def part(nuts_sd: float = 1.0, parameters: int = 3) -> xr.Dataset:
    """ADVI with half of the sds, NUTS, and draws of the posterior itself."""
    ratio = np.tile([[0.5], [nuts_sd], [1.0]], (1, parameters))
    right = float(abs(nuts_sd - 1) < 0.05)
    variables = {
        "sd_ratio": (("method", "parameter"), ratio),
        "sd_ratio_optimum": (("method", "parameter"), np.where(ratio == 0.5, 1.25, NAN)),
        "mean_error_sd": (("method", "parameter"), np.full((3, parameters), 0.01)),
        "mean_error_sd_max": ("method", [0.01] * 3),
        "mean_error_mcse_max": ("method", [NAN, 1.5, 0.7]),
        "sd_error_max": ("method", [0.5, abs(nuts_sd - 1), 0.0]),
        "sd_error_optimum_max": ("method", [0.25, NAN, NAN]),
        "kl": ("method", [2.0, NAN, NAN]),
        "elbo": ("method", [-12.25, NAN, NAN]),
        "elbo_optimum": ("method", [-12.0, NAN, NAN]),
        "within": (("method", "check"), [[NAN, NAN, 0, 1], [1, right, NAN, NAN], [1, 1, NAN, NAN]]),
        "log_evidence": -10.0,
    }
    names = [f"m[{i}]" for i in range(parameters)]
    coords = {"method": ["advi", "nuts", "exact"], "parameter": names, "check": list(CHECKS)}
    return xr.Dataset(variables, coords | {"label": ("check", list(CHECKS.values()))})


def made(one: xr.Dataset | None, runs: tuple[str, ...] = ()) -> Result:
    methods = ["advi", "nuts", "exact"]
    groups = {"cost": xr.Dataset({"seconds": ("method", np.ones(3))}, {"method": methods})}
    groups |= {} if one is None else {"closed_form": one}
    if runs:
        groups = {name: group.expand_dims(run=list(runs)) for name, group in groups.items()}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["reference"] = "exact"
    study = {"name": "made", "sections": {"Fits": ["closed_form"]}, "runs": {run: {} for run in runs}}
    return Result(study, tree)


def test_tables_hold_errors_and_checks():
    section = VIEW.show(made(part()))
    largest, checks = section.tables
    assert [row[0] for row in largest.rows] == ["Exact", "ADVI", "NUTS"]  # the reference first
    assert largest.rows[1] == ("ADVI", "0.0100", ABSENT, "50.0 %", "25.0 %", "2.00", f"{MINUS}12.25", f"{MINUS}12.00")
    assert largest.rows[2][1:4] == ("0.0100", "1.50", "0.0 %")
    assert checks.rows[2] == ("sds are the best", ABSENT, "no", ABSENT)
    assert checks.rows[0] == ("means are right", "yes", ABSENT, "yes")
    assert f"{MINUS}10.00 nats" in section.paragraphs[0]
    assert summarise(made(part()))["kl"]["advi"] == 2.0


def test_sentences_and_checks_name_who_is_wrong():
    result = made(part(nuts_sd=1.2))
    advi, nuts = VIEW.verdict(result)  # draws of the posterior itself need no sentence
    assert advi.startswith("ADVI is 2.0 nats")
    assert "20.0 % in any sd" in nuts
    wrong = [*checked(VIEW, result, FAIL).values()]
    assert len(wrong) == 2
    assert wrong[0].startswith("ADVI")
    assert "sds are the best" in wrong[0]
    assert wrong[1].startswith("NUTS")
    assert "sds are right" in wrong[1]
    assert len(checked(VIEW, made(part()), FAIL)) == 1
    assert "NUTS and the known posterior" in checked(VIEW, made(part()), PASS)


def test_figure_marks_what_the_family_allows():
    above, below = errors(part()).axes
    (dots,) = by_colour(above, "advi")
    assert dots.get_ydata() == pytest.approx([0.5] * 3)
    best = [line for line in above.get_lines() if line.get_marker() == "_"]
    assert best[0].get_ydata() == pytest.approx([0.4] * 3)
    assert [text.get_text() for text in below.get_xticklabels()] == ["m[0]", "m[1]", "m[2]"]
    assert "m[0]" not in written(errors(part(parameters=80)))  # no room for names


def test_without_a_variational_fit():
    only = (
        part()
        .sel({"method": ["nuts"]})
        .drop_vars(["kl", "elbo", "elbo_optimum", "sd_ratio_optimum", "sd_error_optimum_max"])
    )
    section = VIEW.show(made(only))
    assert len(section.tables[0].rows) == 1
    assert "family" not in written(errors(only))


def test_nothing_without_the_part():
    assert VIEW.show(made(None)) is None
    assert not [*VIEW.verdict(made(None)), *VIEW.checks(made(None))]


def test_several_runs_stand_side_by_side():
    result = made(part(nuts_sd=1.2).drop_dims("parameter"), runs=("a", "b"))
    (table,) = VIEW.across.show(result).tables
    assert [row[:2] for row in table.rows[:4]] == [("a", "ADVI"), ("a", "NUTS"), ("a", "Exact"), ("b", "ADVI")]
    wrong = [*checked(VIEW.across, result, FAIL).values()]
    assert len(wrong) == 4
    assert wrong[0].startswith("ADVI of a")
