"""The comparison of a run and its page, made in several processes, each of which reads the stored files of the run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import xarray as xr

from bayesnet.comparison import context_of, parts_of, reference_of
from bayesnet.context import Context, part_named
from bayesnet.contract import Result
from bayesnet.problems import problem_of
from bayesnet.results import DATA, read_result
from bayesnet.store import load
from data.workers import Job, Pool, Workers, pool
from reports.content import Section
from reports.page import section_of
from reports.view import views_of


@contextmanager
def helpers(workers: Workers, most: int) -> Iterator[Pool | None]:
    """Processes of this machine, at `most` so many; None where it would be one, since this one does as well."""
    if workers.here.processes(most) == 1:
        yield None
        return
    with pool(workers.here, most) as made:
        yield made


def shared_parts(
    fits: Mapping[str, xr.DataTree], folder: Path, seed: int, made: Pool, progress: Callable[[str], None]
) -> dict[str, xr.Dataset]:
    """Parts of the comparison of a run by name, but for those that follow from another: see `bayesnet.compare`.

    Parameters
    ----------
    fits : mapping
        By the name of their method.
    folder : Path
        Holds the data and these fits.
    seed : int
    made : Pool
    progress : callable
        Receives how many parts are computed, in words.
    """
    names = parts_of(problem_of(fits[reference_of(fits)]))
    jobs = [Job(name, _part, (folder, tuple(fits), seed, name)) for name in names if not part_named(name).made_from]
    return _landed(jobs, made, progress)


def shared_sections(result: Result, made: Pool) -> dict[str, Section | None]:
    """What the views of a result show, by the name of their part: see `reports.page.render`."""
    return _landed([Job(name, _section, (result.folder, name)) for name in views_of(result)], made)


def _landed(jobs: Sequence[Job], made: Pool, progress: Callable[[str], None] = lambda done: None) -> dict[str, object]:
    found = {}
    for job, outcome in made.outcomes(jobs):
        if isinstance(outcome, Exception):
            raise outcome
        found[job.name] = outcome
        progress(f"{len(found)} of {len(jobs)} parts")
    return found


def _part(folder: Path, methods: tuple[str, ...], seed: int, name: str) -> xr.Dataset:
    return _context(folder, methods, seed).part(name)


@lru_cache(maxsize=1)
def _context(folder: Path, methods: tuple[str, ...], seed: int) -> Context:
    fits = {method: load(folder / f"{method}.nc") for method in methods}
    return context_of(fits, load(folder / DATA).to_dataset(), seed)


def _section(folder: Path, name: str) -> Section | None:
    return section_of(_result(folder), name)


_result = lru_cache(maxsize=1)(read_result)
