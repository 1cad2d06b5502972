"""Rows that a method is unsure of, counted by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.doubt import doubt
from bayesnet.parts.uncertainty import predictive_uncertainty


def test_unsure_rows_their_errors_and_their_place(make_fit):
    score = np.array([0.05, 0.2, 0.5, 0.8, 0.95, 0.97])
    p = np.stack([score - 0.02, score + 0.02])[None]  # sd 0.02 everywhere
    fit = make_fit(p, [0, 1, 0, 1, 1, 0])
    values = xr.DataArray([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], {"quantity": ["x"]}, ("quantity", "simulation"))
    found = doubt(predictive_uncertainty(fit), values)
    assert [int(found[name]) for name in ("rows", "unsure", "errors", "errors_unsure")] == [6, 3, 2, 1]
    assert float(found["sd_unsure"]) == pytest.approx(0.02)
    assert found["range"].values[0] == pytest.approx(np.quantile([2, 3, 4], [0.1, 0.9]))
    assert float(found["share_within"][0]) == pytest.approx(1 / 6)  # of six rows only the one of 3


def test_a_method_that_is_sure_of_everything_has_no_place(make_fit):
    fit = make_fit(np.full((1, 1, 4), 0.01), [0, 0, 0, 1])
    values = xr.DataArray([[1.0, 2.0, 3.0, 4.0]], {"quantity": ["x"]}, ("quantity", "simulation"))
    found = doubt(predictive_uncertainty(fit), values)
    assert int(found["unsure"]) == 0
    assert found["range"].isnull().all()
    assert found["share_within"].isnull().all()
    assert found["sd_unsure"].isnull()
