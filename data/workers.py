"""Many independent computations on the workers of a dask cluster: each lands as soon as it has ended."""

import io
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

import dask
from dask.system import CPU_COUNT

from data.errors import InputError
from data.interrupts import held_back_interrupts

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

WAITING = 1000  # computations that are handed to the scheduler at a time
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # of linear algebra in a worker
PATIENCE = 30  # seconds that an existing scheduler has to answer

_alone = threading.Lock()  # of a worker process: compilers' settings belong to the whole of it
_share: int | None = None  # of the processors, in a worker process


@dataclass(frozen=True)
class Job:
    """A computation that needs no other."""

    name: str  # as progress and errors call it
    call: Callable[..., object]  # importable, as are the classes of its arguments
    arguments: tuple = ()


@dataclass(frozen=True, repr=False)
class Workers:
    """Where jobs are made: in processes that are started for them, or on a cluster that exists."""

    number: int | None = None  # of processes here, by default one for each processor; 1: this process alone
    scheduler: str = ""  # address of the scheduler of a cluster, such as tcp://HOST:PORT
    scheduler_file: str = ""  # or the file that this scheduler wrote

    def __post_init__(self) -> None:
        """Refuse what leaves open where jobs are made."""
        if self.number is not None and self.number < 1:
            raise InputError(f"workers must be at least 1, got {self.number}; leave it out for one for each processor")
        given = [name for name, value in (("workers", self.number), *self._existing().items()) if value]
        if len(given) > 1:
            raise InputError(f"one of workers, scheduler and scheduler-file must be given, got {' and '.join(given)}")

    def __repr__(self) -> str:
        """As it was asked for."""
        return self.scheduler or self.scheduler_file or str(self.number or cores())

    def _existing(self) -> dict[str, str]:
        return {"scheduler": self.scheduler, "scheduler-file": self.scheduler_file}

    @property
    def here(self) -> Self:
        """Those of this machine alone: on a cluster, files of this one may not be there."""
        return Workers(self.number)

    def processes(self, jobs: int, most: int | None = None) -> int:
        """Processes that are started here for so many jobs, at `most` so many; 0 where a cluster exists."""
        if any(self._existing().values()):
            return 0
        return max(1, min(self.number or cores(), cores(), jobs, most or jobs))


def cores() -> int:
    """Processors that this process may use: in a worker its share of them."""
    return _share or CPU_COUNT


def outcomes(jobs: Sequence[Job], workers: Workers, most: int | None = None) -> Iterator[tuple[Job, object]]:
    """Yield each job with what its call returned, or with the `Exception` that it raised, as soon as it has ended.

    A job whose worker is lost is made again by another. What a job returns depends on the job alone, so results are the
    same for any number of workers.

    Parameters
    ----------
    jobs : sequence of Job
    workers : Workers
    most : int, optional
        Processes that are started here at most, such as memory allows.

    Raises
    ------
    InputError
        Where the scheduler of an existing cluster does not answer.
    """
    with pool(workers, most) as made:
        yield from made.outcomes(jobs)


@contextmanager
def pool(workers: Workers, most: int | None = None) -> Iterator["Pool"]:
    """Workers for several lots of jobs, one after the other: see `outcomes`."""
    with ExitStack() as stack:
        yield Pool(workers, most, stack)


class Pool:
    """Workers that stay from one lot of jobs to the next; they are started with the first lot that has use for them."""

    def __init__(self, workers: Workers, most: int | None, stack: ExitStack) -> None:
        self._workers, self._most, self._stack = workers, most, stack
        self._client: Client | None = None
        self._share: int | None = None

    def outcomes(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, object]]:
        """Yield each job with what its call returned or raised."""
        processes = self._workers.processes(len(jobs), self._most)
        if not jobs or (processes == 1 and self._client is None):
            for job in jobs:
                yield job, _outcome(job)
            return
        if self._client is None:
            self._client = self._stack.enter_context(_client(self._workers, processes))
            self._share = cores() // processes if processes else None
        yield from _landing(jobs, self._client, self._share)


def _outcome(job: Job) -> object:
    try:
        return job.call(*job.arguments)
    except Exception as error:
        return error


def _landing(jobs: Sequence[Job], client: "Client", share: int | None) -> Iterator[tuple[Job, object]]:
    """Hand jobs to the scheduler, a bounded number at a time, and yield what comes back."""
    from distributed import as_completed

    queue, running = iter(jobs), {}

    def handed(number: int) -> list["Future"]:
        futures = []
        for job in islice(queue, number):
            futures.append(client.submit(_in_worker, share, job, pure=False))
            running[futures[-1].key] = job
        return futures

    landing = as_completed(handed(WAITING), with_results=True, raise_errors=False)
    for future, outcome in landing:
        failed = future.status == "error"  # what came is then the error's type, itself, and its traceback
        yield running.pop(future.key), outcome[1] if failed else outcome
        landing.update(handed(1))


def _in_worker(share: int | None, job: Job) -> object:
    """Make a job in a worker process: no two at a time, on its share of the processors, and without a word."""
    from distributed import get_worker

    global _share
    with _alone, redirect_stdout(io.StringIO()):
        _share = max(1, share or get_worker().state.nthreads)
        return job.call(*job.arguments)


@contextmanager
def _client(workers: Workers, processes: int) -> Iterator["Client"]:
    """A connection to an existing cluster, or to one of so many processes here, which end with it."""
    from distributed import Client

    if processes:
        with _cluster(processes) as cluster, Client(cluster) as client:
            yield client
        return
    found = {"address": workers.scheduler} if workers.scheduler else {"scheduler_file": workers.scheduler_file}
    if workers.scheduler_file and not Path(workers.scheduler_file).is_file():
        raise InputError(f"no file {workers.scheduler_file}; give the one that the scheduler wrote")
    try:
        client = Client(**found, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the scheduler {workers} did not answer within {PATIENCE} s ({error}); start it first, or leave it out"
        ) from error
    with client:
        yield client


@contextmanager
def _cluster(processes: int) -> Iterator["LocalCluster"]:
    """A cluster of processes here, which nobody else can send anything to, and which Ctrl-C does not reach."""
    from distributed import LocalCluster

    settings = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
    # dask would also have memory given back to the system at once (MALLOC_TRIM_THRESHOLD_), at up to half of the time
    settings["distributed.nanny.pre-spawn-environ"] = dict.fromkeys(ONE_THREAD, 1)
    with held_back_interrupts(), _inherited_block(), dask.config.set(settings):  # half a cluster cannot be closed
        cluster = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            security=True,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
            env={"TMPDIR": tempfile.gettempdir()},
        )
    with cluster:
        try:
            yield cluster
        except BaseException:
            for worker in cluster.workers.values():  # what they are at is wanted no more
                os.kill(worker.pid, signal.SIGKILL)
            raise


@contextmanager
def _inherited_block() -> Iterator[None]:
    """Block Ctrl-C in threads and processes that are started meanwhile: a terminal sends it to all of a program's."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
