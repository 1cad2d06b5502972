"""The page of many splits, from grades that are chosen: what it says of the own split's verdicts."""

from pathlib import Path

import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.page import render
from reports.views.splits import drops, grades, learning, ranks, survival
from studies.splits import Splits
from tests.bayesnet.splits.made import pieces
from tests.reports.views.helpers import checked, with_part


@pytest.fixture(scope="module")
def result() -> Result:
    made = {name: piece.assign_attrs(fingerprint="0") for name, piece in pieces().items()}
    study = Splits().stored() | {"made_from": "", "pieces": dict.fromkeys(made, "0"), "sections": Splits.sections}
    return Result(study, xr.DataTree.from_dict(made), folder=Path("splits"))


def test_what_becomes_of_each_verdict_of_the_own_split(result):
    fates = {(one.method, one.other): one.fate for one in survival.pairs_of(result.part("survival"), "log_score")}
    assert fates == {
        ("physics", "mlp"): survival.REVERSED,  # the own split has them the other way round
        ("physics", "hmc"): survival.REVERSED,
        ("mlp", "hmc"): survival.LOST,
    }
    first, second = survival.verdict(result)
    assert "decides 3; 0 hold" in first
    assert "MLP \N{MINUS SIGN} HMC" in first
    assert "decides 0" in second  # McNemar's p is 0.5


def test_tables_show_every_method_and_input(result):
    (table,) = survival.show(result).tables
    assert len(table.rows) == 6
    (table,) = grades.show(result).tables
    assert [row[0] for row in table.rows] == ["Physics", "MLP", "HMC"]
    (table,) = ranks.show(result).tables
    assert table.rows[0][:2] == ("Physics", "100 %")
    (table,) = drops.show(result).tables
    assert [row[0] for row in table.rows] == ["stress", "width"]
    assert all(cell.endswith("(100 %)") for cell in table.rows[0][1:])
    (table,) = learning.show(result).tables
    assert table.header[1:] == ("log score with 100 rows", "gained with 200")


def test_fits_that_did_not_converge_are_told(result):
    assert checked(grades.VIEW, result, "warn") == {"Convergence of HMC": "HMC: 1 of 4 fits did not converge."}


def test_fits_that_failed_are_told(result):
    assert not grades.show(result).notices
    assert checked(grades.VIEW, result, "pass")["Failed fits"] == "No fit failed."
    part = result.part("grades").assign_attrs(failed='{"hmc, 200 rows of split 3": "FloatingPointError: underflow"}')
    lacking = with_part(result, "grades", part)
    (said,) = grades.show(lacking).notices
    assert "hmc, 200 rows of split 3: FloatingPointError: underflow" in said
    assert checked(grades.VIEW, lacking, "warn")["Failed fits"] == f"{said}."


def test_the_last_doubling_is_told_and_nothing_where_there_is_one_size(result):
    (said,) = learning.verdict(result)
    assert "still gains 0.020 [0.020, 0.020] (Physics), " in said
    alone = with_part(result, "learning", xr.Dataset())
    assert learning.show(alone) is None
    assert not list(learning.verdict(alone))


@pytest.mark.usefixtures("undrawn")
def test_the_page_holds_every_section(result):
    page = render(result)
    assert all(f">{title}</" in page for title in Splits.sections)
