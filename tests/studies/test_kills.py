"""What is finished stays: whatever is killed at any moment ends, when called again, as if nothing had happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import bayesnet
from tests.studies.processes import finish, start

pytestmark = pytest.mark.slow
KILLS = 13  # of each of four commands
SIMULATE = ("simulate", "--rows", 6, "--resolution", 400, "--seed", 3)
RUN = ("--label", "broke", "--methods", "logistic,mlp", "--quick", "--out")
ROOT = Path(__file__).parents[2]


def uninterrupted(*words, cwd: Path) -> float:
    """Seconds that a command takes."""
    assert finish("studies", cwd=cwd)[0] == 0  # the first one waits until everything is imported
    code, seconds = finish(*words, cwd=cwd)
    assert code == 0
    return seconds


def survives(words, cwd: Path, seconds: float, assert_whole) -> None:
    """Kill a command at one moment after another, each time going on from what is there, and check whatever ends."""
    kills, rng = 0, np.random.default_rng(0)
    while kills < KILLS:
        process = start(*words, cwd=cwd)
        process.join(rng.uniform(0, seconds))
        process.kill()
        process.join()
        if process.exitcode == -signal.SIGKILL:
            kills += 1
        else:
            assert process.exitcode == 0
            assert_whole()
    assert finish(*words, cwd=cwd)[0] == 0
    assert_whole()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_campaign_survives_kills_at_any_moment(workers, tmp_path):
    (tmp_path / "reference").mkdir()
    seconds = uninterrupted(*SIMULATE, "--out", "reference/a.csv", cwd=tmp_path)

    def assert_whole():
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "reference" / "a.csv").read_bytes()
        assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.json", "reference", "said"]
        for name in ("a.csv", "a.json"):
            (tmp_path / name).unlink()

    survives((*SIMULATE, "--out", "a.csv", "--workers", workers), tmp_path, seconds, assert_whole)


@pytest.mark.parametrize("study", ["rupture", "width"])
def test_a_run_and_a_study_of_several_survive_kills_at_any_moment(study, csv, tmp_path):
    words = ("run", study, "--data", csv, *RUN)
    seconds = uninterrupted(*words, "reference", cwd=tmp_path)

    def assert_whole():
        assert_same_results(tmp_path / "reference", tmp_path / "out")
        shutil.rmtree(tmp_path / "out")

    survives((*words, "out"), tmp_path, seconds, assert_whole)


def assert_same_results(expected: Path, found: Path) -> None:
    """The same files, none of them temporary, and the same bits but for times."""
    files = [sorted(path.relative_to(folder) for path in folder.rglob("*")) for folder in (expected, found)]
    assert files[0] == files[1]
    assert not list(found.rglob(".*"))
    for path in files[0]:
        if path.suffix == ".nc":
            first, second = (bayesnet.load(folder / path) for folder in (expected, found))
            for group in first.subtree:
                if group.path != "/cost":  # seconds
                    assert group.to_dataset().drop_attrs().identical(second[group.path].to_dataset().drop_attrs()), path
        if path.name == "summary.json":
            first, second = (json.loads((folder / path).read_text()) for folder in (expected, found))
            assert without_seconds(first) == without_seconds(second)


def without_seconds(content):
    """Content of a summary without the times that fits took."""
    if not isinstance(content, dict):
        return content
    return {name: without_seconds(value) for name, value in content.items() if name != "seconds"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_importing_ends_in_one_line(number, tmp_path):
    for seconds in (0.6, 1.2, 2.5, 4):
        process = subprocess.Popen(
            [sys.executable, "-m", "studies", "run", "rupture", "--out", "out"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        time.sleep(seconds)
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
        assert process.returncode in (128 + number, -number)  # the latter before the first line of the program
        if process.returncode > 0:
            assert "bayesnet: interrupted; what is finished is kept" in said.splitlines()[-1]
            assert "Traceback" not in said


@pytest.mark.parametrize("kilobytes", [1150, 1250, 1400])  # more than the forecast of the fits, less than all
def test_a_full_disk_is_told_in_one_line_and_what_is_finished_stays(kilobytes, csv, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", disk]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    words = ("run", "rupture", "--data", csv, *RUN)
    try:
        assert finish(*words, disk / "out", cwd=tmp_path)[0] == 2
        last = (tmp_path / "said").read_text().splitlines()[-1]
        assert last.startswith("bayesnet: ")
        assert "No space left on device" in last
        assert not list((disk / "out").rglob(".*"))
        kept = {path: path.stat().st_mtime_ns for path in disk.glob("out/*.nc")}
        subprocess.run(["mount", "-o", "remount,size=50m", disk], check=True)
        assert finish(*words, disk / "out", cwd=tmp_path)[0] == 0
        fits = {path for path in kept if path.name in ("logistic.nc", "mlp.nc")}
        assert {path for path in fits if path.stat().st_mtime_ns == kept[path]} == fits
        assert finish(*words, "reference", cwd=tmp_path)[0] == 0
        assert_same_results(tmp_path / "reference", disk / "out")
    finally:
        subprocess.run(["umount", disk], check=True)
