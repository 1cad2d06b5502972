"""Rows of a campaign: what is refused, and what is told of rows that cannot be simulated."""

import pandas as pd
import pytest

from data.rupture.campaign.law import Law
from data.rupture.campaign.rows import run_rows
from data.rupture.solver.settings import Settings

# the smallest grid that still lets ruptures differ
QUICK = Settings(resolution=400.0, far_spacing=400.0, fewest_nodes=0.0, duration=6.0)


def test_the_partial_file_of_another_campaign_is_refused(tmp_path):
    rows = Law().sample(1, 0)
    run_rows(rows, QUICK, tmp_path / "partial")
    with pytest.raises(ValueError, match="belongs to other rows"):
        run_rows(Law().sample(1, 1), QUICK, tmp_path / "partial")


def test_rows_that_cannot_be_simulated_are_told(tmp_path):
    rows = Law().sample(2, 0)
    rows.loc[1, ["sxx", "syy"]] = 5.0
    ends = run_rows(rows, QUICK, tmp_path / "partial")
    assert ends.loc[1, "reason"].startswith("refused: expected compression")
    assert pd.isna(ends.loc[1, "label"])
    again = run_rows(rows, QUICK, tmp_path / "partial")
    pd.testing.assert_frame_equal(ends, again)


def test_progress_counts_what_a_checkpoint_holds(tmp_path):
    told = []
    run_rows(Law().sample(2, 0), QUICK, tmp_path / "partial", progress=lambda *counts: told.append(counts))
    run_rows(Law().sample(2, 0), QUICK, tmp_path / "partial", progress=lambda *counts: told.append(counts))
    assert told == [(0, 2), (1, 2), (2, 2), (2, 2)]
