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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"feature_names": ["a", "a"]}, "must differ, got 'a'"),
        ({"label": [0, 1, 2, 1, 0, 1, 0, 1]}, r"must be 0 or 1, got \[0, 1, 2\]"),
        ({"label": [0, 0, 0, 1, 0, 1, 0, 1]}, "at least 2 train rows, got 3 of class 0 and 1 of class 1"),
        ({"split": ["train"] * 4 + ["test"] * 3 + ["spare"]}, "'train' or 'test', got 'spare'"),
        ({"features": np.where(np.eye(8, 2), np.nan, GOOD["features"])}, "got nan in column 'a', row 0"),
        ({"features": np.column_stack([np.ones(8), np.arange(8)])}, "column 'a' .* is constant"),
    ],
)
def test_refuses_what_no_classifier_can_use(change, words):
    with pytest.raises(InputError, match=words):
        make_catalogue(**{**GOOD, **change})
