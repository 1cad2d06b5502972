"""A study of several runs that differ in a few settings, compared with each other."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr
from rich.console import Console

from bayesnet.contract import Problem, Result
from bayesnet.results import read_result
from bayesnet.runs import RUN_PARTS, Runs, compare_runs
from bayesnet.store import FORMAT
from data import InputError
from data.workers import Workers
from data.written import claimed
from studies.many import fit_missing, refuse_failures
from studies.question import FILES, Question, finish, settings_of
from studies.sharing import helpers
from studies.study import Study

# of a fit: when, and by which code
MADE = ("created", "seed", "seconds", "git_commit", "git_clean", "versions", "fingerprint")

# fields that runs have from it
SHARED = ("question", "data", "label", "methods", "seed", "quick", "max_memory", "workers")

Groups = Mapping[str, xr.Dataset]


@dataclass(frozen=True)
class Grid(Question):
    """A question asked by several runs."""

    name: str  # how the command line calls it, and its folder of results
    question: str  # one line for lists and reports
    changes: Mapping[str, Mapping[str, object]]  # name of each run -> what it has of its own
    baseline: str | None = None  # the run that the others are compared with, by default the first
    alike: bool = True  # whether all runs are tested on the same rows; if not, they stand side by side only
    data: str = "rupture2d"  # as of a `Study`, for the runs that have none of their own; so are all that follow
    label: str = "label"
    methods: tuple[str, ...] = ()
    balance: str = ""  # of the classes, where no run has one of its own
    seed: int = 0
    quick: bool = False
    max_memory: float | None = field(default=None, compare=False)
    workers: Workers = field(default=Workers(), compare=False)  # where fits are made; changes no result
    own: Callable[[Runs], Groups] | None = field(default=None, repr=False)  # statistics of this study alone ...
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ... and the sections that show them

    def studies(self) -> dict[str, Study]:
        """Each run as a study that can be run alone, as `bayesnet run NAME/RUN`."""
        shared = {name: getattr(self, name) for name in SHARED}
        runs = {run: Study(**shared | {"name": f"{self.name}/{run}"} | own) for run, own in self.changes.items()}
        balance = {"balance": self.balance} if self.balance else {}
        return {run: study.with_options(balance) for run, study in runs.items()}

    def run(self, out: Path, *, fresh: bool = False, console: Console | None = None) -> Result:
        """Run each study that is not finished, then compare them.

        Parameters
        ----------
        out : Path
            Folder of the results: a folder for each run (see `Study.run`), `comparison.nc`, `summary.csv`,
            `tables/*.csv`, `study.json`, `report.html`.
        fresh : bool
            Refit even where a stored fit has the same settings.
        console : rich.console.Console, optional
            Where progress is shown.

        Returns
        -------
        Result

        Raises
        ------
        InputError
            For input that cannot be used, or where fits failed. Finished fits stay where they are, also on Ctrl-C.
        """
        console = console or Console()
        settings = settings_of(self, "own", "changes", "sections", "max_memory", "workers")
        made_by = {name: value for name, value in settings.items() if name not in ("question", "baseline")}
        with claimed(out, FILES, made_by, fresh=fresh), ExitStack() as stack:
            runs = {}
            for run, study in self.studies().items():
                console.rule(f"{run} ({len(runs) + 1} of {len(self.changes)})")
                runs[run] = stack.enter_context(study.opened(out / run, fresh=fresh, console=console))
            failed = fit_missing(runs, self.workers, self.max_memory, console)
            with helpers(self.workers, min(opened.most_helpers() for opened in runs.values())) as made:
                for run, opened in runs.items():
                    if not failed or not opened.missing():
                        console.rule(run)
                        opened.finish(made)
            refuse_failures(failed)
            console.rule(self.name)
            folders = {run: out / run for run in self.changes}
            return compare_folders(folders, out, self.stored() | {"settings": settings}, self, console=console)

    def fixes(self, option: str) -> bool:
        """Whether no option of this name can change the study: it has none such, or its runs have their own."""
        if option == "balance":
            return any(study.balance != "none" for study in replace(self, balance="").studies().values())
        runs = replace(self, balance="").studies()
        return super().fixes(option) or any(
            option in own or runs[run].fixes(option) for run, own in self.changes.items()
        )


def compare_folders(
    folders: Mapping[str, Path], out: Path, study: dict, grid: Grid | None = None, *, seed: int = 0, console: Console
) -> Result:
    """Compare finished runs and write one report.

    Parameters
    ----------
    folders : mapping
        Folder of each run by its name.
    out : Path
        Receives `comparison.nc`, `summary.csv`, `tables/*.csv`, `study.json`, `report.html`.
    study : dict
        What `Question.stored` gives.
    grid : Grid, optional
        The study, where the runs are those of one: its baseline, statistics and sections.
    seed : int
        Of the bootstrap samples.
    console : rich.console.Console

    Returns
    -------
    Result

    Raises
    ------
    InputError
        Where a folder holds no finished run, or the test rows differ.
    """
    with console.status("comparing the runs"):
        found = {run: _one_run(folder) for run, folder in folders.items()}
        about = {run: _about(one, out) for run, one in found.items()}
        first = next(iter(found))
        runs = Runs(
            comparisons={run: one.parts for run, one in found.items()},
            fits={run: one.fits for run, one in found.items()},
            data={run: one.data for run, one in found.items()},
            baseline=(grid and grid.baseline) or first,
            seed=grid.seed if grid else seed,
        )
        alike = grid is None or grid.alike
        named = next((run for run in found if not about[run]["errors"]), None)  # columns may be exchanged in others
        comparison = compare_runs(runs, alike=alike, named=named)
        for group, content in (grid.own(runs) if grid and grid.own else {}).items():
            comparison[group] = xr.DataTree(content)
    sections = _sections(found, alike, grid.sections if grid else {})
    return finish(out, study | {"sections": sections, "runs": about}, comparison, console)


def _one_run(folder: Path) -> Result:
    """The results of a folder, refused where they are not those of one run."""
    result = read_result(folder)
    if not result.fits:
        runs = [str(folder / run) for run in result.study.get("runs", ())]
        advice = f"its runs are {', '.join(runs)}" if runs else "give the folder of a run"
        raise InputError(f"{folder} must hold one finished run, got those of a whole study; {advice}")
    return result


def _sections(found: Mapping[str, Result], alike: bool, own: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Sections of the page: those of the study, what differs, and those of the runs with what changes between them."""
    sections = {title: list(parts) for title, parts in own.items()} | {"Runs": ["runs"]}
    for one in found.values():
        for title, parts in one.study["sections"].items():
            here = sections.setdefault(title, [])
            here += [part for part in parts if part not in here]
    for title, parts in RUN_PARTS.items() if alike else ():
        sections.setdefault(title, []).extend(parts)
    return sections


def names_of(folders: Iterable[Path]) -> dict[str, Path]:
    """Short names of the folders of runs: the last part of their paths that tells them apart.

    Raises
    ------
    InputError
        Where a folder is given twice.
    """
    folders = list(folders)
    paths = [folder.resolve().parts for folder in folders]
    for parts in range(1, max(map(len, paths)) + 1):
        names = ["/".join(path[-parts:]) for path in paths]
        if len(set(names)) == len(names):
            return dict(zip(names, folders, strict=True))
    raise InputError(f"each run must be given once, got {', '.join(map(str, folders))}; leave the repeated one out")


def _about(result: Result, out: Path) -> dict:
    """What the report says of a run."""
    attributes, fits = result.parts.attrs, result.fits
    return {
        "folder": Path(os.path.relpath(result.folder, out)).as_posix(),
        "errors": sum(finding["severity"] == "error" for finding in result.findings or []),
        "settings": result.study["settings"],
        "problem": Problem.stored(next(iter(fits.values()))),
        "configs": {method: json.loads(fit.attrs["config"]) for method, fit in fits.items()},
        "made": {method: {key: _plain(fit.attrs[key]) for key in MADE} for method, fit in fits.items()},
        **{key: attributes[key] for key in ("data", "data_checksum", "reference")},
        **{key: int(attributes[key]) for key in ("n_train", "n_test")},
    }


def _plain(value: object) -> object:
    """An attribute of a stored file as JSON can hold it."""
    return value.item() if isinstance(value, np.generic) else value


def compared(name: str, question: str, command: str, seed: int) -> dict:
    """What `study.json` holds of a comparison of runs that no study made."""
    own = {"name": name, "question": question, "command": command}
    return {"format": FORMAT, **own, "seed": seed, "quick": False, "settings": {}}
