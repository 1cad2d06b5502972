"""The page says whether samplers of one posterior agree."""

import xarray as xr

from reports.view import FAIL, PASS
from reports.views.samplers import VIEW
from tests.reports.views.helpers import with_part


def compared(result, largest):
    part = xr.Dataset({"largest": ("method", [largest]), "limit": ("method", [4.0])}, {"method": ["hmc"]})
    return with_part(result, "samplers", part)


def test_a_difference_beyond_the_limit_fails(result):
    for largest, state in ((2.5, PASS), (5.5, FAIL)):
        (check,) = VIEW.checks(compared(result, largest))
        assert check.state == state
        assert "HMC" in check.said
        assert str(largest) in check.said


def test_each_sampler_is_a_row(result):
    (table,) = VIEW.show(compared(result, 2.5)).tables
    assert table.rows == (("HMC", "2.5", "4.0"),)


def test_nothing_is_said_of_a_single_sampler(result):
    alone = with_part(result, "samplers", None)
    assert VIEW.show(alone) is None
    assert not list(VIEW.checks(alone))
