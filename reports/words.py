"""Numbers as a reader wants them: rounded to what they can bear, and a dash for what does not exist."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import floor, isfinite, log10

from markupsafe import Markup, escape

from bayesnet.methods import METHODS

ABSENT = "\N{EN DASH}"
ROUNDING = 1e-12  # below it a value and its interval are what rounding leaves of zero
MINUS = "\N{MINUS SIGN}"  # as wide as a digit, and never broken from its number


def name_of(method: str) -> str:
    """A method's name as it stands in text; unlike on an axis, a long one stands in full."""
    return METHODS[method].label if method in METHODS else method


def is_baseline(method: str) -> bool:
    """Whether a method is something simpler that the others must beat."""
    return method in METHODS and METHODS[method].baseline


def number(value: float, digits: int = 3) -> str:
    """A number of so many significant digits, never with more decimals than the digits call for.

    >>> number(0.94), number(1172.2), number(0.00123)
    ('0.940', '1172', '0.00123')
    """
    if not isfinite(value):
        return ABSENT
    if value != 0 and abs(value) < 1e-4:
        mantissa, exponent = f"{value:.1e}".split("e")
        return _signed(f"{mantissa}e{int(exponent)}")
    return fixed(value, _decimals(value, digits))


def fixed(value: float, decimals: int) -> str:
    """A number of so many decimals; one that rounds to nothing has no sign. A half is rounded away from zero.

    >>> fixed(0.9325, 3), fixed(0.9975, 3)
    ('0.933', '0.998')
    """
    if not isfinite(value):
        return ABSENT
    # of the digits that a reader sees: the double next to 0.9325 lies below it
    text = str(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return text.lstrip("-") if float(text) == 0 else _signed(text)


def count(value: float) -> str:
    """A whole number, in full."""
    return fixed(value, 0)


def percent(value: float, decimals: int = 1) -> str:
    """A share as a percentage."""
    return fixed(float(Decimal(repr(float(value))) * 100), decimals) + " %" if isfinite(value) else ABSENT


def interval(value: float, lower: float, upper: float) -> str:
    """A value and its interval, to the second digit of the interval's half width: more would be noise.

    A bound that this rounds to zero gets up to three decimals more, so that one sees on which side of zero it lies.

    >>> interval(0.94, 0.915, 0.9625)
    '0.940 [0.915, 0.963]'
    >>> interval(0.026, 0.00043, 0.048)
    '0.0260 [0.0004, 0.0480]'
    """
    if not isfinite(value):
        return ABSENT
    if not (isfinite(lower) and isfinite(upper)):
        return number(value)
    if max(abs(value), abs(lower), abs(upper)) < ROUNDING:
        value = lower = upper = 0.0
    least = _decimals((upper - lower) / 2, 2) if upper > lower else 3
    hidden = [d for d in range(least, least + 4) if any(b != 0 == round(b, d) for b in (lower, upper))]
    decimals = least + len(hidden) if len(hidden) < 4 else least  # what is smaller still is rounding
    return f"{fixed(value, decimals)} [{fixed(lower, decimals)}, {fixed(upper, decimals)}]"


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    if not isfinite(seconds):
        return ABSENT
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{number(seconds / size, 2)} {unit}"
    return f"{number(seconds, 2)} s"


def listed(words: list[str]) -> str:
    """Words as a list in a sentence: `a, b and c`."""
    return " and ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def anchor_of(title: str) -> str:
    """A title as the id of a place on the page: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def unbroken(text: str) -> str:
    """Text whose arrows and limits stay with what they belong to where lines are broken."""
    return re.sub(r" (?=[↑↓])|(?<=[≤≥]) ", "\N{NO-BREAK SPACE}", text)


def together(text: str) -> Markup:
    """A cell of numbers that can be broken between a value and its interval, and nowhere else."""
    value, opening, rest = text.partition(" [")
    if not opening:
        return escape(text)
    return Markup("<span>{}</span> <span>[{}</span>").format(value, rest)


def _decimals(value: float, digits: int) -> int:
    return max(0, digits - 1 - floor(log10(abs(value)))) if value else digits - 1


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
