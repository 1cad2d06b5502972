"""Names given by the user, which go into tables, figures and messages: what is refused."""

import re

from data.errors import InputError

LONGEST = 100  # characters of a name: a longer one leaves no room in figures and tables
# control characters, line separators, marks that turn the direction of writing, halves of characters, no characters
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


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
