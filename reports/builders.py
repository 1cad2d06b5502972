"""The report of any folder of results: which kind it gets is stored with them."""

from collections.abc import Callable
from pathlib import Path

from data import InputError
from data.files import read_json
from reports import page, runs, solver

# kind in study.json -> what writes the report
BUILDERS: dict[str, Callable[[Path], Path]] = {
    "run": page.build_report,
    "runs": runs.build_report,
    "solver": solver.build_report,
}


def build_report(folder: Path) -> Path:
    """Write the report of a folder of results again from its stored files alone.

    Parameters
    ----------
    folder : Path
        Of any study.

    Returns
    -------
    Path
        `report.html` in that folder.

    Raises
    ------
    InputError
        Where files are missing or damaged.
    """
    stored = folder / "study.json"
    kind = read_json(stored).get("kind", "run") if stored.is_file() else "run"
    if kind not in BUILDERS:
        raise InputError(f"kind in {stored} must be one of {', '.join(BUILDERS)}, got {kind!r}; use a newer bayesnet")
    return BUILDERS[kind](folder)
