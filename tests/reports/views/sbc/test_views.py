"""The page of calibration, from ranks of posteriors that are right, too narrow and too high."""

from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr
from matplotlib.colors import to_hex

from bayesnet.contract import Result
from reports.page import render
from reports.style import GREY, colour_of
from reports.view import FAIL, PASS, WARN
from reports.views.sbc import coverage, fits, ranks
from studies.calibration import Calibration
from tests.bayesnet.sbc.made import made_pieces
from tests.reports.views.helpers import checked


@pytest.fixture(scope="module")
def result() -> Result:
    pieces = {name: piece.assign_attrs(piece.attrs | {"fingerprint": "0"}) for name, piece in made_pieces().items()}
    study = Calibration().stored() | {"made_from": "", "pieces": dict.fromkeys(pieces, "0")}
    study["sections"] = Calibration.sections
    return Result(study, xr.DataTree.from_dict(pieces), folder=Path("calibration"))


def test_a_sampler_fails_and_an_approximation_is_a_finding(result):
    assert list(checked(ranks.VIEW, result, FAIL)) == ["Calibration of HMC of gp"]
    assert list(checked(ranks.VIEW, result, WARN)) == ["Calibration of ADVI of gp"]
    assert list(checked(ranks.VIEW, result, PASS)) == ["Calibration of NUTS of gp", "Calibration of NUTS of slip"]


def test_faults_are_named(result):
    (table,) = ranks.VIEW.show(result).tables
    faults = {(row[0], row[1]): row[6] for row in table.rows}
    assert faults["gp", "ADVI"] == "3 too narrow"
    assert faults["gp", "HMC"] == "3 too high"
    assert faults["gp", "NUTS"] == faults["slip", "NUTS"] == "\N{EN DASH}"
    (gp, slip) = ranks.VIEW.verdict(result)
    assert "with NUTS;" in gp
    assert "ADVI is not calibrated in 3 of 3 quantities (3 too narrow)" in gp
    assert "ADVI" not in slip


def test_curves_that_leave_their_envelope_are_coloured(result):
    axes = {
        panel.get_title(loc="left"): panel for panel in ranks.curves(result.part("calibration")).axes if panel.axison
    }
    assert set(axes) == {"gp, NUTS", "gp, ADVI", "gp, HMC", "slip, NUTS"}

    def colours(title):
        return {to_hex(line.get_color()).upper() for line in axes[title].get_lines()[3:]}

    assert colours("gp, NUTS") == {GREY.upper()}
    assert colours("gp, ADVI") == {colour_of("advi").upper()}


def test_coverage_of_every_quantity_has_an_interval(result):
    section = coverage.VIEW.show(result)
    assert [len(part.tables[0].rows) for part in section.details] == [9, 2]
    shown = {tuple(row[:2]): row[4] for row in section.details[0].tables[0].rows}
    value, interval = shown["moment", "ADVI"].split(" ", 1)
    assert 55 < float(value) < 80
    assert interval.startswith("[")


def test_fits_that_failed_are_told(result):
    assert checked(fits.VIEW, result, PASS).keys() == {"Failed fits"}
    assert "75 %" in checked(fits.VIEW, result, WARN)["Converged fits"]
    pieces = {name: piece.to_dataset() for name, piece in result.parts.children.items()}
    pieces["ranks"].attrs["failed"] = '{"nuts of gp, replicate 3": "no start"}'
    failed = replace(result, parts=xr.DataTree.from_dict(pieces))
    assert "nuts of gp, replicate 3: no start" in checked(fits.VIEW, failed, WARN)["Failed fits"]
    assert "left out: 1," in fits.VIEW.show(failed).notices[0]


def test_the_page_holds_every_section(result, undrawn):
    page = render(result)
    assert all(f">{title}</" in page for title in Calibration.sections)
