"""The report of the rupture solver: what was checked, whether it passed, and two ruptures to look at.

Written from the stored pieces of `data.rupture.verification` alone; the solver is not loaded.
"""

import json
import math
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import xarray as xr

from bayesnet.store import load
from data import InputError
from data.files import read_json, write_text
from data.rupture.verification.checks import Check, checks
from data.rupture.verification.pieces import PIECES
from reports.html import page
from reports.solver.evidence import Evidence
from reports.solver.sections import SECTIONS
from reports.tables import table
from reports.words import count, listed

REPORT = "report.html"

NAMES = tuple(piece.name for piece in PIECES)

# table -> piece, and the dimensions of the variables that make up its columns
TABLES = {table: (piece.name, dims) for piece in PIECES for table, dims in piece.tables.items()}


def build_report(folder: Path) -> Path:
    """Write the report of a study of the solver from its stored pieces.

    Parameters
    ----------
    folder : Path
        Of the study: see `studies.solver.SolverStudy.run`.

    Returns
    -------
    Path
        `report.html` in that folder.

    Raises
    ------
    InputError
        Where pieces are missing or damaged.
    """
    return write_text(render(read_evidence(folder)), folder / REPORT)


def read_evidence(folder: Path) -> Evidence:
    """Everything that the report is written from, out of the folder of a study.

    Raises
    ------
    InputError
        Where pieces are missing or damaged.
    """
    try:
        study = read_json(folder / "study.json")
        pieces = {name: load(folder / f"{name}.nc").to_dataset() for name in NAMES}
    except (OSError, json.JSONDecodeError) as error:
        raise InputError(
            f"{folder} must hold a finished study of the solver (study.json and {', '.join(NAMES)} as .nc), got: "
            f"{error}; make one with: bayesnet run solver"
        ) from error
    other = [name for name in NAMES if study["pieces"][name] != pieces[name].attrs["fingerprint"]]
    if other:
        raise InputError(
            f"{folder} must hold a finished study of the solver, got other pieces than it was finished with: "
            f"{', '.join(other)}; give the command of the study once more"
        )
    names = [*(f"{name}.nc" for name in NAMES), "study.json", "summary.json"]
    names += [f"tables/{name}.csv" for name in ("checks", *TABLES)]
    files = tuple(path for name in names if (path := folder / name).is_file())
    return Evidence(pieces, study, files, folder)


def write_tables(pieces: dict[str, xr.Dataset], folder: Path) -> None:
    """Write a csv file for each table of `TABLES`, and one of the checks."""
    for name, (piece, dims) in TABLES.items():
        write_text(table(pieces[piece], dims).to_csv(), folder / f"{name}.csv")
    rows = [asdict(check) | {"passed": check.passed} for group in checks(pieces).values() for check in group]
    write_text(pd.DataFrame(rows).to_csv(index=False), folder / "checks.csv")


def summarise(pieces: dict[str, xr.Dataset], study: dict) -> dict:
    """Key numbers of a study, for `summary.json`.

    Returns
    -------
    dict
        `study`, `quick`, `seed`; `checks` by subject, each with its value (None where there is none), limit and
        whether it passed; `labels` (share that agrees and its 95 % interval); `speed` by grid spacing (m).
    """
    agreement = pieces["labels"]["agreement"]
    speed = table(pieces["speed"], ("resolution",))
    return {
        "study": study["name"],
        "quick": study["quick"],
        "seed": study["seed"],
        "checks": {name: [_plain(check) for check in group] for name, group in checks(pieces).items()},
        "labels": {str(name): float(agreement.sel(quantity=name)) for name in agreement["quantity"].values},
        "speed": {f"{resolution:g}": row.to_dict() for resolution, row in speed.iterrows()},
    }


def _plain(check: Check) -> dict:
    """A check as JSON can hold it, which knows neither nan nor infinity."""
    value = check.value if math.isfinite(check.value) else None
    return asdict(check) | {"value": value, "passed": check.passed}


def render(evidence: Evidence) -> str:
    """The page as HTML text."""
    grids = listed([f"{resolution:g}" for resolution in evidence.pieces["tpv205"]["resolution"].values])
    made = f"{count(len(evidence.checks))} checks; grids of {grids} m; {evidence.rows} rows of the embedded catalogue"
    return page("The rupture solver", evidence.study["question"], made, [section(evidence) for section in SECTIONS])
