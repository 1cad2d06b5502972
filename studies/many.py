"""Many computations that need no other: made on workers, each stored as it lands, with an estimate of the end."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xarray as xr
from rich.console import Console

from bayesnet.store import provenance, save
from data import InputError
from data.workers import Job, Workers, outcomes
from reports.words import duration
from studies.question import say, stored_tree
from studies.resources import most_workers
from studies.study import Run

EVERY = 10  # seconds between two lines of progress
MOST_TOLD = 3  # failures that are told in the one line at the end


def land(
    jobs: Sequence[Job],
    keep: Callable[[Job, object], None],
    workers: Workers,
    console: Console,
    most: int | None = None,
) -> dict[str, str]:
    """Make jobs and keep what each returns as soon as it has ended; one that fails costs the others nothing.

    Parameters
    ----------
    jobs : sequence of Job
        Of different names.
    keep : callable
        Stores what a job returned.
    workers : Workers
    console : rich.console.Console
        Where a line of progress is shown from time to time.
    most : int, optional
        Processes that are started at most.

    Returns
    -------
    dict
        What is wrong with the jobs that failed, by name, in one line each.
    """
    failed: dict[str, str] = {}
    started = told = time.monotonic()
    if (number := workers.processes(len(jobs), most)) != 1:
        say(console, f"{len(jobs)} computations {f'in {number} processes' if number else f'on {workers}'}")
    for ended, (job, outcome) in enumerate(outcomes(jobs, workers, most), start=1):
        if isinstance(outcome, Exception):
            failed[job.name] = _words(outcome)
            say(console, f"{job.name} failed: {failed[job.name]}")
        else:
            keep(job, outcome)
        now = time.monotonic()
        if now - told > EVERY or ended == len(jobs):
            left = (now - started) / ended * (len(jobs) - ended)
            say(console, f"{ended} of {len(jobs)} have ended, about {duration(left)} left")
            told = now
    return failed


def refuse_failures(failed: Mapping[str, str]) -> None:
    """Raise an `InputError` that names what failed; nothing where nothing did."""
    if not failed:
        return
    told = "; ".join(f"{name}: {words}" for name, words in list(failed.items())[:MOST_TOLD])
    more = f"; and {len(failed) - MOST_TOLD} more" if len(failed) > MOST_TOLD else ""
    raise InputError(
        f"{len(failed)} computations failed ({told}{more}); the others are stored, and the same command makes only "
        "these again"
    )


def fit_missing(
    runs: Mapping[str, Run], workers: Workers, max_memory: float | None, console: Console
) -> dict[str, str]:
    """Make and store the fits that runs lack and that need no other fit; return what failed, as `land` does.

    A fit that several runs have in common is made once.
    """
    lacking: dict[str, list[tuple[Run, str]]] = {}  # by fingerprint
    for run in runs.values():
        for method in run.missing():
            lacking.setdefault(run.fingerprint(method), []).append((run, method))
    if not lacking:
        return {}
    first = [users[0] for users in lacking.values()]
    jobs = [run.job(method) for run, method in first]
    users_of = dict(zip((job.name for job in jobs), lacking.values(), strict=True))

    def keep(job: Job, tree: object) -> None:
        for run, method in users_of[job.name]:
            run.keep(method, tree)
        say(console, f"{job.name}: {tree.attrs['seconds']:.0f} s")

    most = most_workers((run.needs[method] for run, method in first), max_memory)
    return land(jobs, keep, workers, console, most)


def stored_or_made(
    jobs: Mapping[str, Job], out: Path, workers: Workers, *, fresh: bool, console: Console
) -> tuple[dict[str, xr.Dataset], dict[str, str]]:
    """Return what each job gave: what an earlier run stored, else what is made and stored now.

    Parameters
    ----------
    jobs : mapping
        By what their results are known by: the fingerprint of everything that determines them. Each returns an
        `xarray.Dataset`.
    out : Path
        Folder of the results, claimed for `files_of_jobs`.
    workers : Workers
    fresh : bool
        Make all anew.
    console : rich.console.Console

    Returns
    -------
    made : dict
        By the names of the jobs, in their order.
    failed : dict
        What is wrong with the others: see `land`.

    Raises
    ------
    InputError
        Where all fail.
    """
    paths = dict(zip(jobs, (out / file for file in files_of_jobs(jobs)), strict=True))
    made = {known: None if fresh else stored_tree(path, known, console) for known, path in paths.items()}
    known_by = {job.name: known for known, job in jobs.items()}

    def keep(job: Job, found: object) -> None:
        tree, known = xr.DataTree(found), known_by[job.name]
        tree.attrs |= {"fingerprint": known, "created": datetime.now(UTC).isoformat(timespec="seconds"), **provenance()}
        made[known] = tree
        save(tree, paths[known])

    failed = land([jobs[known] for known, tree in made.items() if tree is None], keep, workers, console)
    if failed and len(failed) == len(jobs):
        refuse_failures(failed)
    return {jobs[known].name: tree.to_dataset() for known, tree in made.items() if tree is not None}, failed


def files_of_jobs(known: Iterable[str]) -> list[str]:
    """The files of results by what they are known by."""
    return [f"made/{one[:24]}.nc" for one in known]


def _words(error: Exception) -> str:
    """An error in one line."""
    text = " ".join(str(error).split())
    return text if isinstance(error, InputError) else f"{type(error).__name__}: {text}"
