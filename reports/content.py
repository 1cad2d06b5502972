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
    number: int = 0  # on the page, which gives it

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
class Dots:
    """Dots of a figure that tell more under the pointer: each row is one dot in every panel.

    `panels` holds, for each panel, its left, top, right and bottom edges in shares of the figure; `places` the dots of
    that panel in shares of the panel, from its left and its top.
    """

    texts: tuple[str, ...]  # of each row
    panels: tuple[tuple[float, float, float, float], ...]
    places: tuple[tuple[tuple[float, float], ...], ...]  # (panel, row)


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
    dots: Dots | None = None
    pieces: tuple[tuple[tuple[float, ...], ...], ...] = ()  # how a narrow screen stacks it: see `reports.pieces`
    number: int = 0  # on the page, which gives it


@dataclass(frozen=True)
class Section:
    """A part of the page, with parts of its own below its tables and images.

    Wherever a sentence, a note or a caption holds `[[table:scores]]` or `[[figure:roc, table:scores]]`, the page puts
    the numbers of these figures (by their names) and tables (by the anchors of their titles), in brackets and as links;
    it puts nothing where it does not have them.
    """

    title: str
    anchor: str  # its id: letters and hyphens
    paragraphs: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()  # what must not be overlooked
    tables: tuple[Table, ...] = ()
    images: tuple[Image, ...] = ()
    details: tuple["Section", ...] = ()
    code: str = ""
    folded: bool = True  # inside another section it is closed until a reader opens it


def _is_text(cell: str) -> bool:
    """Whether a cell is more than a number: also dates and checksums, which begin with a digit."""
    number = cell.startswith((*"0123456789", words.ABSENT, words.MINUS))
    return not number or len(cell) > 40 or any(len(word) > SHORT for word in cell.split())


def pairs_table(title: str, pairs: Sequence[tuple[str, str]], *, source: str = "") -> Table:
    """A table of things and what they are."""
    return Table(title, ("", ""), tuple(pairs), source=source)
