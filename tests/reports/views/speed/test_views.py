"""The benchmark's page: what was reached beside what was to be reached, from stored pieces alone."""

from pathlib import Path

import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.page import render
from reports.view import FAIL, WARN
from reports.views.speed import growth, samplers, targets
from studies.speed import SpeedStudy
from tests.bayesnet.speed.made import SAMPLERS, made_pieces
from tests.reports.views.helpers import checked, with_part


@pytest.fixture(scope="module")
def result() -> Result:
    pieces = {name: piece.assign_attrs(fingerprint="0") for name, piece in made_pieces().items()}
    study = SpeedStudy().stored() | {
        "made_from": "",
        "pieces": dict.fromkeys(pieces, "0"),
        "sections": SpeedStudy.sections,
    }
    return Result(study, xr.DataTree.from_dict(pieces), folder=Path("speed"))


def test_a_target_that_is_missed_is_told_and_no_error(result):
    (table,) = targets.VIEW.show(result).tables
    states = {row[1]: row[-1] for row in table.rows}
    assert states["double precision over the first layer's product"] == "met"
    assert states["single precision over the first layer's product"] == "MISSED"
    missed = checked(targets.VIEW, result, WARN)
    assert len(missed) == sum(state == "MISSED" for state in states.values())
    assert checked(targets.VIEW, result, FAIL) == {}


def test_samplers_that_disagree_fail(result):
    part = result.part("targets")
    agreement = part["subject"] == "samplers"
    wrong = part.assign(passed=part["passed"].where(~agreement, 0), value=part["value"].where(~agreement, 99.0))
    (said,) = checked(targets.VIEW, with_part(result, "targets", wrong), FAIL).values()
    assert "99" in said


def test_every_sampler_has_its_row_and_its_dots(result):
    section = samplers.VIEW.show(result)
    (table,) = section.tables
    assert [row[0] for row in table.rows] == ["HMC", "NUTS", "pm.sample, nutpie", "pm.sample, PyMC"]
    assert [row[1] for row in table.rows] == ["44.0", "9.90", "3.30", "2.20"]  # medians of three repeats
    assert "numpyro" in section.notices[0]
    slowest, _ = samplers.rates(result.part("samplers")).axes
    dots = [line.get_xdata().tolist() for line in slowest.get_lines() if line.get_marker() == "o"]
    assert dots == [pytest.approx([rate, 1.1 * rate, 1.2 * rate]) for rate in SAMPLERS.values()]


def test_tables_of_growth_end_with_the_exponents(result):
    for table, columns in zip(growth.VIEW.show(result).tables, (2, 2, 4), strict=True):
        name, *exponents = table.rows[-1]
        assert name == "exponent"
        assert [float(one) for one in exponents] == [1.0] * columns


def test_the_page_holds_every_section(result):
    page = render(result)
    assert all(f">{title}</" in page for title in SpeedStudy.sections)
