"""The commands of `bayesnet`: run, compare, report, data and simulate.

What fits and draws is imported by the command that needs it, so that lists, help and errors in options come at once.
"""

import shlex
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bayesnet.methods import METHODS
from data import LIBRARY, InputError
from data.text import UNPRINTABLE
from data.workers import Workers
from studies import QUESTIONS
from studies.ending import Stopped, in_one_line
from studies.simulate import simulate

if TYPE_CHECKING:
    from studies.question import Question

USAGE = typer.BadParameter.__mro__[2]  # of all errors of the command line itself: Typer names only some of them
ON_INTERRUPT = 130  # that Typer returns where it was interrupted
MOST_SEED = 2**63 - 1  # that a stored file can hold

app = typer.Typer(
    help="Compare posteriors: of a small Bayesian neural network, and of models of the earth.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
catalogues = typer.Typer(help="Catalogues of simulations.", no_args_is_help=True)
app.add_typer(catalogues, name="data")
console = Console()


@app.command("run")
def run_study(
    study: Annotated[str, typer.Argument(help="A name that 'bayesnet studies' shows.")],
    data: Annotated[str, typer.Option(help="Catalogue: a name of 'bayesnet data list' or a CSV file.")] = "",
    label: Annotated[
        str, typer.Option(help="Column of the outcome in a CSV file, 1 for propagation.", show_default="label")
    ] = "",
    methods: Annotated[str, typer.Option(help=f"Comma-separated, of {', '.join(METHODS)}.")] = "",
    balance: Annotated[str, typer.Option(help="Class balancing: none, upsample or weight.")] = "",
    seed: Annotated[int | None, typer.Option(help="Of every random number.", min=0, max=MOST_SEED)] = None,
    repeats: Annotated[int | None, typer.Option(help="Of a study that asks again and again: how often.", min=2)] = None,
    quick: Annotated[bool, typer.Option(help="Small settings: shows that all works, the numbers say little.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of the results.", show_default="results/STUDY")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Refit even where stored fits could be used.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 unless all checks pass.")] = False,
    max_memory: Annotated[
        float | None, typer.Option(help="GiB; a run that needs more is refused.", min=0, show_default="what is free")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that make the fits of several runs, and comparisons.", show_default="one per processor"
        ),
    ] = None,
    scheduler: Annotated[str, typer.Option(help="Dask scheduler of a cluster to use instead, tcp://HOST:PORT.")] = "",
    scheduler_file: Annotated[str, typer.Option(help="Or the file that this scheduler wrote.")] = "",
) -> None:
    """Run a study: fit, compare, and store everything in one folder."""
    names = _methods(methods)
    base = _study(study)
    from studies.question import default_folder, say_checks

    given = {"data": data, "label": label, "methods": names, "balance": balance, "seed": seed, "max_memory": max_memory}
    given["repeats"] = repeats
    if (workers, scheduler, scheduler_file) != (None, "", "") or not base.fixes("workers"):
        given["workers"] = Workers(workers, scheduler, scheduler_file)
    chosen = base.with_options({k: v for k, v in (given | {"quick": quick}).items() if v not in ("", (), None, False)})
    folder = out or default_folder(chosen, base)
    try:
        result = chosen.run(folder, fresh=fresh, console=console)
    except KeyboardInterrupt as stop:
        raise Stopped(str(folder), stop) from None
    passed = say_checks(result, console)
    if strict and not passed:
        raise typer.Exit(1)


@app.command("compare")
def compare_runs(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs; the first is the baseline.")],
    out: Annotated[Path, typer.Option(help="Folder of the report.")],
    seed: Annotated[int, typer.Option(help="Of the bootstrap samples.", min=0, max=MOST_SEED)] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replace a comparison of other runs.")] = False,
) -> None:
    """Compare finished runs on the same test rows in one report."""
    if out.resolve() in [folder.resolve() for folder in runs]:
        raise InputError(f"--out must be a folder of its own, got {out}, one of the runs; choose another")
    from data.written import claimed
    from reports.words import listed
    from studies.grid import compare_folders, compared, names_of
    from studies.question import FILES

    words = ["bayesnet", "compare", *map(str, runs), "--out", str(out), *(["--seed", str(seed)] if seed else [])]
    folders = names_of(runs)
    first, *others = folders
    study = compared(out.resolve().name, f"What changes from {first} to {listed(others)}?", shlex.join(words), seed)
    made_by = {"name": "compare", "runs": [str(folder.resolve()) for folder in runs], "seed": seed}
    with claimed(out, FILES, made_by, fresh=fresh):
        compare_folders(folders, out, study, seed=seed, console=console)


app.command("simulate")(simulate)


@app.command("studies")
def list_studies() -> None:
    """List what can be run."""
    _show(("study", "question"), list(QUESTIONS.items()))


@app.command("report")
def write_report(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, for example results/rupture.", metavar="RUN_DIR")],
) -> None:
    """Build report.html again from the stored files of a run."""
    from reports.page import build_report
    from studies.question import say

    say(console, f"{build_report(folder)}: written")


@catalogues.command("list")
def list_catalogues() -> None:
    """List the catalogues that have a name."""
    rows = [
        (name, str(entry.train), str(entry.test), str(entry.features), entry.where(), entry.about)
        for name, entry in LIBRARY.items()
    ]
    _show(("catalogue", "train", "test", "features", "kept in", "about"), rows)


@catalogues.command("fetch")
def fetch_catalogue(name: Annotated[str, typer.Argument(help="A name that 'bayesnet data list' shows.")]) -> None:
    """Download the files of a catalogue and check them."""
    if name not in LIBRARY:
        raise InputError(f"no catalogue {name!r}; known catalogues: {', '.join(LIBRARY)}")
    from studies.question import say

    for path in LIBRARY[name].locate():
        say(console, f"{path}: checked")


@catalogues.command("audit")
def audit_catalogue(
    name: Annotated[str, typer.Argument(help="A name that 'bayesnet data list' shows, or a CSV file.")],
    label: Annotated[str, typer.Option(help="Column of the outcome in a CSV file.")] = "label",
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 on an error or a warning.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for defects: misaligned labels, exchanged columns, leakage, duplicates, drift and more."""
    import json

    from data import load_catalogue
    from data.audit import audit
    from studies.question import say

    findings = audit(load_catalogue(name, label=label, check=False))
    if as_json:
        print(json.dumps([finding.to_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            say(console, f"{finding.severity}: {finding.kind}: {finding.message}")
            say(console, f"  {finding.suggestion}")
        say(console, f"{len(findings) or 'no'} finding{'s' if len(findings) != 1 else ''} in {name}")
    if strict and any(finding.severity != "info" for finding in findings):
        raise typer.Exit(1)


def _study(name: str) -> "Question":
    """A study by its name, or one run of a study of several: `priors/sd-1`."""
    whole, slash, run = name.partition("/")
    if whole not in QUESTIONS:
        raise InputError(f"no study {whole!r}; known studies: {', '.join(QUESTIONS)}")
    study = import_module(f"studies.{whole}").STUDY
    if not slash:
        return study
    runs = study.studies()
    if run not in runs:
        raise InputError(f"no run {run!r} in {whole}; it has: {', '.join(runs) or 'none'}")
    return runs[run]


def _methods(names: str) -> tuple[str, ...]:
    """The methods of a comma-separated list, each once."""
    methods = tuple(dict.fromkeys(name.strip() for name in names.split(","))) if names else ()
    for method in methods:
        if method not in METHODS:
            raise InputError(f"no method {method!r}; known methods: {', '.join(METHODS)}")
    return methods


def _show(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for position, heading in enumerate(header):
        table.add_column(heading, no_wrap=position == 0, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line inside `studies.ending.in_one_line`."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for argument in arguments:
        if found := UNPRINTABLE.search(argument):
            raise InputError(
                f"arguments must be text without control characters, got {found[0]!r} in {argument!r}; rename it"
            )
    try:
        code = app(arguments, prog_name="bayesnet", standalone_mode=False)
    except USAGE as error:
        if not (text := error.format_message()) or "\n" in text:  # a group without a command: its help
            print(text)
            raise SystemExit(2) from None
        raise InputError(f"{text.rstrip('.')}; see bayesnet --help") from None
    if code == ON_INTERRUPT:
        raise KeyboardInterrupt
    if code:
        raise SystemExit(code)


def run_script(study: "Question") -> None:
    """Run a study as a script: its file takes the options of `bayesnet run`."""
    with in_one_line():
        run(["run", study.name, *sys.argv[1:]])
