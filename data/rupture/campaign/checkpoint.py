"""The checkpoint of a campaign: outcomes appended to a file as they come, from which a stopped campaign goes on.

The first line holds the fingerprint of the campaign's rows and settings, the second the names of the columns; then
follows one line for each finished row.
"""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import InputError
from data.files import write_text

#: Columns of an outcome table besides `row`: label (empty if refused), reason, furthest tip (km), simulated time (s),
#: time of crossing (s, infinite if never), cost (s of one core).
COLUMNS = ("label", "reason", "tip", "time", "crossing_time", "cost")

#: What became of one row: `row` and `COLUMNS`.
Record = dict[str, float | int | str]


def checkpoint_of(out: Path) -> Path:
    """Return the path of the checkpoint beside a file that is to be written: its name with ".partial" added."""
    return out.with_name(out.name + ".partial")


def read_checkpoint(path: Path, fingerprint: str) -> dict[int, Record]:
    """Read the finished rows; a last line cut short by a kill is dropped from the file too.

    Parameters
    ----------
    path : Path
    fingerprint : str
        Of the rows and settings of the campaign that wants to go on.

    Returns
    -------
    dict of int to dict
        Row number -> record, all values as text; empty where there is no file.

    Raises
    ------
    InputError
        If the file was begun with another fingerprint.
    """
    if not path.exists():
        return {}
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        write_text(whole, path)
    lines = whole.splitlines()
    if len(lines) < 2:
        path.unlink()
        return {}
    if lines[0] != f"# {fingerprint}":
        raise InputError(f"{path} belongs to other rows or settings; delete it or choose another output")
    return {int(record["row"]): record for record in csv.DictReader(lines[1:])}


@contextmanager
def appending(path: Path, fingerprint: str) -> Iterator[Callable[[Record], None]]:
    """Open a checkpoint and give a function that appends one record and forces it to disk."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, ["row", *COLUMNS])
        if new:
            file.write(f"# {fingerprint}\n")
            writer.writeheader()

        def append(record: Record) -> None:
            writer.writerow(record)
            file.flush()
            os.fsync(file.fileno())

        yield append
