"""The checkpoint of a campaign: outcomes appended to a file as they come, from which a stopped campaign goes on.

The first line holds the fingerprint of the campaign's rows and settings, the second the names of the columns; then
follows one line for each finished row.
"""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from data.errors import InputError
from data.written import fcntl

#: Columns of an outcome table besides `row`: label (empty if refused), reason, furthest tip (km), simulated time (s),
#: time of crossing (s, infinite if never), cost (s of one core).
COLUMNS = ("label", "reason", "tip", "time", "crossing_time", "cost")

#: What became of one row: `row` and `COLUMNS`.
Record = dict[str, float | int | str]


def checkpoint_of(out: Path) -> Path:
    """Return the path of the checkpoint beside a file that is to be written: its name with ".partial" added."""
    return out.with_name(out.name + ".partial")


@contextmanager
def resumed(path: Path, fingerprint: str) -> Iterator[tuple[dict[int, Record], Callable[[Record], None]]]:
    """Open a checkpoint, read its finished rows, and append to it; a last line cut short by a kill is dropped.

    Parameters
    ----------
    path : Path
    fingerprint : str
        Of the rows and settings of the campaign that wants to go on.

    Yields
    ------
    tuple of dict and callable
        Row number -> record, all values as text; and a function that appends one record and forces it to disk.

    Raises
    ------
    InputError
        If the file was begun with another fingerprint, or another process is writing it.
    """
    head = f"# {fingerprint}\n{','.join(['row', *COLUMNS])}\n"
    with path.open("a+", newline="", encoding="utf-8", errors="replace") as file:
        _keep_to_this_process(file)
        file.seek(0)
        text = file.read()
        if not head.startswith(text[: len(head)]):
            raise InputError(f"{path} belongs to other rows or settings; delete it or choose another output")
        whole = text[: text.rfind("\n") + 1] if len(text) >= len(head) else ""
        file.truncate(len(whole.encode()))
        file.write("" if whole else head)
        records = csv.DictReader(whole.splitlines()[1:])
        writer = csv.DictWriter(file, ["row", *COLUMNS], lineterminator="\n")

        def append(record: Record) -> None:
            writer.writerow(record)
            file.flush()
            os.fsync(file.fileno())

        yield {int(record["row"]): record for record in records}, append


def _keep_to_this_process(file: TextIO) -> None:
    """Refuse a second campaign that would write the same file."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"another process is writing {file.name}; wait for its end or choose another output") from None
