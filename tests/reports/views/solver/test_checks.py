"""Checks that are passed, and those that are not."""

from dataclasses import replace

import numpy as np
import pytest

from data.rupture.verification.checks import check_table
from data.rupture.verification.pieces import PIECES
from reports.view import FAIL, PASS, WARN
from reports.views.solver.checks import VIEW
from tests.reports.views.helpers import checked, with_part

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("bad", [2.0, np.nan])
def test_a_failed_check_and_one_without_a_value_are_said_to_fail(result, bad):
    energy = result.part("energy")["energy"].copy()
    energy[0, 0, 5:] = bad
    pieces = {piece.name: result.part(piece.name) for piece in PIECES}
    pieces["energy"] = pieces["energy"].assign(energy=energy)
    found = with_part(result, "checks", check_table(pieces))
    (said,) = (one for one in checked(VIEW, found, FAIL).values() if "locked bump" in one)
    assert said.startswith("NOT passed: locked bump, largest growth of energy")
    (row,) = (row for row in VIEW.show(found).tables[0].rows if row[0] == "locked bump")
    assert row[-1] == "NOT passed: ≤ 0"
    (words,) = VIEW.verdict(found)
    assert "All" not in words


def test_a_study_that_passes_everything_fails_in_nothing(result):
    checks = result.part("checks").assign(passed=("check", np.ones(17, int)))
    found = replace(with_part(result, "checks", checks), study=result.study | {"quick": False})
    assert checked(VIEW, found, FAIL, WARN) == {}
    assert checked(VIEW, found, PASS)["Solver"].startswith("17 checks")
    assert list(VIEW.verdict(found)) == ["All 17 checks are passed."]


def test_every_check_stands_in_the_table_with_its_limit_and_unit(result):
    checks = result.part("checks")
    (table,) = VIEW.show(result).tables
    assert [row[:2] for row in table.rows] == list(zip(checks["subject"].values, checks["name"].values, strict=True))
    (arrival,) = (row for row in table.rows if "arrival under refinement" in row[1])
    assert arrival[2].endswith(" s")
    assert arrival[3].endswith("≤ 0.01 s")
