"""The report of several runs held against each other: one page from the stored comparison alone."""

from pathlib import Path

from data.files import write_text
from reports.html import page
from reports.page import REPORT
from reports.runs.material import RunsMaterial, read_material
from reports.runs.own import owned
from reports.runs.sections import SECTIONS
from reports.words import listed, name_of


def build_report(folder: Path) -> Path:
    """Write the report of several runs from its stored files alone.

    Parameters
    ----------
    folder : Path
        Of the comparison: see `studies.grid.compare_folders`.

    Returns
    -------
    Path
        `report.html` in that folder, beside the tables that it links to.

    Raises
    ------
    InputError
        Where files are missing or damaged.
    """
    return write_text(render(read_material(folder)), folder / REPORT)


def render(material: RunsMaterial) -> str:
    """The page as HTML text."""
    made = f"{len(material.runs)} runs, {listed([name_of(method) for method in material.methods])}"
    first, *others = SECTIONS
    own = [one.section(material) for one in owned(material)]
    sections = [first(material), *own, *(section(material) for section in others)]
    return page(material.study["name"], material.study["question"], made, sections)
