"""Text of the user that goes into tables, figures and messages: what is refused, and how it is written to a CSV."""

import re

import pandas as pd

from data.errors import InputError

LONGEST = 100  # characters of a name: a longer one leaves no room in figures and tables
# control characters, line separators, marks that turn the direction of writing, halves of characters, no characters
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@")  # with which a spreadsheet takes a cell for a formula


def check_name(name: str, what: str) -> None:
    """Refuse a name that cannot be shown as it is.

    Parameters
    ----------
    name : str
    what : str
        What it names and where, for the error: "column 3 of faults.csv".

    Raises
    ------
    InputError
        Where it is empty, longer than `LONGEST`, or holds a control character.
    """
    if not name.strip():
        raise InputError(f"{what} has no name; name it, or leave it out")
    if found := UNPRINTABLE.search(name):
        raise InputError(
            f"{what} must have a name of printable characters, got {found[0]!r} in {shortened(name)}; rename it"
        )
    if len(name) > LONGEST:
        raise InputError(
            f"{what} must have a name of at most {LONGEST} characters, got {len(name)}: {shortened(name)}; shorten it"
        )


def shortened(text: str, most: int = 40) -> str:
    """A text as Python writes it, cut off where it is long."""
    return repr(text if len(text) <= most else text[:most] + "...")


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV with its index, whose text no spreadsheet takes for a formula: an apostrophe goes before it."""

    def harmless(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    harmless_table = table.rename(index=harmless, columns=harmless)
    text = harmless_table.select_dtypes(exclude="number").columns
    return harmless_table.assign(**{name: harmless_table[name].map(harmless) for name in text}).to_csv()
