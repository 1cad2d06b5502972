"""The report of any folder of results: which kind it gets is stored with them."""

import json
from collections.abc import Callable
from pathlib import Path

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
    kind = json.loads(stored.read_text(encoding="utf-8")).get("kind", "run") if stored.is_file() else "run"
    return BUILDERS[kind](folder)
