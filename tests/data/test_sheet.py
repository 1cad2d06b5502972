"""A CSV file is read in one way or refused with its line; what is read is what was written."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import InputError
from data.sheet import read_sheet
from data.text import LONGEST

ROWS = "1,0.5,0\n2,0.25,1\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("sheet") / "faults.csv"


@pytest.mark.parametrize(
    "text",
    [
        "a,b,label\n" + ROWS,
        "\ufeffa,b,label\r\n" + ROWS.replace("\n", "\r\n"),
        "\n\na, b ,label\n\n" + ROWS.replace(",", " , ") + "\n",
        '"a","b","label"\n"1","0.5","0"\n2,.25,1',
        "a,b,label\n1,5e-1,false\n+2.,2.5E-1,True\n",
    ],
)
def test_what_can_be_read_in_one_way_is(text, path):
    path.write_text(text, newline="")
    sheet = read_sheet(path)
    assert list(sheet.columns) == ["a", "b", "label"]
    assert [sheet.numbers(name).tolist() for name in sheet.columns] == [[1, 2], [0.5, 0.25], [0, 1]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,label\n" + ROWS.replace("1,0.5", "r1,1,0.5"), "the 3 cells .* got 4 in line 2 .*row names"),
        ("a,b,label\n1,0,5,0\n", "got 4 in line 2 .* decimal points"),
        ("a,b,label\n1,0.5,0\n2,0.25\n", "got 2 in line 3"),
        ("a,b,label\n1,0.5,0,\n", "got 4 in line 2"),
        (",a,b,label\n0,1,0.5,0\n", "column 1 .* has no name"),
        ("a,b,label,\n1,0.5,0,\n", "column 4 .* has no name"),
        ("\nlabel,b,label\n0,1,0\n", "'label' more than once in line 2"),
        ("a,a ,label\n0,1,0\n", "'a' more than once"),
        ("a;b;label\n1;0,5;0\n", "parted by commas, got semicolons"),
        ("a\tb\tlabel\n1\t0.5\t0\n", "got tabs"),
        ("1,2,3\n" + ROWS, "add a header"),
        ("a,b,label\n", "got none"),
        ("", "empty file"),
        ("\n\n", "empty file"),
        ('a,b,label\n1,"0.5,0\n', "check the quotes"),
        ("a,b\0,label\n" + ROWS, r"control character '\\x00' in line 1"),
        ("a,b,label\n1,0.5,0\n2,0.2\x1b5,1\n", "control character .* in line 3"),
        ("a,b\u202e,label\n" + ROWS, "printable"),
        (f"a,{'b' * (LONGEST + 1)},label\n" + ROWS, "at most"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_in_one_line(text, words, path):
    path.write_text(text, newline="")
    with pytest.raises(InputError, match=words) as error:
        read_sheet(path)
    assert "\n" not in str(error.value)
    assert "faults.csv" in str(error.value)


@pytest.mark.parametrize(
    "cell", ["much", "0;5", "1_000", "1 000", "0x1f", "--1", "1e", "\u0663", "1e999", "inf", "", "NaN"]
)
def test_a_cell_that_is_no_finite_number_is_refused_by_its_line(cell, path):
    path.write_text(f"a,b\n1,2\n\n{cell},3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"column 'a' .* in line 4"):
        read_sheet(path).numbers("a")


def test_an_audit_takes_missing_and_infinite_values(path):
    path.write_text("a,b\n1,\n-inf,3\nnan,4\n")
    sheet = read_sheet(path)
    assert np.array_equal(sheet.numbers("a", finite=False), [1, -np.inf, np.nan], equal_nan=True)
    assert np.array_equal(sheet.numbers("b", finite=False), [np.nan, 3, 4], equal_nan=True)


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zip", ".tar", ".zst", ""])
def test_the_content_counts_and_not_what_the_name_promises(ending, tmp_path):
    path = tmp_path / f"faults.csv{ending}"
    path.write_text("a,b\n1,2\n")
    assert read_sheet(path).numbers("b").tolist() == [2]


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08\x00", b"\xff\xfea\x00,\x00b\x00", b"a,b\n1,2\n3,\xb5\n", b"PK\x03\x04"]
)
def test_what_is_no_text_is_refused(content, path):
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"faults\.csv must be a CSV file"):
        read_sheet(path)


def told(path):
    """The error of a file, "" where there is none."""
    try:
        read_sheet(path)
    except InputError as error:
        return str(error)
    return ""


numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.lists(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=9), min_size=1, unique=True
)


@given(names.filter(lambda some: any(not name.replace(".", "").isdigit() for name in some)), st.data())
def test_every_number_is_read_to_the_last_bit(path, header, data):
    rows = data.draw(st.lists(st.lists(numbers, min_size=len(header), max_size=len(header)), min_size=1, max_size=5))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*header], *rows])
    if told(path):  # semicolons for commas, or names that are numbers
        assert len(header) == 1
        return
    sheet = read_sheet(path)
    assert list(sheet.columns) == header
    for name, column in zip(header, zip(*rows, strict=True), strict=True):
        assert sheet.numbers(name).tolist() == list(column)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_table_or_one_line(path, content):
    path.write_bytes(content)
    said = told(path)
    assert len(said.splitlines()) == 1 or len({len(cells) for cells in read_sheet(path).columns.values()}) == 1
