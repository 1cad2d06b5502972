"""The command line: `bayesnet`, or `python -m studies`."""

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bayesnet import METHODS
from bayesnet.training import BALANCES
from data import LIBRARY, InputError, load_catalogue
from data.audit import audit
from data.files import read_json
from reports.builders import build_report
from reports.words import listed
from studies import activations, labels, likelihood, paper, priors, provenance, rupture, solver, width
from studies.grid import compare_folders, names_of
from studies.question import Question, default_folder
from studies.simulate import simulate
from studies.study import say

STUDIES: dict[str, Question] = {
    module.STUDY.name: module.STUDY
    for module in (rupture, paper, labels, provenance, likelihood, priors, activations, width, solver)
}

app = typer.Typer(
    help="Compare posteriors of one small Bayesian neural network.",
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
    balance: Annotated[str, typer.Option(help="Of the classes: none, upsample or weight.")] = "",
    seed: Annotated[int | None, typer.Option(help="Of every random number.", min=0)] = None,
    quick: Annotated[bool, typer.Option(help="Small settings: shows that all works, the numbers say little.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of the results.", show_default="results/STUDY")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Refit even where stored fits could be used.")] = False,
) -> None:
    """Run a study: fit, compare, and store everything in one folder."""
    base = _study(study)
    if balance not in ("", *BALANCES):
        raise InputError(f"no balance {balance!r}; known ones: {', '.join(BALANCES)}")
    given = {"catalogue": data, "label": label, "methods": _methods(methods), "balance": balance, "seed": seed}
    chosen = base.with_options({k: v for k, v in (given | {"quick": quick}).items() if v not in ("", (), None, False)})
    folder = out or default_folder(chosen, base)
    try:
        chosen.run(folder, fresh=fresh, console=console)
    except KeyboardInterrupt:
        say(console, f"interrupted; what is finished is kept in {folder}, the same command goes on from there")
        raise typer.Exit(130) from None


@app.command("compare")
def compare_runs(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs; the first is the baseline.")],
    out: Annotated[Path, typer.Option(help="Folder of the report.")],
    seed: Annotated[int, typer.Option(help="Of the bootstrap samples.", min=0)] = 0,
) -> None:
    """Hold finished runs on the same test rows against each other in one report."""
    if out.resolve() in [folder.resolve() for folder in runs]:
        raise InputError(f"--out must be a folder of its own, got {out}, one of the runs; choose another")
    stored = out / "study.json"
    if stored.is_file() and "bayesnet compare" not in read_json(stored).get("command", ""):
        raise InputError(f"--out must not hold the results of a study, got {out}, which does; choose another folder")
    words = ["bayesnet", "compare", *map(str, runs), "--out", str(out), *(["--seed", str(seed)] if seed else [])]
    folders = names_of(runs)
    first, *others = folders
    question = f"What changes from {first} to {listed(others)}?"
    study = {"name": out.resolve().name, "question": question, "command": shlex.join(words)}
    compare_folders(folders, out, study, seed=seed, console=console)


app.command("simulate")(simulate)


@app.command("studies")
def list_studies() -> None:
    """List what can be run."""
    _show(("study", "question"), [(study.name, study.question) for study in STUDIES.values()])


@app.command("report")
def write_report(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, for example results/rupture.", metavar="RUN_DIR")],
) -> None:
    """Build report.html again from the stored files of a run."""
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
    findings = audit(load_catalogue(name, label=label, check=False))
    if as_json:
        print(json.dumps([finding.to_dict() for finding in findings], indent=2))
    else:
        for finding in findings:
            say(console, f"{finding.severity}: {finding.kind}: {finding.message}")
            say(console, f"  {finding.suggestion}")
        console.print(f"{len(findings) or 'no'} finding{'s' if len(findings) != 1 else ''} in {name}", highlight=False)
    if strict and any(finding.severity != "info" for finding in findings):
        raise typer.Exit(1)


def _study(name: str) -> Question:
    """A study by its name, or one run of a study of several: `priors/sd-1`."""
    whole, _, run = name.partition("/")
    if whole not in STUDIES:
        raise InputError(f"no study {whole!r}; known studies: {', '.join(STUDIES)}")
    if not run:
        return STUDIES[whole]
    runs = STUDIES[whole].studies()
    if run not in runs:
        raise InputError(f"no run {run!r} in {whole}; it has: {', '.join(runs) or 'none'}")
    return runs[run]


def _methods(names: str) -> tuple[str, ...]:
    """The methods of a comma-separated list, each once."""
    methods = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    for method in methods:
        if method not in METHODS:
            raise InputError(f"no method {method!r}; known methods: {', '.join(METHODS)}")
    return methods


def _show(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for position, heading in enumerate(header):
        table.add_column(heading, no_wrap=position == 0, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; bad input is one line on stderr and exit code 2."""
    try:
        app(arguments, prog_name="bayesnet")
    except InputError as error:
        print(f"bayesnet: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
