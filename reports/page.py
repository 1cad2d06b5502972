"""The report of a run: one page from its stored files alone."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from data.files import read_json, write_text
from reports.content import Image, Material, Section
from reports.figures import FIGURES, FigureSpec, load_run
from reports.html import image, page
from reports.sections import SECTIONS
from reports.words import name_of

REPORT = "report.html"


def build_report(folder: Path) -> Path:
    """Write the report of a run from its stored files alone.

    Parameters
    ----------
    folder : Path
        Of a run: see `studies.study.Study.run`.

    Returns
    -------
    Path
        `report.html` in that folder, beside the tables that it links to.

    Raises
    ------
    InputError
        Where files of the run are missing or damaged.
    """
    return write_text(render(read_material(folder)), folder / REPORT)


def read_material(folder: Path) -> Material:
    """Everything that a report is written from, out of the folder of a run.

    Raises
    ------
    InputError
        Where files of the run are missing or damaged.
    """
    run = load_run(folder)
    audit = folder / "audit.json"
    return Material(
        run=run,
        study=json.loads(run.comparison.attrs.get("study", "{}")),
        findings=read_json(audit) if audit.is_file() else None,
        files=tuple(sorted(path for kind in ("*.nc", "*.json", "*.csv", "tables/*.csv") for path in folder.glob(kind))),
        folder=folder,
    )


def render(material: Material, figures: Iterable[FigureSpec] = FIGURES) -> str:
    """The page as HTML text.

    Parameters
    ----------
    material : Material
    figures : iterable of FigureSpec
        Drawn into the section of their name; those that draw nothing are left out.

    Returns
    -------
    str
    """
    figures = tuple(figures)
    sections = [_illustrated(section(material), material, figures) for section in SECTIONS]
    return page(_title(material), material.study.get("question", ""), _made(material), sections)


def draw(figure: FigureSpec, material: Material) -> Image | None:
    """A figure as an image of the page; None where the run does not have what it takes."""
    drawn = figure.draw(material.run)
    if drawn is None:
        return None
    run, source = material.run, material.csv(figure.table) if figure.table else ""
    words = figure.caption(run), figure.alt(run)
    return image(drawn, figure.name, figure.title, *words, source=source, dense=figure.dense)


def _illustrated(section: Section, material: Material, figures: tuple[FigureSpec, ...]) -> Section:
    """A section with the figures that belong to it."""
    drawn = [draw(figure, material) for figure in figures if figure.section == section.anchor]
    return replace(section, images=tuple(one for one in drawn if one is not None))


def _title(material: Material) -> str:
    name = material.study.get("name", "comparison")
    return f"{name} on {material.comparison.attrs['catalogue']}"


def _made(material: Material) -> str:
    attributes = material.comparison.attrs
    methods = ", ".join(map(name_of, material.methods))
    return f"{methods}; {attributes['n_train']} training and {attributes['n_test']} test rows"
