"""Jobs on workers: the same results however many there are, and nothing lost with a worker or a job that fails."""

import os
import signal
import time
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from data import InputError, workers
from data.workers import Job, Workers, cores, outcomes


def draw(seed: int) -> float:
    """A number that depends on the seed alone."""
    if seed == 3:
        raise InputError("seed must not be 3, got 3; use 4")
    return float(np.random.default_rng(seed).normal())


def meet(folder: Path, number: int) -> int:
    """Tell who is at it, wait a moment, and return the process."""
    with open(folder / f"job-{number}", "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.2)
    return os.getpid()


def share(_: int) -> int:
    """Processors that a job may use."""
    return cores()


QUIET = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
DRAWS = [Job(f"seed {seed}", draw, (seed,)) for seed in range(8)]


def found(jobs, where):
    return {job.name: outcome for job, outcome in outcomes(jobs, where)}


@pytest.fixture
def two_processors(monkeypatch):
    """Two, and little patience with a worker that does not answer, which has 30 s to."""
    monkeypatch.setattr(workers, "CPU_COUNT", 2)
    with dask.config.set({"distributed.comm.timeouts.connect": "2s"}):
        yield


def test_one_process_makes_jobs_in_their_order_and_goes_on_after_an_error():
    ended = list(outcomes(DRAWS, Workers(1)))
    assert [job for job, _ in ended] == DRAWS
    assert isinstance(ended[3][1], InputError)
    assert ended[7][1] == draw(7)


def test_two_processes_lose_nothing_with_a_worker_that_is_killed(tmp_path, two_processors):
    jobs, killed, done = [Job(f"job {number}", meet, (tmp_path, number)) for number in range(8)], 0, {}
    for job, process in outcomes([*jobs, *DRAWS], Workers(2)):
        done[job.name] = process
        if not killed:
            killed = process
            os.kill(killed, signal.SIGKILL)
    here = found(DRAWS, Workers(1))
    assert done.keys() == {job.name for job in jobs} | here.keys()
    assert {name: done[name] for name in here if name != "seed 3"} == {
        name: value for name, value in here.items() if name != "seed 3"
    }
    assert isinstance(done["seed 3"], InputError)
    assert str(done["seed 3"]) == "seed must not be 3, got 3; use 4"
    tries = [len((tmp_path / f"job-{number}").read_text().split()) for number in range(8)]
    assert min(tries) == 1
    assert sum(tries) <= len(jobs) + 2  # the one that was under way, and one whose result was not fetched yet
    assert os.getpid() not in done.values()


@pytest.mark.heavy
def test_a_cluster_that_exists_is_used_by_its_address_and_its_file(tmp_path):

    file = tmp_path / "scheduler.json"
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, scheduler_kwargs=QUIET, silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        client.write_scheduler_file(str(file))
        for where in (Workers(scheduler=cluster.scheduler_address), Workers(scheduler_file=str(file))):
            assert found([Job("draw", draw, (5,)), Job("share", share, (0,))], where) == {"draw": draw(5), "share": 2}


def test_of_processes_no_more_are_started_than_there_is_use_for(two_processors):
    assert Workers().processes(jobs=8) == 2
    assert Workers(10**9).processes(jobs=8) == 2
    assert Workers().processes(jobs=1) == 1
    assert Workers().processes(jobs=8, most=1) == 1
    assert Workers(scheduler="tcp://there:8786").processes(jobs=8) == 0


def test_what_leaves_open_where_jobs_are_made_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="workers must be at least 1, got 0"):
        Workers(0)
    with pytest.raises(InputError, match="got workers and scheduler"):
        Workers(2, scheduler="tcp://there:8786")
    with pytest.raises(InputError, match="no file"):
        found(DRAWS, Workers(scheduler_file=str(tmp_path / "none.json")))
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense"):
        with pytest.raises(InputError, match="did not answer"):
            found(DRAWS, Workers(scheduler=address))
