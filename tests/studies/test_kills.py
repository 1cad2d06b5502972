"""What is finished stays: runs and campaigns killed at any moment end as if nothing had happened. Minutes."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import bayesnet

pytestmark = pytest.mark.slow
MOMENTS = np.random.default_rng(0).uniform(
    0, 1, 25
)  # of the time that an uninterrupted process takes, for each command
SIMULATE = ("simulate", "--rows", 6, "--resolution", 400, "--seed", 3)


def start(*words, cwd):
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    command = [sys.executable, "-m", "studies", *map(str, words)]
    environment = os.environ | {"PYTHONPATH": root}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(*words, cwd):
    process = start(*words, cwd=cwd)
    said, _ = process.communicate(timeout=900)
    return process.returncode, said


def killed(moments, words, cwd, seconds):
    """Start a command again and again and kill it, each time at another moment of what it takes."""
    for moment in moments:
        process = start(*words, cwd=cwd)
        try:
            process.wait(moment * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()


def values_of(folder):
    """The numbers of every fit in a folder, without when they were made."""
    return {path.name: bayesnet.load(path)["posterior"].to_dataset() for path in folder.rglob("*.nc") if is_fit(path)}


def is_fit(path):
    return path.name not in ("data.nc", "comparison.nc")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_campaign_survives_kills_at_any_moment(workers, tmp_path):
    (tmp_path / "reference").mkdir()
    begun = time.monotonic()
    assert finish(*SIMULATE, "--out", "reference/a.csv", cwd=tmp_path)[0] == 0
    seconds = time.monotonic() - begun
    words = (*SIMULATE, "--out", "a.csv", "--workers", workers)
    killed(np.sort(MOMENTS), words, tmp_path, seconds)
    code, said = finish(*words, cwd=tmp_path)
    assert code == 0 or "exists already" in said
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "reference" / "a.csv").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.json", "reference"]


@pytest.mark.parametrize("study", ["rupture", "width"])
def test_a_run_and_a_study_of_several_survive_kills_at_any_moment(study, csv, tmp_path):
    words = ("run", study, "--data", csv, "--label", "broke", "--methods", "logistic,mlp", "--quick", "--out")
    begun = time.monotonic()
    assert finish(*words, "reference", cwd=tmp_path)[0] == 0
    seconds = time.monotonic() - begun
    killed(np.sort(MOMENTS), (*words, "out"), tmp_path, seconds)
    assert finish(*words, "out", cwd=tmp_path)[0] == 0
    expected, found = values_of(tmp_path / "reference"), values_of(tmp_path / "out")
    assert expected.keys() == found.keys()
    for name, posterior in expected.items():
        assert posterior.identical(found[name])
    summaries = [json.loads((tmp_path / folder / "summary.json").read_text()) for folder in ("reference", "out")]
    assert without_seconds(summaries[0]) == without_seconds(summaries[1])
    assert not list((tmp_path / "out").rglob(".*"))


def without_seconds(content):
    """Content of a summary without the times that fits took."""
    if not isinstance(content, dict):
        return content
    return {name: without_seconds(value) for name, value in content.items() if name != "seconds"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_importing_ends_in_one_line(number, tmp_path):
    for seconds in (0.6, 1.2, 2.5, 4):
        process = start("run", "rupture", "--out", "out", cwd=tmp_path)
        time.sleep(seconds)
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
        assert process.returncode in (128 + number, -number)  # the latter before the first line of the program
        if process.returncode > 0:
            assert "bayesnet: interrupted; what is finished is kept" in said.splitlines()[-1]
            assert "Traceback" not in said


def test_a_full_disk_is_told_in_one_line(csv, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        words = (
            "run",
            "rupture",
            "--data",
            csv,
            "--label",
            "broke",
            "--methods",
            "mlp",
            "--quick",
            "--out",
            disk / "out",
        )
        code, said = finish(*words, cwd=tmp_path)
        assert code == 2
        assert said.splitlines()[-1].startswith("bayesnet: ")
        assert "No space left on device" in said
        assert not list((disk / "out").glob(".*"))
    finally:
        subprocess.run(["umount", disk], check=True)
