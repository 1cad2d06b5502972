"""What a run will need, told before it starts, and refused where there is less: memory and disk."""

import math
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from bayesnet.contract import Problem
from bayesnet.fitting import PRIOR_DRAWS
from bayesnet.grading import POSITION, number_of_resamples
from bayesnet.methods import METHODS
from data import InputError

BYTES = 8  # of a number
GIB = 2**30
MEMORY = Path("/proc/meminfo")  # in kiB
START = 0.6  # GiB that the libraries take
COPIES = 3  # of a fit in memory while it is made and compared


@dataclass(frozen=True)
class Needs:
    """Of one fit: numbers that are stored, numbers that its sampler holds before draws are thinned, and test rows."""

    stored: int
    drawn: int
    tested: int

    @classmethod
    def of(cls, method: str, problem: Problem, config: object, data: xr.Dataset, seed: int) -> "Needs":
        """Needs of a method with its settings: a draw of each start holds parameters and a number for each row."""
        problem = METHODS[method].problem(problem)
        train = problem.train(data, seed)
        parameters, rows = _parameters(problem, train), train["y"].size
        chains, starts, thin, warmup = (
            getattr(config, name, other) for name, other in (("chains", 1), ("restarts", 1), ("thin", 1), ("warmup", 0))
        )
        draws = chains * getattr(config, "draws", 1)
        tested = problem.test(data)[problem.outcome].size
        of_starts = starts * draws * (parameters + tested)
        of_prior = PRIOR_DRAWS * (parameters + rows // BYTES)  # an outcome, a class, takes one byte
        stored = draws * (parameters + rows) + of_starts + of_prior
        return cls(stored, (draws * thin + chains * warmup) * parameters, tested)


def check_resources(needs: dict[str, Needs], out: Path, max_memory: float | None = None) -> str:
    """What fits need, in words.

    Parameters
    ----------
    needs : dict
        Of every method. Fits that the folder holds already take no more of the disk.
    out : Path
        Folder of the results.
    max_memory : float, optional
        GiB that may be used, by default what the machine has free.

    Raises
    ------
    InputError
        Where there is less memory, or less room on the disk.
    """
    memory = START + _gib(need.drawn + COPIES * need.stored for need in needs.values())
    tested = max(need.tested for need in needs.values())
    memory += number_of_resamples(tested) * np.dtype(POSITION).itemsize * tested / GIB
    disk = _gib(need.stored for method, need in needs.items() if not (out / f"{method}.nc").exists())
    there, room = _free_memory() if max_memory is None else max_memory, _free_disk(out)
    words = f"about {memory:.1f} GiB of memory and {disk:.2g} GiB on disk"
    if memory > there:
        raise InputError(
            f"the fits need {words}, got {there:.3g} GiB of memory; use fewer rows or methods, --quick, or allow more "
            "with --max-memory"
        )
    if disk > room:
        raise InputError(
            f"the fits need {words}, got {room:.3g} GiB where {out} lies; make room, or choose another disk with --out"
        )
    return words


def most_workers(needs: Iterable[Needs], max_memory: float | None = None, *, together: bool = False) -> int:
    """How many processes the memory allows beside this one; at least one.

    Each makes one of some fits, the largest, or, `together`, holds all of them when they are made.
    """
    there = _free_memory() if max_memory is None else max_memory
    each = [COPIES * need.stored + (0 if together else need.drawn) for need in needs]
    each = START + _gib(each if together else [max(each)])
    return max(1, int(min((there - START) / each, sys.maxsize)))


def _gib(numbers: Iterable[int]) -> float:
    return BYTES * sum(numbers) / GIB


def _parameters(problem: Problem, train: xr.Dataset) -> int:
    """Number of free parameters of a problem's model."""
    model = problem.model(train)
    total = 0
    for variable in model.free_RVs:
        dims = model.named_vars_to_dims.get(variable.name)
        shape = [len(model.coords[dim]) for dim in dims] if dims else [size or 1 for size in variable.type.shape]
        total += math.prod(shape)
    return total


def _free_disk(out: Path) -> float:
    """GiB that are free where a folder lies or will lie."""
    there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    return shutil.disk_usage(there).free / GIB


def _free_memory() -> float:
    """GiB of memory that are free; without bound where the system does not say."""
    if not MEMORY.exists():  # not Linux
        return math.inf
    sizes = dict(line.split(":") for line in MEMORY.read_text().splitlines())
    return int(sizes["MemAvailable"].split()[0]) / 2**20
