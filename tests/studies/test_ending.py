import os
import tempfile
import time
from pathlib import Path

import pytest

from studies.ending import AGE, TEMPORARY, in_one_line


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A temporary folder for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "compiled").touch()
    long_ago = time.time() - AGE - 60
    os.utime(folder, (long_ago, long_ago))
    return folder


def test_temporary_files_go_with_the_process(place):
    with in_one_line():
        assert Path(tempfile.mkdtemp()).parent.parent == place
    assert not list(place.iterdir())


def test_what_a_killed_process_left_is_removed_and_nothing_else(place):
    aged(place / f"{TEMPORARY}killed")
    others = aged(place / "others")
    young = place / f"{TEMPORARY}young"
    young.mkdir()
    with in_one_line():
        (here,) = set(place.iterdir()) - {others, young}
        aged(here)  # a run that takes long, and another beside it
        tempfile.tempdir = str(place)
        with in_one_line():
            assert here.exists()
    assert set(place.iterdir()) == {others, young}
