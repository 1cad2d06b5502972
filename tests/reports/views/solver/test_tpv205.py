"""The planar benchmark."""

import pytest

from reports.views.solver.tpv205 import VIEW

pytestmark = pytest.mark.heavy


def test_the_verdict_says_how_far_the_last_refinement_moved_the_front(result):
    (said,) = VIEW.verdict(result)
    arrivals = result.part("tpv205")["arrival"].sel(station=10.0).values
    assert f"reaches x = 10 km after {arrivals[-1]:.3f} s" in said
    assert f"from 200 to 100 m moved that by {1e3 * abs(arrivals[-1] - arrivals[-2]):.0f} ms" in said


def test_changes_of_arrivals_are_from_grid_to_grid(result):
    arrivals, mirror = VIEW.show(result).tables
    stored = 1e3 * result.part("tpv205")["arrival"].sel(station=5.0).values
    assert [row[2].replace("\N{MINUS SIGN}", "-") for row in arrivals.rows[1:]] == [
        f"{change:.1f}" for change in stored[1:] - stored[:-1]
    ]
    assert len(mirror.rows) == 3
