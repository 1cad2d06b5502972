import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from studies import ending
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


def swallow(number: int) -> None:
    """Get a signal, do with its interrupt what no library should, and go on."""
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        time.sleep(60)


@pytest.mark.skipif(ending.ALARM is None, reason="Windows has no alarm")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_a_library_swallows_comes_back(number, place, monkeypatch, capsys):
    monkeypatch.setattr(ending, "PATIENCE", 0.05)
    with pytest.raises(SystemExit) as ended, in_one_line():
        swallow(number)
    assert ended.value.code == 128 + number
    assert capsys.readouterr().err.startswith("bayesnet: interrupted; ")
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
