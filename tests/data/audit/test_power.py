"""The measurement of the audit: planted blocks are what they claim, small runs give whole tables."""

import numpy as np
import pandas as pd
import pytest

from data.audit import audit
from data.audit.power import audit_power, displaced, false_alarms, read_power, resampled


def test_displaced_moves_labels_and_leaves_the_rest(plain, build):
    catalogue = build(*plain())
    planted = displaced(catalogue, first=100, length=30, shift=7)
    np.testing.assert_array_equal(planted["label"][100:130], catalogue["label"][93:123])
    np.testing.assert_array_equal(
        np.delete(planted["label"], np.s_[100:130]), np.delete(catalogue["label"], np.s_[100:130])
    )


def test_resampled_rows_are_rows_of_the_catalogue(plain, build):
    catalogue = build(*plain())
    (draw,) = resampled(catalogue, repeats=1, rows=50, seed=0)
    assert draw.sizes["simulation"] == 50
    assert draw["simulation"].values.tolist() == list(range(50))
    (again,) = resampled(catalogue, repeats=1, rows=50, seed=0)
    assert draw.identical(again)


@pytest.mark.heavy
def test_the_tables_have_what_they_promise(plain, build):
    catalogue = build(*plain(slope=6.0))
    alarms = false_alarms(catalogue, repeats=2)
    assert alarms[["error", "warning", "info"]].sum().sum() == 0
    table = audit_power(catalogue, lengths=(160,), shifts=(20,), repeats=2)
    assert table.loc[(160, 20), "found"] == 1.0
    assert table.loc[(160, 20), "shift_found"] == 1.0
    assert table.index.names == ["length", "shift"]
    assert isinstance(table, pd.DataFrame)


@pytest.mark.slow
def test_clean_rupture_catalogues_raise_no_error(rupture, rupture_catalogue):
    errors = sum(
        any(finding.severity == "error" for finding in audit(rupture_catalogue(*rupture(seed=seed))))
        for seed in range(100)
    )
    assert errors <= 5  # the 99.9 % quantile of Binomial(100, 0.01)


def test_the_stored_measurement_is_read_with_its_settings():
    power = read_power()
    assert power["found"].dims == ("physics", "length", "shift")
    assert np.isfinite(power["found"]).all()
    assert float(power["found"].sel(length=160).min()) == 1.0
    assert power["false_alarms"].values.tolist() == [0, 0]
    assert power.attrs["clean"] == 200
