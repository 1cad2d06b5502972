"""A page as HTML text: one file that holds everything it shows and asks the network for nothing."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from reports.content import Dots, Image, Section
from reports.numbering import Place, linked, numbered
from reports.pieces import pieces_of
from reports.style import colour_of, to_png, to_svg
from reports.words import name_of, together, unbroken

HERE = Path(__file__).parent
PIXELS = 100  # an inch of a figure
POINT = " Point at a dot for its row."
LARGEST_SVG = 150_000  # characters; a figure beyond is smaller, and quicker to show, as PNG


def page(title: str, subtitle: str, made: str, sections: Sequence[Section], *, methods: Sequence[str] = ()) -> str:
    """The page as HTML text.

    Parameters
    ----------
    title, subtitle, made : str
        Its head: what it is, the question, and what it was made from.
    sections : sequence of Section
        In their order; the table of contents lists them.
    methods : sequence of str
        Those that a reader can hide in tables and figures.

    Returns
    -------
    str
    """
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("style.css", "page.js"))
    sections, places = numbered(sections)
    return (
        _environment(places)
        .get_template("page.html")
        .render(
            title=title,
            subtitle=subtitle,
            made=made,
            sections=sections,
            methods=[(name_of(method), colour_of(method)) for method in methods] if len(methods) > 1 else [],
            # style and script are files of this package, nothing of them is the user's
            style=Markup(style),  # nosec B704
            script=Markup(script),  # nosec B704
            policy=f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        )
    )


def image(
    drawn: Figure,
    name: str,
    title: str,
    caption: str,
    alt: str,
    *,
    source: str = "",
    dense: bool = False,
    dots: Callable[[], Dots | None] | None = None,
) -> Image:
    """A drawn figure as an image of the page.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure
    name, title, caption, alt : str
        `name` is safe in a file name; the caption says what to see in it, `alt` the same to who cannot see it.
    source : str
        File beside the report that holds its numbers.
    dense : bool
        Thousands of points: a PNG is smaller than an SVG.
    dots : callable, optional
        What its dots tell under the pointer, asked for once they stand where they are drawn: see
        `reports.hover.dots_of`.
    """
    svg = "" if dense else to_svg(drawn, name)
    if svg and len(svg) <= LARGEST_SVG:
        address = data_uri("image/svg+xml", svg.encode())
    else:
        address = data_uri("image/png", to_png(drawn))
    width, height = (round(side * PIXELS) for side in drawn.get_size_inches())
    told = dots() if dots else None
    caption += POINT if told else ""
    return Image(name, title, address, caption, alt, width, height, source, dots=told, pieces=pieces_of(drawn))


def data_uri(kind: str, content: bytes) -> str:
    """Content of a media type as an address that needs no request."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _environment(places: Mapping[str, Place]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["together"] = together
    environment.filters["linked"] = partial(linked, places=places)
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    environment.filters["dots"] = lambda dots: json.dumps(asdict(dots), ensure_ascii=False, separators=(",", ":"))
    return environment


def _hash(text: str) -> str:
    """A source of the content security policy: this very text may act in the page, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
