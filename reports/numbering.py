"""Numbers of figures and tables, in the order of the page, and references to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from markupsafe import Markup, escape

from reports.content import Section
from reports.words import anchor_of

REFERENCE = re.compile(r"\s?\[\[((?:figure|table):[\w-]+(?:, (?:figure|table):[\w-]+)*)\]\]")


class Place(NamedTuple):
    """Where a figure or table stands."""

    label: str  # "Figure 3"
    anchor: str


def numbered(sections: Sequence[Section]) -> tuple[list[Section], dict[str, Place]]:
    """The sections with their figures and tables numbered, and the place of each by its reference.

    A table without headings is a list and has no number. Of tables of one title the first is the one referred to.
    """
    figures, tables, places = count(1), count(1), {}

    def of(section: Section) -> Section:
        ours = tuple(replace(one, number=next(tables)) if any(one.header) else one for one in section.tables)
        drawn = tuple(replace(one, number=next(figures)) for one in section.images)
        for one in ours:
            if one.number:
                places.setdefault(f"table:{anchor_of(one.title)}", Place(f"Table {one.number}", f"table-{one.number}"))
        for one in drawn:
            places.setdefault(f"figure:{one.name}", Place(f"Figure {one.number}", f"figure-{one.name}"))
        return replace(section, tables=ours, images=drawn, details=tuple(map(of, section.details)))

    return [of(section) for section in sections], places


def linked(text: str, *, places: Mapping[str, Place]) -> Markup:
    """A sentence with its references as links in brackets; those to what the page does not have are left out."""

    def link(found: re.Match) -> str:
        known = [places[name] for name in found.group(1).split(", ") if name in places]
        links = ", ".join(f'<a href="#{escape(place.anchor)}">{escape(place.label)}</a>' for place in known)
        return f" ({links})" if links else ""

    # all but the links is escaped
    return Markup(REFERENCE.sub(link, str(escape(text))))  # nosec B704
