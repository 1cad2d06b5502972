"""The report: one HTML file that holds everything it shows and asks the network for nothing."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from data import InputError
from data.files import write_text
from reports.content import Image, Material, Section
from reports.figures import FIGURES, FigureSpec, load_run, to_png, to_svg
from reports.sections import SECTIONS
from reports.words import name_of, unbroken

HERE = Path(__file__).parent
REPORT = "report.html"
PIXELS = 100  # an inch of a figure
LARGEST_SVG = 150_000  # characters; a figure beyond is smaller, and quicker to show, as PNG


def build_report(folder: Path) -> Path:
    """Write the report of a run from its stored files alone.

    Parameters
    ----------
    folder : Path
        Of a run: see `studies.runner.run`.

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
    try:
        run = load_run(folder)
    except OSError as error:
        raise InputError(
            f"{folder} must hold a finished run (comparison.nc, catalogue.nc and a .nc file a method), got: {error}; "
            "make one with: bayesnet run"
        ) from error
    audit = folder / "audit.json"
    return Material(
        run=run,
        study=json.loads(run.comparison.attrs.get("study", "{}")),
        findings=json.loads(audit.read_text(encoding="utf-8")) if audit.is_file() else None,
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
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("style.css", "print.js"))
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=_title(material),
            subtitle=material.study.get("question", ""),
            made=_made(material),
            sections=[_illustrated(section(material), material, figures) for section in SECTIONS],
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        )
    )


def draw(figure: FigureSpec, material: Material) -> Image | None:
    """A figure as an image of the page; None where the run does not have what it takes."""
    drawn = figure.draw(material.run)
    if drawn is None:
        return None
    svg = "" if figure.dense else to_svg(drawn, figure.name)
    if svg and len(svg) <= LARGEST_SVG:
        address = _data_uri("image/svg+xml", svg.encode())
    else:
        address = _data_uri("image/png", to_png(drawn))
    width, height = (round(side * PIXELS) for side in drawn.get_size_inches())
    run, source = material.run, material.csv(figure.table) if figure.table else ""
    return Image(figure.name, figure.title, address, figure.caption(run), figure.alt(run), width, height, source)


def _illustrated(section: Section, material: Material, figures: tuple[FigureSpec, ...]) -> Section:
    """A section with the figures that belong to it."""
    drawn = [draw(figure, material) for figure in figures if figure.section == section.anchor]
    return replace(section, images=tuple(image for image in drawn if image is not None))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    return environment


def _title(material: Material) -> str:
    name = material.study.get("name", "comparison")
    return f"{name} on {material.comparison.attrs['catalogue']}"


def _made(material: Material) -> str:
    attributes = material.comparison.attrs
    methods = ", ".join(map(name_of, material.methods))
    return f"{methods}; {attributes['n_train']} training and {attributes['n_test']} test rows"


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _hash(text: str) -> str:
    """A source of the content security policy: this very text may act in the page, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
