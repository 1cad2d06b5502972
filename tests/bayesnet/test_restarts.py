"""Bootstrap samples of the starts of an optimiser, of predictions made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Metric
from bayesnet.grading import by_resample, resampled_rows
from bayesnet.parts.differences import paired_differences
from bayesnet.restarts import Starts

LABEL = np.array([0, 1, 1, 0])
MEAN = Metric("mean score", 1, lambda outcome, summary: summary.mean(axis=-1))
INDEX = resampled_rows(4, 400, 0)


def starts(loss: list[float] | None) -> Starts:
    """Three starts that give every row 0.1, 0.2 and 0.6."""
    draws = np.array([0.1, 0.2, 0.6])[:, None, None] * np.ones((3, 2, 4))
    return Starts(LABEL, xr.Dataset(), draws, None if loss is None else np.array(loss))


def test_the_best_of_the_starts_that_are_drawn_is_kept():
    found = starts([1.0, 2.0, 3.0]).by_resample(MEAN, INDEX, 0)
    assert set(found.round(12)) == {0.1, 0.2, 0.6}
    shares = [np.mean(np.isclose(found, value)) for value in (0.1, 0.2, 0.6)]
    assert shares == pytest.approx([19 / 27, 7 / 27, 1 / 27], abs=0.08)  # 1 - (2/3)^3, (2/3)^3 - (1/3)^3, (1/3)^3
    assert set(starts([3.0, 2.0, 1.0]).by_resample(MEAN, INDEX, 0).round(12)) == {0.1, 0.2, 0.6}


def test_an_ensemble_averages_the_starts_that_are_drawn():
    found = starts(None).by_resample(MEAN, INDEX, 0)
    assert found.mean() == pytest.approx(0.3, abs=0.02)
    assert found.std() == pytest.approx(np.std([0.1, 0.2, 0.6]) / np.sqrt(3), abs=0.02)


def test_a_fit_without_starts_varies_with_its_rows_alone(make_fit):
    p = np.random.default_rng(0).random((2, 3, 4))
    found = Starts.of(make_fit(p, LABEL)).by_resample(MEAN, INDEX, 0)
    assert np.allclose(found, by_resample(MEAN, LABEL, p.mean((0, 1)), INDEX))


def test_starts_widen_the_interval_of_a_difference(fits):
    pair = {"method": "nuts", "other": "mlp", "metric": "log_score"}
    lone = fits["mlp"].copy()
    del lone["restarts"]
    wide, narrow = (
        paired_differences({"mlp": one, "nuts": fits["nuts"]}, seed=0)["interval"].sel(pair)
        for one in (fits["mlp"], lone)
    )
    assert float(np.diff(wide)[0]) >= float(np.diff(narrow)[0])
