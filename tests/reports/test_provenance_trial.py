"""The labels on trial, told from the groups of the trial."""

import pytest

from data import InputError
from data.rupture.trial.provenance import provenance_trial as trial_groups
from data.rupture.trial.rows import BLOCKS
from reports.html import page
from reports.sections.provenance_trial import provenance_trial


@pytest.fixture(scope="module")
def groups():
    try:
        return trial_groups()
    except InputError as error:
        pytest.skip(str(error))


def test_the_section_says_what_the_groups_hold(groups):
    section = provenance_trial(groups)
    text = " ".join(section.paragraphs)
    assert section.title == "The labels on trial"
    assert not section.notices
    assert text.count("(goal met)") == 3
    assert "seems not to have been used" in text
    agreement = section.tables[0]
    assert {row[0] for row in agreement.rows} == set(BLOCKS)
    assert all(len(row) == len(table.header) for table in section.tables for row in table.rows)
    listed = [len(detail.tables[0].rows) for detail in section.details]
    assert listed == [groups["disagreements"].sizes["simulation"], 75]
    assert page("trial", "", "", [section]).count("data:image/") == 3


def test_a_missed_goal_is_a_notice(groups):
    agreement = groups["agreement"].copy(deep=True).assign_attrs(goal=0.99)
    section = provenance_trial({**groups, "agreement": agreement})
    (notice,) = section.notices
    assert all(word in notice for word in ("99 %", "not met", "train 0-99, 500-999", "test"))
    assert "validate" not in notice
