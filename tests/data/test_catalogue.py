import numpy as np
import pytest

from data import InputError, load_catalogue, make_catalogue, rows
from data.catalogue import checksum

GOOD = {
    "name": "t",
    "features": np.arange(16.0).reshape(8, 2) % 7,
    "label": [0, 1, 0, 1, 0, 1, 0, 1],
    "split": ["train"] * 4 + ["test"] * 4,
    "feature_names": ["a", "b"],
    "units": ["km", "1"],
}


def test_a_label_column_is_of_a_csv_file_only():
    with pytest.raises(InputError, match="can be named for a CSV file only, got 'broke' for rupture2d"):
        load_catalogue("rupture2d", label="broke")


def test_layout():
    catalogue = make_catalogue(**GOOD)
    assert catalogue["features"].dims == ("simulation", "feature")
    assert catalogue["label"].dims == ("simulation",)
    assert catalogue["units"].sel(feature="a") == "km"
    assert rows(catalogue, "train").sizes["simulation"] == 4
    assert rows(catalogue, "test")["simulation"].values.tolist() == [4, 5, 6, 7]
    assert {"name", "source", "licence", "repairs", "checksum"} <= set(catalogue.attrs)


def test_checksum_changes_with_anything_that_a_fit_depends_on():
    sums = {make_catalogue(**GOOD).attrs["checksum"]}
    for change in (
        {"label": [1, 0, 0, 1, 0, 1, 0, 1]},
        {"features": GOOD["features"] + 1e-12},
        {"split": ["train", "train", "train", "train", "test", "test", "test", "test"][::-1]},
        {"feature_names": ["b", "a"]},
        {"simulation": np.arange(8) + 1},
    ):
        sums.add(make_catalogue(**{**GOOD, **change}).attrs["checksum"])
    assert len(sums) == 6
    assert checksum(make_catalogue(**GOOD)) in sums


def with_a_cell(row, value):
    features = GOOD["features"].copy()
    features[row, 0] = value
    return features


@pytest.mark.parametrize("factor", [1e-40, 1e-9, 1e9, 1e40])
def test_any_unit_of_a_science_will_do(factor):
    make_catalogue(**{**GOOD, "features": GOOD["features"] * factor})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"feature_names": ["a", "a"]}, "must differ, got 'a'"),
        ({"label": [0, 1, 2, 1, 0, 1, 0, 1]}, r"must be 0 or 1, got \[0, 1, 2\]"),
        ({"label": [0, 0, 0, 1, 0, 1, 0, 1]}, "at least 2 train rows, got 3 of class 0 and 1 of class 1"),
        ({"split": ["train"] * 4 + ["test"] * 3 + ["spare"]}, "'train' or 'test', got 'spare'"),
        ({"features": np.where(np.eye(8, 2), np.nan, GOOD["features"])}, "got nan in column 'a', row 0"),
        ({"features": np.column_stack([np.ones(8), np.arange(8)])}, "column 'a' .* is constant"),
        ({"features": GOOD["features"] * 1e160}, "within 1e\\+60, got 6e.160 in row 3 of column 'a'"),
        ({"features": GOOD["features"] * 1e-200}, "vary by 1e-60 or more, column 'a' .* varies by 6e-200"),
        ({"features": 1 + GOOD["features"] * 2e-16}, "vary by 1e-10 of their size or more, column 'a'"),
        ({"features": with_a_cell(2, 1e50)}, r"one scale, got 1e\+50 in row 2 of column 'a'"),
        ({"features": with_a_cell(6, 1e50)}, "vary by 1e-10 of their size or more, column 'a'"),
        ({"features": with_a_cell(6, 1e8)}, r"one scale, got 1e\+08 in row 6 of column 'a'"),
        ({"feature_names": ["a", "b\n"]}, "printable characters"),
    ],
)
def test_refuses_what_no_classifier_can_use(change, words):
    with pytest.raises(InputError, match=words):
        make_catalogue(**{**GOOD, **change})
