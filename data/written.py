"""Which files of a folder this program wrote: no other is ever overwritten or removed, and one run writes at a time.

`files.json` in the folder lists them, with what they were made by. A name is listed before its file is written, so that
a killed run knows its files again.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from data.errors import InputError
from data.files import read_json, write_text

try:
    import fcntl
except ImportError:  # Windows: there two runs into one folder are not kept apart
    fcntl = None

RECORD = "files.json"
KINDS = ("*.nc", "*.json", "*.csv", "*.html", "tables/*.csv")  # of results older than the record


@contextmanager
def claimed(
    folder: Path, names: Iterable[str], made_by: Mapping[str, object], *, fresh: bool = False
) -> Iterator[None]:
    """Keep a folder to this process while it writes results there, and make the folder where it does not exist.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        Files that will be written: see `claim`.
    made_by : mapping
        What determines the results, as JSON can hold it; one of the names is `name`.
    fresh : bool
        Whether to remove results in the folder that were made by something else.

    Raises
    ------
    InputError
        Where another process writes there, a file stands in the way, or results of something else do and not `fresh`.
    """
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder), _nothing_left_of_nothing(folder, new):
        names, record = list(names), _record(folder)
        _refuse_foreign(folder, names, record["files"])
        before, now = record["made_by"], json.loads(json.dumps(made_by))
        other = sorted(key for key in before.keys() & now.keys() if before[key] != now[key])
        if other and not fresh:
            what = f"of {before['name']}" if "name" in other else f"with other {', '.join(other)}"
            raise InputError(
                f"{folder} holds results {what}; choose another folder with --out, or replace them with --fresh"
            )
        for name in record["files"] if other else ():
            (folder / name).unlink(missing_ok=True)
        for path in _left_over(folder):
            path.unlink(missing_ok=True)
        _write(folder, {"files": [] if other else record["files"], "made_by": now, "process": os.getpid()})
        claim(folder, names)
        yield


def claim(folder: Path, names: Iterable[str]) -> None:
    """Enter files of a folder that are going to be written into its record.

    Raises
    ------
    InputError
        Where one of them exists that this program did not write.
    """
    names, record = list(names), _record(folder)
    _refuse_foreign(folder, names, record["files"])
    _write(folder, record | {"files": sorted({*record["files"], *names})})


def written(folder: Path) -> list[str]:
    """Files of a folder that this program wrote, or was about to write."""
    return _record(folder)["files"]


def _record(folder: Path) -> dict:
    """The record of a folder; of results older than it what `study.json` tells."""
    if (folder / RECORD).is_file():
        record = read_json(folder / RECORD)
        if isinstance(record, dict) and {"files", "made_by"} <= record.keys():
            return record
        raise InputError(f"{folder / RECORD} is not as this program writes it; choose another folder with --out")
    if not (folder / "study.json").is_file():
        return {"files": [], "made_by": {}}
    study = read_json(folder / "study.json")
    if not isinstance(study, dict) or "format" not in study:
        return {"files": [], "made_by": {}}
    settings = {name: value for name, value in study.get("settings", {}).items() if name != "data"}
    found = [path.relative_to(folder).as_posix() for kind in KINDS for path in folder.glob(kind)]
    return {"files": sorted(found), "made_by": settings}


def _write(folder: Path, record: dict) -> None:
    write_text(json.dumps(record, indent=2) + "\n", folder / RECORD)


def _refuse_foreign(folder: Path, names: list[str], ours: list[str]) -> None:
    for name in names:
        if name not in ours and os.path.lexists(folder / name):
            raise InputError(
                f"{folder / name} was not written by this program and would be replaced; move it, or choose another "
                "folder with --out"
            )


def _left_over(folder: Path) -> Iterator[Path]:
    """Temporary files of a killed run: nobody else writes here while the folder is locked."""
    for pattern in (".*", "tables/.*", "made/.*"):
        yield from (path for path in folder.glob(pattern) if re.fullmatch(r"\..+\.(nc|json|csv|html)\.\d+", path.name))


@contextmanager
def _nothing_left_of_nothing(folder: Path, new: bool) -> Iterator[None]:
    """Remove the record, and a `new` folder, where an error came before anything was written."""
    try:
        yield
    except BaseException:
        record = folder / RECORD
        if record.is_file() and not any((folder / name).exists() for name in written(folder)):
            record.unlink()
        if new and not any(folder.iterdir()):
            folder.rmdir()
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder for this process; the lock ends with it, however it ends."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        process = _record(folder).get("process", "unknown")
        raise InputError(
            f"another run (process {process}) is writing into {folder}; wait for its end, or choose another folder "
            "with --out"
        ) from None
    try:
        yield
    finally:
        os.close(handle)
