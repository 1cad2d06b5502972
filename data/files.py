"""Files written whole or not at all, and the commit that they were written by."""

import json
import os
import subprocess
from pathlib import Path

from data.errors import InputError

ROOT = Path(__file__).resolve().parents[1]


def write_text(text: str, path: str | Path) -> Path:
    """Write a text file under a temporary name that is then renamed, so that no half file is ever seen."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def read_json(path: Path) -> dict | list:
    """Content of a JSON file.

    Raises
    ------
    InputError
        Where it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} must be a JSON file that a study wrote, got: {error}; give the command of the study once more"
        ) from error


def checkout() -> tuple[str, int]:
    """Commit of the project where it runs from a clone of it.

    Returns
    -------
    tuple of str and int
        The commit, or `"unknown"`; and 1 where nothing was uncommitted, 0 where something was, -1 where unknown.
    """

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        # an installed package may lie inside some other project's clone: its commit is not ours
        if Path(git("rev-parse", "--show-toplevel")).resolve() != ROOT:
            return "unknown", -1
        return git("rev-parse", "HEAD"), int(not git("status", "--porcelain"))
    except (OSError, subprocess.CalledProcessError):
        return "unknown", -1
