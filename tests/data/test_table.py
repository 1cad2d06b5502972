import numpy as np
import pandas as pd
import pytest

from data import InputError, load_catalogue, read_csv, rows


@pytest.fixture
def table():
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"slip": rng.normal(size=50), "depth": rng.normal(size=50), "broke": (np.arange(50) % 5 == 0).astype(int)}
    )


def write(table, folder):
    path = folder / "faults.csv"
    table.to_csv(path, index=False)
    return path


def test_reads_features_label_and_a_stratified_split(table, tmp_path):
    catalogue = read_csv(write(table, tmp_path), label="broke", seed=4)
    assert catalogue.attrs["name"] == "faults"
    assert catalogue["feature"].values.tolist() == ["slip", "depth"]
    assert np.allclose(catalogue["features"].sel(feature="slip"), table["slip"])
    assert rows(catalogue, "test").sizes["simulation"] == 10
    assert rows(catalogue, "test")["label"].sum() == 2


def test_the_split_follows_the_seed_or_the_column(table, tmp_path):
    path = write(table, tmp_path)
    first, again, other = (read_csv(path, label="broke", seed=seed)["split"].values for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    given = np.where(np.arange(50) < 30, "train", "test")
    path = write(table.assign(split=given), tmp_path)
    assert np.array_equal(load_catalogue(path, label="broke")["split"].values, given)


def test_rupture_columns_get_their_units(table, tmp_path):
    path = write(table.rename(columns={"slip": "sxx"}), tmp_path)
    assert read_csv(path, label="broke")["units"].values.tolist() == ["MPa", ""]


def changed(column, row, value):
    def change(table):
        return table.astype({column: object}).replace({column: {table[column][row]: value}})

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed("slip", 3, None), "column 'slip' .* got a missing value in line 5"),
        (changed("slip", 3, "much"), "got 'much' in line 5"),
        (changed("slip", 3, np.inf), "column 'slip' .* got .*inf.* in line 5"),
        (lambda t: t.assign(depth=1.0), "column 'depth' .* is constant"),
        (lambda t: t.assign(broke=0), "both classes, got only class 0"),
        (lambda t: t.assign(broke=np.arange(50) % 3), r"0 or 1, got \{0, 1, 2\} in column 'broke'"),
        (
            lambda t: t.assign(broke=np.where(t["broke"], "yes", "no")),
            "column 'broke' .* must hold finite numbers, got 'yes'",
        ),
        (lambda t: t.assign(broke=[1] + [0] * 49), "too few rows .* got 49 of class 0 and 1 of class 1"),
        (lambda t: t.rename(columns={"depth": "slip"}), "must differ, got 'slip' more than once"),
        (lambda t: t.rename(columns={"broke": "label"}), "no label column 'broke'"),
        (lambda t: t[["broke"]], "at least one feature column"),
        (lambda t: t[:0], "got none; add the simulations"),
    ],
)
def test_bad_tables_are_told_in_one_line(change, words, table, tmp_path):
    with pytest.raises(InputError, match=words) as error:
        read_csv(write(change(table), tmp_path), label="broke")
    assert "\n" not in str(error.value)


def test_no_file_and_no_csv(tmp_path):
    with pytest.raises(InputError, match="no catalogue or file 'nowhere'"):
        load_catalogue("nowhere")
    with pytest.raises(InputError, match=r"no file .*nowhere\.csv"):
        load_catalogue(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    with pytest.raises(InputError, match="must be a CSV file"):
        load_catalogue(tmp_path / "picture.csv")
