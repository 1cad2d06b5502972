"""What all studies have in common: their options, the command that makes them again, and where results go."""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Self

import xarray as xr
from rich.console import Console

from bayesnet.contract import Result
from bayesnet.results import PARTS, STUDY, files_of, read_result, write_study
from bayesnet.store import FORMAT, load, provenance, save
from data import InputError
from data.errors import DamagedError
from data.files import write_text
from reports.content import Section
from reports.page import REPORT, checks_of, write_report
from reports.summary import display, summarise, summary_json
from reports.tables import csv_text, write_tables
from reports.view import FAIL, WARN

RESULTS = Path("results")
SUMMARY = ("summary.json", "summary.csv")
FILES = (STUDY, PARTS, *SUMMARY, REPORT)  # that every study of fits writes
# options that the folder's name tells where they are not the study's own
TOLD = ("data", "label", "methods", "balance", "seed")
MORE = "repeats"  # an option that adds to what a folder holds


class Question:
    """A study, as the command line knows it: a frozen dataclass with a `name`, a `question` and a method `run`."""

    name: str
    question: str
    seed: int
    quick: bool

    def run(self, out: Path, *, fresh: bool, console: Console) -> Result:
        """Make everything that is not stored yet, and the report."""
        raise NotImplementedError

    def studies(self) -> "Mapping[str, Question]":
        """Its runs, where it has several that can be run alone."""
        return {}

    def fixes(self, option: str) -> bool:
        """Whether no option of this name can change the study."""
        return option not in {field.name for field in fields(self)}

    def with_options(self, given: Mapping[str, object]) -> Self:
        """The study with other settings.

        Raises
        ------
        InputError
            For a setting that it does not have, or in which its runs differ.
        """
        for option, value in given.items():
            if self.fixes(option):
                alone = next((f", or run one of its runs alone: {self.name}/{run}" for run in self.studies()), "")
                raise InputError(f"{self.name} leaves no choice of {option}, got {value!r}; leave it out{alone}")
        return replace(self, **given)

    @property
    def command(self) -> str:
        """The command line that makes the study again."""
        values = {option: getattr(self, option, "") for option in (*TOLD, MORE) if not self.fixes(option)}
        words = ["bayesnet", "run", self.name]
        for option, value in values.items():
            if value not in ("", (), None) and (option, value) != ("label", "label"):
                words += [f"--{option}", ",".join(value) if isinstance(value, tuple) else str(value)]
        return shlex.join([*words, *(["--quick"] if self.quick else [])])

    def stored(self) -> dict:
        """What every `study.json` holds; a report needs it."""
        own = {"name": self.name, "question": self.question, "command": self.command}
        return {"format": FORMAT, **own, "seed": self.seed, "quick": self.quick}


def settings_of(study: Question, *hidden: str) -> dict:
    """The settings of a study as JSON can hold them, without those that are `hidden`."""
    values = {field.name: getattr(study, field.name) for field in fields(study) if field.name not in hidden}
    return json.loads(json.dumps(values, default=lambda one: asdict(one) if is_dataclass(one) else str(one)))


def default_folder(study: Question, base: Question) -> Path:
    """`results/<study>`, with what differs from the study's own settings in the name, so that neither run is lost."""
    changes = []
    for option in TOLD:
        value = getattr(study, option, None)
        if value != getattr(base, option, None):
            changes.append(_told(option, value))
    changes += ["quick"] if study.quick else []
    whole, *run = study.name.split("/")  # a run of a study lies in that study's folder
    return RESULTS.joinpath("-".join([whole, *changes]), *run)


def _told(option: str, value: object) -> str:
    """An option in the name of a folder."""
    if option == "data":
        return Path(value).stem
    return "-".join([option, *(value if isinstance(value, tuple) else (str(value),))])


def say(console: Console, text: str) -> None:
    """Print a line as it is: not coloured, not broken, and no text of it taken for markup."""
    console.print(text, highlight=False, soft_wrap=True, markup=False, emoji=False)


def say_checks(result: Result, console: Console) -> bool:
    """Print which checks of the report did not pass, in one line, and return whether all did."""
    checks = checks_of(result)
    doubtful = [check for state in (FAIL, WARN) for check in checks if check.state == state]
    told = "; ".join(f"{check.name} ({check.state})" for check in doubtful)
    say(console, f"{len(doubtful)} of {len(checks)} checks do not pass: {told}" if told else "all checks pass")
    return not doubtful


def stored_tree(path: Path, expected: str, console: Console) -> xr.DataTree | None:
    """A stored result whose settings have the expected fingerprint; None where there is none or it is damaged."""
    if not path.is_file():
        return None
    try:
        tree = load(path)
    except (OSError, DamagedError) as error:  # from outside: our own writes are whole
        say(console, f"{error}; it is not used")
        return None
    return tree if tree.attrs.get("fingerprint") == expected else None


def finish(
    out: Path,
    study: dict,
    parts: xr.DataTree | None,
    console: Console,
    draw: Callable[[Result], Mapping[str, Section | None]] = lambda result: {},
) -> Result:
    """Write what follows from the parts of a study: `study.json`, tables, summary and report; show the headlines.

    Parameters
    ----------
    out : Path
        Folder of the results.
    study : dict
        Content of `study.json`.
    parts : xarray.DataTree, optional
        Stored as `comparison.nc`; None where the parts are pieces, which are stored already.
    console : rich.console.Console
    draw : callable
        Draws sections of the page in its own way: see `reports.page.render`.

    Returns
    -------
    Result
        As it was read back from the files.
    """
    study = write_study(study, out)
    if parts is not None:
        parts.attrs |= {"format": FORMAT, "study": json.dumps(study), **provenance()}
        save(parts, out / PARTS)
    result = read_result(out)
    write_tables(result.parts, out)
    if parts is not None:
        write_text(json.dumps(summary_json(result), indent=2, allow_nan=False) + "\n", out / SUMMARY[0])
        write_text(csv_text(summarise(result)), out / SUMMARY[1])
    with console.status("writing the report"):
        result = replace(result, files=files_of(out))
        write_report(result, draw(result))
    if result.fits:  # a table of the fits of several runs is too wide for a terminal
        console.print(display(result))
    files = ["report.html", *([PARTS, "summary.csv", "summary.json"] if parts is not None else []), "tables/"]
    say(console, f"results are in {out}: {', '.join(files)}")
    return result
