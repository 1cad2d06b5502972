"""A study of several runs that differ in a few settings, held against each other on the same test rows."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet.runs import compare_runs
from data import InputError
from data.files import read_json, write_text
from reports.figures import Run, load_run
from reports.runs import build_report
from reports.runs.tables import RUN_TABLES, summary_of_runs
from reports.sections.provenance import command_of
from reports.tables import write_tables
from studies.question import Question
from studies.study import Study, say

MADE = ("created", "git_commit", "versions", "fingerprint")  # of a fit: when, and by which code
KIND = "runs"  # of the folder: which report it gets

Groups = dict[str, xr.Dataset]


@dataclass(frozen=True)
class Grid(Question):
    """A question asked by several runs."""

    name: str  # how the command line calls it, and its folder of results
    question: str  # one line for lists and reports
    changes: Mapping[str, Mapping[str, object]]  # name of each run -> what it has of its own
    baseline: str | None = None  # the run that the others are held against, by default the first
    catalogue: str = "rupture2d"  # as of a `Study`, for the runs that have none of their own; so are all that follow
    label: str = "label"
    methods: tuple[str, ...] = ("mlp", "advi", "nuts")
    balance: str = "none"
    seed: int = 0
    quick: bool = False
    own: Callable[[Mapping[str, Run], int], Groups] | None = field(default=None, repr=False)  # statistics of this study

    def studies(self) -> dict[str, Study]:
        """Each run as a study that can be run alone, as `bayesnet run NAME/RUN`."""
        shared = {
            name: getattr(self, name)
            for name in ("question", "catalogue", "label", "methods", "balance", "seed", "quick")
        }
        return {run: Study(**shared | {"name": f"{self.name}/{run}"} | own) for run, own in self.changes.items()}

    def run(self, out: Path, *, fresh: bool = False, console: Console | None = None) -> None:
        """Run each study that is not finished, then hold them against each other.

        Parameters
        ----------
        out : Path
            Folder of the results: a folder a run (see `Study.run`), `comparison.nc`, `summary.csv`, `tables/*.csv`,
            `study.json`, `report.html`.
        fresh : bool
            Refit even where a stored fit has the same settings.
        console : rich.console.Console, optional
            Where progress is shown.

        Raises
        ------
        InputError
            For input that cannot be used. Finished fits stay where they are, also on Ctrl-C.
        """
        console = console or Console()
        for place, (run, study) in enumerate(self.studies().items(), start=1):
            console.rule(f"{run} ({place} of {len(self.changes)})")
            study.run(out / run, fresh=fresh, console=console)
        console.rule(self.name)
        chosen = {name: value for name, value in asdict(replace(self, own=None)).items() if not self.fixes(name)}
        study = {"name": self.name, "question": self.question, "command": command_of(chosen)}
        folders = {run: out / run for run in self.changes}
        compare_folders(folders, out, study, baseline=self.baseline, seed=self.seed, own=self.own, console=console)

    def fixes(self, setting: str) -> bool:
        """Whether the runs have a setting of their own, which no option can change."""
        return super().fixes(setting) or any(setting in own for own in self.changes.values())


def compare_folders(
    folders: Mapping[str, Path],
    out: Path,
    study: Mapping[str, str],
    *,
    baseline: str | None = None,
    seed: int = 0,
    own: Callable[[Mapping[str, Run], int], Groups] | None = None,
    console: Console,
) -> None:
    """Hold finished runs against each other and write one report.

    Parameters
    ----------
    folders : mapping
        Folder of each run by its name.
    out : Path
        Receives `comparison.nc`, `summary.csv`, `tables/*.csv`, `study.json`, `report.html`.
    study : mapping
        For the report: its `name`, its `question`, and the `command` that makes it again.
    baseline : str, optional
        The run that the others are held against, by default the first.
    seed : int
        Of the bootstrap samples.
    own : callable, optional
        Statistics of this study, of the runs and the seed, to be stored as further groups.
    console : rich.console.Console

    Raises
    ------
    InputError
        Where a folder holds no finished run, or the test rows differ.
    """
    with console.status("comparing the runs"):
        runs = {run: load_run(folder) for run, folder in folders.items()}
        about = {run: _about(one, folders[run], out) for run, one in runs.items()}
        comparison = compare_runs(
            {run: one.comparison for run, one in runs.items()},
            {run: one.fits for run, one in runs.items()},
            baseline=baseline,
            named=next((run for run in runs if not about[run]["errors"]), None),  # columns may be exchanged in others
            seed=seed,
        )
        for group, content in (own(runs, seed) if own else {}).items():
            comparison[group] = xr.DataTree(content)
    comparison.attrs |= {"runs": json.dumps(about), **bayesnet.provenance()}
    bayesnet.save(comparison, out / "comparison.nc")
    stored = {"kind": KIND, **study, "runs": {run: one["folder"] for run, one in about.items()}}
    write_text(json.dumps(stored, indent=2) + "\n", out / "study.json")
    write_text(summary_of_runs(comparison).to_csv(), out / "summary.csv")
    write_tables(comparison, out / "tables", RUN_TABLES)
    build_report(out)
    say(console, f"{out}: report.html, comparison.nc, summary.csv and tables/ of {len(runs)} runs")


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


def _about(run: Run, folder: Path, out: Path) -> dict:
    """What the report says of a run."""
    attributes, audit = run.comparison.attrs, folder / "audit.json"
    findings = read_json(audit) if audit.is_file() else []
    return {
        "folder": Path(os.path.relpath(folder, out)).as_posix(),
        "errors": sum(finding["severity"] == "error" for finding in findings),
        "study": json.loads(attributes.get("study", "{}")),
        "networks": {method: json.loads(fit.attrs["network"]) for method, fit in run.fits.items()},
        "configs": {method: json.loads(fit.attrs["config"]) for method, fit in run.fits.items()},
        "made": {method: {key: fit.attrs[key] for key in MADE} for method, fit in run.fits.items()},
        **{key: attributes[key] for key in ("catalogue", "catalogue_checksum", "reference")},
        **{key: int(attributes[key]) for key in ("n_train", "n_test")},
    }
