"""Reads a CSV file strictly: whatever could be read in two ways is refused, with its line and what to do."""

import csv
import io
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.errors import InputError
from data.text import check_name, shortened

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?|true|false", re.ASCII | re.IGNORECASE)
MISSING = {"", "na", "nan", "n/a", "null", "none"}
WORDS = {"true": 1.0, "false": 0.0}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
PLAIN = set("0123456789.+-eE")  # characters of a column whose cells `float` reads as they are meant


@dataclass(frozen=True)
class Sheet:
    """The cells of a CSV file as text, without the spaces around them."""

    path: Path
    columns: dict[str, list[str]]  # name -> a cell for each row
    lines: list[int]  # line of the file in which each row stands

    def numbers(self, name: str, *, finite: bool = True) -> np.ndarray:
        """Values of a column.

        Parameters
        ----------
        name : str
        finite : bool
            Whether to refuse missing and infinite values; otherwise a missing one is NaN.

        Returns
        -------
        ndarray of float of shape (n_rows,)

        Raises
        ------
        InputError
            Where a cell is no number.
        """
        cells = self.columns[name]
        values = np.fromiter(_floats(cells), dtype=float, count=len(cells))
        good = np.isfinite(values) if finite else ~np.isnan(values) | [cell.lower() in MISSING for cell in cells]
        if not good.all():
            row = int(np.argmin(good))
            raise InputError(
                f"column {name!r} of {self.path} must hold {'finite ' if finite else ''}numbers, got "
                f"{_found(cells[row])} in line {self.lines[row]}; mend the value, or leave the row or the column out"
            )
        return values


def read_sheet(path: str | Path) -> Sheet:
    """Read a CSV file: a header of differing names, commas, decimal points, as many cells in each row as in the header.

    Parameters
    ----------
    path : str or Path
        Text in UTF-8, whatever its name ends with. Empty lines are skipped.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        For a file that is not such, with the line in which it first is not.
    """
    path = Path(path)
    rows, lines = _rows(_text(path), path)
    if not rows:
        raise InputError(f"{path} must be a CSV file with a header, got an empty file; write names and rows into it")
    header = [name.strip() for name in rows[0]]
    _check_header(header, lines[0], path)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            _refuse_row(row, line, len(header), path)
    if len(rows) == 1:
        raise InputError(
            f"expected a row for each simulation below the header of {path}, got none; add the simulations"
        )
    columns = [list(map(str.strip, cells)) for cells in zip(*rows[1:], strict=True)]
    return Sheet(path, dict(zip(header, columns, strict=True)), lines[1:])


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"no file {path}; give an existing CSV file or a name that 'bayesnet data list' shows")
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} must be a file that can be read, got: {error.strerror}; check its rights") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path} must be a CSV file, text in UTF-8, got the byte {content[error.start]:#04x} in line {line}; "
            "unpack it, or save it as CSV in UTF-8"
        ) from error
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            f"{path} must be a CSV file, got the control character {found[0]!r} in line {line}; save it as CSV anew"
        )
    return text


def _rows(text: str, path: Path) -> tuple[list[list[str]], list[int]]:
    """Rows that are not empty, and the line in which each of them ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"{path} must be a CSV file, reading line {reader.line_num} failed ({error}); check the quotes there"
        ) from error
    return rows, lines


def _check_header(header: list[str], line: int, path: Path) -> None:
    where = f"line {line} of {path}"
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            raise InputError(f"cells must be parted by commas, got {word} in {where}; save the file with commas")
    if all(NUMBER.fullmatch(name) for name in header):
        raise InputError(
            f"the first line must name the columns, got the numbers {shortened(', '.join(header))} in {where}; "
            "add a header"
        )
    for place, name in enumerate(header, start=1):
        check_name(name, f"column {place} in {where}")
    name, times = Counter(header).most_common(1)[0]
    if times > 1:
        raise InputError(f"column names must differ, got {name!r} more than once in {where}; rename one of them")


def _refuse_row(row: list[str], line: int, expected: int, path: Path) -> None:
    comma = "write decimal points, not commas; " if len(row) > expected else ""
    raise InputError(
        f"every row must have the {expected} cells that the header names, got {len(row)} in line {line} of {path}; "
        f"{comma}name every column, row names too, and fill every cell"
    )


def _floats(cells: list[str]) -> list[float]:
    """Each cell as a number, NaN where it is none."""
    if set().union(*cells) <= PLAIN:
        try:
            return list(map(float, cells))
        except ValueError:  # an empty cell, or signs and points where none belong
            pass
    return [_float(cell) for cell in cells]


def _float(cell: str) -> float:
    if not NUMBER.fullmatch(cell):
        return math.nan
    return WORDS.get(cell.lower()) if cell.lower() in WORDS else float(cell)


def _found(cell: str) -> str:
    return "a missing value" if cell.lower() in MISSING else shortened(cell)
