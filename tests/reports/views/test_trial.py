"""The labels on trial, told from the groups of the trial."""

import pytest
import xarray as xr

from bayesnet.contract import Result
from data import InputError
from data.rupture.trial.provenance import provenance_trial
from data.rupture.trial.rows import BLOCKS
from reports.tables import write_tables
from reports.views import trial

VIEW = trial.VIEW.across


@pytest.fixture(scope="module")
def groups() -> dict[str, xr.Dataset]:
    """The trial of the published rows."""
    try:
        return provenance_trial()
    except InputError as error:
        pytest.skip(str(error))


def of(groups: dict[str, xr.Dataset]) -> xr.DataTree:
    return xr.DataTree.from_dict({f"trial/{name}": group for name, group in groups.items()})


@pytest.mark.heavy
def test_the_section_shows_what_the_groups_hold(groups):
    section = VIEW.show(Result({}, of(groups)))
    assert not section.notices
    assert {row[0] for row in section.tables[0].rows} == set(BLOCKS)
    assert all(len(row) == len(table.header) for table in section.tables for row in table.rows)
    listed = [len(detail.tables[0].rows) for detail in section.details]
    assert listed == [groups["disagreements"].sizes["simulation"], 75]
    assert len(section.images) == 3


def test_the_verdict_says_whether_goals_are_met_and_which_dc_was_used(groups):
    agreement, _, dc, restored = VIEW.verdict(Result({}, of(groups)))
    assert agreement.count("(goal met)") == 3
    assert "seems not to have been used" in dc
    assert "75 training rows" in restored


@pytest.mark.heavy
def test_a_missed_goal_is_a_notice(groups):
    agreement = groups["agreement"].copy(deep=True).assign_attrs(goal=0.99)
    section = VIEW.show(Result({}, of({**groups, "agreement": agreement})))
    assert section.notices == ("The goal of 99 % is not met on train 0-99, 500-999 and test.",)


@pytest.mark.heavy
def test_every_table_and_figure_has_the_file_of_its_numbers(groups, tmp_path):
    tree = of(groups)
    write_tables(tree, tmp_path)
    section = VIEW.show(Result({}, tree, folder=tmp_path, files=tuple(tmp_path.glob("tables/*.csv"))))
    inside = [table for detail in section.details for table in detail.tables]
    assert all(one.source for one in (*section.tables, *section.images, *inside))


def test_runs_without_a_trial_show_none():
    bare = Result({}, xr.DataTree())
    assert VIEW.show(bare) is None
    assert VIEW.verdict(bare) == ()
