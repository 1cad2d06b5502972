import numpy as np

from bayesnet.parts.catalogue import catalogue_content
from data import rows


def test_rows_are_counted_and_inputs_have_their_ranges(catalogue):
    found = catalogue_content(catalogue)
    assert found["rows"].sel(split="train").sum() == 150
    assert found["rows"].sel(split="test").sum() == 100
    for split in ("train", "test"):
        part = rows(catalogue, split)
        assert int(found["rows"].sel({"split": split, "class": 1})) == part["label"].sum()
        ranges = found["range"].sel(split=split)
        assert np.array_equal(ranges.sel(quantile="smallest"), part["features"].min("simulation"))
        assert np.array_equal(ranges.sel(quantile="median"), part["features"].median("simulation"))
        assert np.array_equal(ranges.sel(quantile="largest"), part["features"].max("simulation"))
    assert found["units"].values.tolist() == ["km", "MPa", "1"]
    assert found["range"]["feature"].values.tolist() == ["a", "b", "c"]
