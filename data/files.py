"""Files written whole or not at all, checksums of their content, and the commit that they were written by."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import DamagedError, InputError

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it to `path` at the end, so that no half file is ever seen.

    Parameters
    ----------
    path : str or Path
        The file to write; its folder is made where it does not exist.

    Yields
    ------
    Path
        To write to. On an error it is removed, and a file that `path` held before stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        if error.errno and error.filename is None:  # as where a disk is full
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: str | Path) -> Path:
    """Write a text file (UTF-8, line ends as they are) whole or not at all, and return its path."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
    return Path(path)


def fingerprint(content: dict | list) -> str:
    """SHA-256 (hexadecimal) of content that JSON can hold, whatever the order of its keys.

    What is stored beside a result is the fingerprint of all settings that determine it, so that the result can be used
    again where they are the same.
    """
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sealed(content: bytes) -> bytes:
    """Content with a line of its SHA-256 behind it. HDF5 ignores what follows its own end."""
    return content + _seal_of(content)


def _seal_of(content: bytes | memoryview) -> bytes:
    return f"\nsha256 {hashlib.sha256(content).hexdigest()}\n".encode()


def check_seal(path: Path) -> None:
    """Refuse a file that is not as `sealed` left it.

    Raises
    ------
    DamagedError
        Where its last line is not the checksum of what stands before it.
    """
    whole = path.read_bytes()
    length = len(_seal_of(b""))
    if whole[-length:] != _seal_of(memoryview(whole)[:-length]):
        raise DamagedError(path)


def read_json(
    path: Path,
    expected: str = "a JSON file that a study wrote",
    advice: str = "give the command of the study once more",
) -> dict | list:
    """Content of a JSON file; `expected` and `advice` are words of the error.

    Raises
    ------
    InputError
        Where it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} must be {expected}, got: {error}; {advice}") from error


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
