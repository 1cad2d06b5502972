"""A folder of results holds what the program wrote and what others put there, and the latter stays."""

import json
import os

import pytest

from data import InputError
from data.files import write_text
from data.written import RECORD, claim, claimed, written

MADE_BY = {"name": "rupture", "seed": 0}


def write(folder, text, made_by=MADE_BY, names=("a.csv",), **options):
    with claimed(folder, names, made_by, **options):
        for name in names:
            write_text(text, folder / name)


def test_own_files_are_replaced_and_others_are_not(tmp_path):
    (tmp_path / "notes.csv").write_text("mine")
    write(tmp_path, "one")
    write(tmp_path, "two")
    assert written(tmp_path) == ["a.csv"]
    with pytest.raises(InputError, match=r"notes\.csv was not written by this program"):
        write(tmp_path, "three", names=("a.csv", "notes.csv"))
    with pytest.raises(InputError, match=r"notes\.csv was not written by this program"):
        claim(tmp_path, ["notes.csv"])
    assert [(tmp_path / name).read_text() for name in ("a.csv", "notes.csv")] == ["two", "mine"]


@pytest.mark.parametrize("taken", ["a.csv", RECORD])
def test_nothing_is_left_where_a_file_stands_in_the_way(taken, tmp_path):
    (tmp_path / taken).write_text("mine")
    with pytest.raises(InputError, match=rf"{taken}"):
        write(tmp_path, "one")
    assert os.listdir(tmp_path) == [taken]
    assert (tmp_path / taken).read_text() == "mine"


def test_results_of_other_settings_are_replaced_on_demand_only(tmp_path):
    write(tmp_path, "one", names=("a.csv", "b.csv"))
    with pytest.raises(InputError, match="results with other seed; choose another folder"):
        write(tmp_path, "two", MADE_BY | {"seed": 1})
    assert (tmp_path / "a.csv").read_text() == "one"
    write(tmp_path, "two", MADE_BY | {"seed": 1}, fresh=True)
    assert sorted(os.listdir(tmp_path)) == ["a.csv", RECORD]
    write(tmp_path, "two", MADE_BY | {"seed": 1})


def test_results_older_than_the_record_are_known_by_their_study(tmp_path):
    (tmp_path / "study.json").write_text(json.dumps({"format": 2, "settings": MADE_BY}))
    (tmp_path / "a.csv").write_text("one")
    with pytest.raises(InputError, match="other seed"):
        write(tmp_path, "two", MADE_BY | {"seed": 1})
    write(tmp_path, "two")
    assert (tmp_path / "a.csv").read_text() == "two"


def test_a_folder_that_is_only_named_like_results_is_not_ours(tmp_path):
    (tmp_path / "study.json").write_text("[]")
    with pytest.raises(InputError, match="not written by this program"):
        write(tmp_path, "one", names=("study.json",))


def test_what_fails_before_anything_is_written_leaves_no_folder(tmp_path):
    def fail(folder):
        with claimed(folder, ["a.csv"], MADE_BY):
            raise InputError("no")

    with pytest.raises(InputError, match="no"):
        fail(tmp_path / "new")
    assert os.listdir(tmp_path) == []


def test_two_runs_do_not_write_into_one_folder(tmp_path):
    def second():
        with claimed(tmp_path, ["a.csv"], MADE_BY):
            pass

    first = rf"another run \(process {os.getpid()}\) is writing"
    with claimed(tmp_path, ["a.csv"], MADE_BY), pytest.raises(InputError, match=first):
        second()
    second()


def test_temporary_files_of_a_killed_run_are_removed(tmp_path):
    write(tmp_path, "one")
    (tmp_path / ".a.csv.1234").write_text("half")
    (tmp_path / ".hidden").write_text("mine")
    write(tmp_path, "two")
    assert sorted(os.listdir(tmp_path)) == [".hidden", "a.csv", RECORD]
