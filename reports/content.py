"""What a page is made of: sections of text, tables and images, as data that the templates render."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import words

SHORT = 14  # characters of a cell that is never broken


@dataclass(frozen=True)
class Table:
    """Cells as they are shown; the first column heads the rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""  # what to read from it, and what a dash means here
    source: str = ""  # file beside the report that holds the numbers in full, "" for none

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kind of each column: "text" for sentences, "word" for short words, which stand left too, "" for numbers."""
        return tuple(map(self._kind, range(len(self.header))))

    def _kind(self, position: int) -> str:
        cells = self.column(position)
        if self.header[position] and not any(map(_is_text, cells)):
            return ""
        return "word" if max((len(cell) for cell in cells), default=0) <= SHORT else "text"

    def column(self, position: int) -> list[str]:
        """The cells below a heading."""
        return [row[position] for row in self.rows]


@dataclass(frozen=True)
class Image:
    """A drawn figure, as it stands in the page."""

    name: str
    title: str
    address: str  # a data: URI, so that nothing is fetched
    caption: str
    alt: str
    width: int  # pixels, as drawn
    height: int
    source: str = ""  # as of a table
    moving: bool = False  # shown neither on paper nor to who asks for less motion


@dataclass(frozen=True)
class Section:
    """A part of the page; one inside another is shown as details to be opened."""

    title: str
    anchor: str  # its id: letters and hyphens
    paragraphs: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()  # what must not be overlooked
    tables: tuple[Table, ...] = ()
    images: tuple[Image, ...] = ()
    details: tuple["Section", ...] = ()
    code: str = ""


def _is_text(cell: str) -> bool:
    """Whether a cell is more than a number: also dates and checksums, which begin with a digit."""
    number = cell.startswith((*"0123456789", words.ABSENT, words.MINUS))
    return not number or len(cell) > 40 or any(len(word) > SHORT for word in cell.split())


def pairs_table(title: str, pairs: Sequence[tuple[str, str]], *, source: str = "") -> Table:
    """A table of things and what they are."""
    return Table(title, ("", ""), tuple(pairs), source=source)
