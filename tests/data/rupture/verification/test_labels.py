"""Labels under another grid or precision."""

import math

import numpy as np
import pandas as pd
import pytest

from data.rupture.campaign.law import Law
from data.rupture.campaign.simulate import outcome
from data.rupture.solver.settings import Settings
from data.rupture.verification.labels import agreement


def test_agreement_leaves_out_refused_rows():
    share, lower, upper = agreement(pd.Series([1, 0, 1, 1, 0]), pd.Series([1, 0, 0, 1, math.nan]))
    assert share == 0.75
    assert lower == pytest.approx(0.1941, abs=1e-4)  # the exact interval of 3 in 4
    assert upper == pytest.approx(0.9937, abs=1e-4)


def labels(rows: pd.DataFrame, settings: Settings) -> list[int]:
    """Return the labels of rows under some settings."""
    return [outcome(row, settings).label for row in rows.to_dict("records")]


@pytest.mark.slow
def test_precision_changes_no_label():
    rows = Law().sample(60, seed=5)
    single = labels(rows, Settings(resolution=100.0))
    double = labels(rows, Settings(resolution=100.0, precision="float64"))
    assert single == double


@pytest.mark.slow
def test_resolution_hardly_changes_labels():
    rows = Law().sample(60, seed=6)
    coarse, fine = labels(rows, Settings(resolution=100.0)), labels(rows, Settings(resolution=50.0))
    assert np.mean(np.equal(coarse, fine)) >= 0.95
