"""The report of any folder of results: one page from its stored files alone.

A page is the verdict, then the sections that the study names, each made of the views of its parts, then provenance.
It is the same for one run, for several runs and for the verification of the rupture solver.
"""

from pathlib import Path

from bayesnet.contract import Result
from bayesnet.results import read_result
from data.files import write_text
from reports import html
from reports.content import Section, Table
from reports.provenance import made_by, provenance
from reports.view import Column, View, fits_of, fits_table, source, views_of
from reports.words import ABSENT, anchor_of

REPORT = "report.html"
QUICK = "Quick settings: this shows that everything works, its numbers say little."
NOTE = f"Arrows say which way is better. {ABSENT} marks what a method does not have."


def build_report(folder: Path) -> Path:
    """Write the report of a folder of results from its stored files alone.

    Parameters
    ----------
    folder : Path
        Results of any study.

    Returns
    -------
    Path
        `report.html` in that folder, beside the tables that it links to.

    Raises
    ------
    InputError
        Where files are missing, damaged or of another version.
    """
    return write_text(render(read_result(folder)), folder / REPORT)


def render(result: Result) -> str:
    """The page as HTML text."""
    views = views_of(result)
    sections = [_verdict(result, views)]
    for title, names in result.study["sections"].items():
        shown = [views[name].show(result) for name in names if name in views]
        if any(shown):
            sections.append(merged(title, [one for one in shown if one is not None]))
    return html.page(
        result.study.get("title") or result.study["name"],
        result.study["question"],
        made_by(result),
        [*sections, provenance(result)],
    )


def merged(title: str, shown: list[Section]) -> Section:
    """One section made of what several views show."""
    kinds = ("paragraphs", "notices", "tables", "images", "details")
    return Section(
        title, anchor_of(title), **{kind: tuple(x for s in shown for x in getattr(s, kind)) for kind in kinds}
    )


def _verdict(result: Result, views: dict[str, View]) -> Section:
    """What to take home, in sentences and in one table of all fits."""
    return Section(
        "Verdict",
        "verdict",
        notices=(
            *((QUICK,) if result.study.get("quick") else ()),
            *(said for view in views.values() for said in view.warnings(result)),
        ),
        paragraphs=tuple(said for view in views.values() for said in view.verdict(result)),
        tables=_methods(result, [column for view in views.values() for column in view.columns if column.heading]),
    )


def _methods(result: Result, columns: list[Column]) -> tuple[Table, ...]:
    if not columns or not fits_of(result):
        return ()
    return fits_table(result, "Methods", columns, note=NOTE, source=source(result, "summary.csv"))
