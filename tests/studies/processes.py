"""Commands in processes of their own, which can be killed. Each is a fork of one that has imported everything."""

import multiprocessing
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from bayesnet import Network
from studies import width
from tests.studies.command import call

# runs compare little here: all parts are computed, stored and shown in the tests of parts and reports
FEW_PARTS = {"Predictions": ("scores", "differences"), "Data": ("catalogue",), "Fits": ("cost", "diagnostics")}


def start(*words: object, cwd: Path) -> multiprocessing.Process:
    """Start `bayesnet WORDS` in a folder; what it prints is added to the file `said` there."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_run, args=(list(map(str, words)), cwd))
    process.start()
    return process


def finish(*words: object, cwd: Path) -> tuple[int, float]:
    """Exit code of `bayesnet WORDS`, and the seconds that it took."""
    begun = time.monotonic()
    process = start(*words, cwd=cwd)
    process.join(900)
    return process.exitcode, time.monotonic() - begun


def _run(words: list[str], cwd: Path) -> None:
    os.chdir(cwd)
    said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(said, stream.fileno())
    Network.parts = FEW_PARTS
    two = {run: width.STUDY.changes[run] for run in ("hidden-4", "hidden-12")}
    width.STUDY = replace(width.STUDY, changes=two)
    code = call(*words)
    sys.stdout.flush()
    os._exit(code)
