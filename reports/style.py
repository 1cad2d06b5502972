"""How every figure looks: one style file, one colour and marker a method, and figures as SVG text or PNG bytes."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from zlib import crc32

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from bayesnet.methods import METHODS

STYLE = Path(__file__).with_name("bayesnet.mplstyle")
WIDTH = 7.6  # inches
NAME_LENGTH = 24  # characters of a name on an axis
PANEL_NAME_LENGTH = 15  # below a small panel

# Of methods in the order of `METHODS`, after Okabe & Ito (2008), Color universal design, and Paul Tol's muted scheme.
COLOURS = (
    *("#8A8A8A", "#AA4499", "#999933", "#009E73", "#117733", "#882255", "#CC6677", "#D55E00", "#CC79A7", "#0072B2"),
    *("#332288", "#3399CC", "#B0486A", "#7A5C00", "#44AA99", "#661100", "#DDCC77", "#6699CC"),
)
# a tuple: number of points, 1 for a star, and an angle
MARKERS = ("X", "<", ">", "D", "d", "v", "H", "s", "^", "o", "P", (3, 1, 0), (6, 1, 0), (4, 1, 0), "p", "h", "8", "*")

FONT = "'DejaVu Sans'"  # of the style file, as it stands in an SVG element
FONTS = f"{FONT}, Verdana, Arial, Helvetica, sans-serif"  # what a browser may take where it lacks that

GREY = "#777777"
CLASS_NAMES = {1: "propagation", 0: "arrest"}
CLASS_COLOURS = {1: "#E69F00", 0: "#56B4E9"}


def colour_of(method: str) -> str:
    """Colour of a method, the same in every figure of every run."""
    return COLOURS[_place(method) % len(COLOURS)]


def marker_of(method: str) -> str | tuple[int, int, int]:
    """Marker of a method, so that colour is never the only difference."""
    return MARKERS[_place(method) % len(MARKERS)]


def _place(method: str) -> int:
    """Place of a method in the list; one of another version gets a place by its name."""
    known = list(METHODS)
    return known.index(method) if method in known else len(known) + crc32(method.encode()) % len(COLOURS)


def label_of(method: str) -> str:
    """Name of a method as a reader knows it."""
    return METHODS[method].label if method in METHODS else shorten(method)


def shorten(name: str, length: int = NAME_LENGTH) -> str:
    """A name that an axis has room for: the middle of a long one gives way."""
    if len(name) <= length:
        return name
    return f"{name[: length - length // 3 - 1]}…{name[-(length // 3) :]}"


def with_unit(name: str, unit: str, length: int = PANEL_NAME_LENGTH) -> str:
    """Name and unit of an input; `(1)` marks one without dimension, and an unknown unit is left out."""
    return f"{shorten(name, length)} ({shorten(unit, 12)})" if unit else shorten(name, length)


@contextmanager
def style() -> Iterator[None]:
    """The figures' settings for a while, whatever the reader's own are."""
    with matplotlib.rc_context(fname=STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)  # the browser has more letters
        yield


def styled[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in the figures' style and leave no setting behind."""

    @wraps(draw)
    def within(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            return draw(*args, **kwargs)

    return within


def to_svg(figure: Figure, name: str) -> str:
    """An SVG element to stand in a page, the same for the same figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        Stands before every id, so that figures on one page share none.

    Returns
    -------
    str
        From `<svg` to `</svg>`, without XML declaration or metadata; sized by its `viewBox`.
    """
    text = _save(figure, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}).decode()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, count=1, flags=re.DOTALL)  # would hold page-wide
    text = text.replace("<svg", '<svg stroke-linejoin="round" stroke-linecap="butt"', 1)
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    text = text.replace(FONT, FONTS)
    text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "").replace("xlink:href", "href")
    text = re.sub(r' (?:d|x|y)="[^"]*"', _rounded, text)
    text = re.sub(r"\n\s*", "\n", text)  # indentation is a tenth of the file
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)


def to_png(figure: Figure, *, dpi: int = 150) -> bytes:
    """A PNG file of 256 colours, a third of the size of one of all."""
    pixels = Image.open(io.BytesIO(_save(figure, format="png", dpi=dpi))).convert("RGB")
    with io.BytesIO() as file:
        pixels.quantize(256).save(file, format="PNG", optimize=True)
        return file.getvalue()


def _rounded(attribute: re.Match) -> str:
    """Coordinates to a hundredth of a point, which halves the file."""
    return re.sub(r"(\.\d\d)\d+", r"\1", attribute.group().replace("\n", " "))


def _save(figure: Figure, **options) -> bytes:
    with style(), io.BytesIO() as file:
        if engine := figure.get_layout_engine():
            engine.execute(figure)
            with matplotlib.rc_context({"figure.constrained_layout.use": False}):
                figure.set_layout_engine(None)  # else matplotlib would go through all of the figure once more
        figure.savefig(file, **options)
        return file.getvalue()
