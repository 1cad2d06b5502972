"""What of the main job's verdict survives other splits of the catalogue, other starts and other seeds?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import xarray as xr
from rich.console import Console

from bayesnet import METHODS, Network, Problem
from bayesnet.splits.measure import METRIC, measure, measure_own
from bayesnet.splits.summary import differences, drops, grades, learning, ranks
from data import load_catalogue, rows
from data.catalogue import TRAIN
from data.files import fingerprint
from data.workers import Job, Workers
from data.written import claim
from reports.words import listed, name_of
from studies import QUESTIONS
from studies.commands import run_script
from studies.many import files_of_jobs, refuse_failures, stored_or_made
from studies.pieces import PieceStudy, stored_derived
from studies.study import possible_methods

REPEATS, QUICK_REPEATS = 50, 3
CURVES = 10  # splits that are fitted with fewer training rows too
LEAST = 100  # training rows of the shortest of them at least
OWN = "own split"
PIECES = ("grades", "ranks", "survival", "drops", "learning")


@dataclass(frozen=True)
class Splits(PieceStudy):
    """The question of the main job, asked of many splits of its catalogue."""

    name: str = "splits"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["splits"]
    data: str = "rupture2d"  # one of `data.LIBRARY` or a CSV file
    label: str = "label"  # column of the outcome in a CSV file
    problem: Problem = field(default_factory=Network)
    methods: tuple[str, ...] = ("logistic", "physics", "mlp", "ensemble", "advi", "hmc")
    optional: tuple[str, ...] = ("physics",)  # of them, left out where the catalogue lacks its inputs
    repeats: int | None = None  # splits, by default REPEATS; quick: QUICK_REPEATS
    seed: int = 0  # of the splits, and of all that is fitted
    quick: bool = False  # the methods' small settings: shows that everything works
    workers: Workers = field(default=Workers(), compare=False)  # where fits are made; changes no result

    title: ClassVar[str] = "Splits"
    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "What survives": ("splits.survival",),
        "Grades": ("splits.grades", "splits.ranks"),
        "Which inputs matter": ("splits.drops",),
        "Training rows": ("splits.learning",),
    }
    growing: ClassVar[tuple[str, ...]] = ("repeats",)

    def files(self) -> list[str]:
        """What follows from the fits; the files of these depend on the catalogue, and are claimed with it."""
        return [f"{name}.nc" for name in PIECES]

    def measured(self, out: Path, *, fresh: bool, console: Console) -> dict[str, xr.Dataset]:
        """Fit every method to every split, and put together what that says."""
        catalogue = load_catalogue(self.data, label=self.label, seed=self.seed)
        methods = possible_methods(self.methods, self.optional, self.problem, catalogue, self.seed, console)
        study = replace(self, methods=methods)
        fits = {_name(*one): one for one in study._fits(rows(catalogue, TRAIN).sizes["simulation"])}
        jobs = study._jobs(catalogue, fits)
        claim(out, files_of_jobs(jobs))
        found, failed = stored_or_made(jobs, out, self.workers, fresh=fresh, console=console)
        if OWN not in found:
            refuse_failures(failed)
        return _derived({one: found[name] for name, one in fits.items() if name in found}, found[OWN], failed, out)

    def config(self, method: str) -> object:
        """Settings of a method."""
        return METHODS[method].quick if self.quick else METHODS[method].config

    def _fits(self, n_train: int) -> Iterator[tuple[str, int, int]]:
        """Method, training rows and repeat of every fit: all rows first, then half of them again and again."""
        repeats = self.repeats or (QUICK_REPEATS if self.quick else REPEATS)
        yield from ((method, n_train, repeat) for repeat in range(repeats) for method in self.methods)
        size = n_train // 2
        while size >= (n_train // 2 if self.quick else LEAST):
            yield from ((m, size, repeat) for repeat in range(min(repeats, CURVES)) for m in self.methods)
            size //= 2

    def _jobs(self, catalogue: xr.Dataset, fits: Mapping[str, tuple[str, int, int]]) -> dict[str, Job]:
        """Every computation by what its result is known by."""
        same = {"study": self.name, "data": catalogue.attrs["checksum"], "seed": self.seed, "importance": METRIC}
        configs = {method: self.config(method) for method in self.methods}
        known = {
            m: {"config": asdict(c), "problem": METHODS[m].problem(self.problem).settings()} for m, c in configs.items()
        }
        jobs = {fingerprint(same | known): Job(OWN, measure_own, (self.problem, catalogue, configs, self.seed))}
        for name, (method, size, repeat) in fits.items():
            settings = same | {"method": method, **known[method], "size": size, "repeat": repeat}
            arguments = (method, self.problem, catalogue, configs[method], repeat, self.seed, size)
            jobs[fingerprint(settings)] = Job(name, measure, arguments)
        return jobs

    def made_from(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the head of the page."""
        graded = pieces["grades"]
        methods = listed([name_of(str(method)) for method in graded["method"].values])
        return (
            f"{self.data}: {graded.sizes['repeat']} splits of {int(graded['n_train'])} training and "
            f"{int(graded['n_test'])} test rows; {methods}"
        )

    def found(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """Which method is first on how many splits."""
        share = pieces["ranks"]["share"].sel(rank=1)
        best = str(share["method"].values[int(share.values.argmax())])
        of = f"{float(share.max()):.0%} of {int(pieces['ranks']['repeats'])} splits"
        return f"{name_of(best)} has the highest log score on {of}"


def _name(method: str, size: int, repeat: int) -> str:
    return f"{method}, {size} rows of split {repeat}"


def _derived(measured: Mapping, own: xr.Dataset, failed: dict[str, str], out: Path) -> dict[str, xr.Dataset]:
    """The pieces of the page, stored."""
    of_fits = {_name(*one): found for one, found in measured.items()} | {OWN: own}
    graded = grades(measured).assign_attrs(failed=json.dumps(failed))
    made = {
        "grades": graded,
        "ranks": ranks(graded),
        "survival": differences(graded, own),
        "drops": drops(measured),
        "learning": learning(measured),
    }
    return {name: stored_derived(piece, name, of_fits, out) for name, piece in made.items()}


STUDY = Splits()

if __name__ == "__main__":
    run_script(STUDY)
