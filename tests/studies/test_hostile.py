"""Hostile files and options: each is handled as it is meant, or refused in one line and with nothing left behind."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import read_csv
from studies.study import Run
from tests.studies.command import call
from tests.studies.hostile import AUDIT, CLEAN, OPTIONS, OTHER, REFUSED, SAME, cases

CASES = cases()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder to work in, and commands that read and claim as ever, but neither fit nor audit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("data.audit.audit", lambda catalogue: [])
    monkeypatch.setattr(Run, "needs", {})
    monkeypatch.setattr("studies.study.check_resources", lambda *_: "nothing")
    monkeypatch.setattr(Run, "finish", lambda run, made: (run.out / "data.nc").touch())
    monkeypatch.setattr("studies.question.say_checks", lambda result, console: True)
    (tmp_path / "FILE").write_text(CLEAN)
    (tmp_path / "TEXT").write_text("no table, no law, no folder")
    return tmp_path


def files() -> set[tuple]:
    """All files with their sizes and times, and all folders."""
    paths = [Path(root) / name for root, *names in os.walk(".") for name in (*names[0], *names[1])]
    return {(path, path.is_dir() or (path.lstat().st_size, path.lstat().st_mtime_ns)) for path in paths}


def refused(capsys, *words) -> bool:
    """Whether a command is refused, as it ought to be: exit code 2 and one line that says so."""
    before = files()
    code = call(*words)
    said = capsys.readouterr()
    assert code in (0, 2), said.err
    if code == 2 and said.err:  # a group without a command prints its help
        lines = said.err.splitlines()
        assert len(lines) == 1, said.err
        assert lines[0].startswith("bayesnet: ")
        assert len(lines[0]) < 1500
        assert files() == before
    return code == 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what[:30])
def test_a_file_is_read_as_it_is_meant_or_refused(case, place, capsys):
    path = place / case.name
    path.write_bytes(case.content)
    assert refused(capsys, "run", "rupture", "--data", path, "--methods", "mlp", "--out", "out") == (
        case.fate in (AUDIT, REFUSED)
    )
    assert refused(capsys, "data", "audit", path) == (case.fate == REFUSED)
    if case.fate == SAME:
        (place / "clean.csv").write_text(CLEAN)
        read, clean = read_csv(path), read_csv(place / "clean.csv")
        assert read["feature"].values.tolist() == ["slip", "fault"]
        for variable in ("features", "label", "split"):
            assert np.array_equal(read[variable].values, clean[variable].values)


@pytest.mark.parametrize("line", OPTIONS, ids=lambda line: line[:40])
def test_an_odd_command_is_refused(line, place, capsys):
    words = [*line.split(" ")] if line else []
    assert refused(capsys, *words)


def test_the_corpus_is_large_enough():
    assert 2 * len(CASES) + len(OPTIONS) >= 400
    assert {case.fate for case in CASES} == {SAME, OTHER, AUDIT, REFUSED}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_words_end_in_one_line(words):
    for command in ([], ["run"], ["data", "audit"], ["simulate", "--law"], ["report"]):
        assert call(*command, *words) in (0, 2)


@pytest.mark.parametrize("name", ["a\nb.csv", "a\x1b[31m.csv", os.fsdecode(b"caf\xe9.csv"), "\u202ea.csv"])
def test_a_file_name_that_cannot_be_shown_is_refused(name, place, capsys):
    (place / name).write_text(CLEAN)
    for words in (("run", "rupture", "--data"), ("data", "audit"), ("report",), ("simulate", "--out")):
        assert refused(capsys, *words, name)
    assert refused(capsys, "run", "rupture", "--data", "FILE", "--out", name)


def test_files_of_the_user_stay(place, capsys):
    """Every way that was found to lose one."""
    folder = place / "D"
    folder.mkdir()
    for name in ("summary.csv", "study.json", "mlp.nc", "report.html"):
        (folder / name).write_text(CLEAN)
        words = ("run", "rupture", "--data", folder / name, "--methods", "mlp", "--out", folder)
        assert refused(capsys, *words)
        assert (folder / name).read_text() == CLEAN
        (folder / name).unlink()
    (place / "my.json").write_text("{}")
    assert refused(capsys, "simulate", "--law", "my.json", "--out", "my.csv")
    assert (place / "my.json").read_text() == "{}"


def test_a_run_of_another_catalogue_is_replaced_on_demand_only(place, capsys):
    (place / "one.csv").write_text(CLEAN)
    (place / "two.csv").write_text(CLEAN.replace("slip", "depth"))
    words = ("--methods", "mlp", "--out", "out")
    assert not refused(capsys, "run", "rupture", "--data", "one.csv", *words)
    assert not refused(capsys, "run", "rupture", "--data", "one.csv", *words)
    assert refused(capsys, "run", "rupture", "--data", "two.csv", *words)
    assert refused(capsys, "run", "rupture", "--data", "one.csv", "--seed", "1", *words)
    assert not refused(capsys, "run", "rupture", "--data", "two.csv", *words, "--fresh")


@pytest.mark.parametrize(
    "content", ["[]", "{}", "null", "3", "{", "", '{"format": 2}', '{"format": 3, "name": "x"}', "\x00"]
)
def test_a_damaged_study_is_refused(content, place, capsys):
    (place / "RUN").mkdir()
    (place / "RUN" / "study.json").write_text(content)
    assert refused(capsys, "report", "RUN")
    assert refused(capsys, "compare", "RUN", "RUN/.", "--out", "out")
