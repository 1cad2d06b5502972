"""The sections of the report in their order: each a function from the stored material to a `Section`."""

from collections.abc import Callable

from reports.content import Material, Section
from reports.sections.headlines import headlines
from reports.sections.provenance import provenance

SECTIONS: tuple[Callable[[Material], Section], ...] = (
    headlines,
    provenance,
)
