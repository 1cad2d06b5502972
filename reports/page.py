"""The report of any folder of results: one page from its stored files alone.

A page is the verdict, then the sections that the study names, each made of the views of its parts, then references and
provenance. It is the same for one run, for several runs and for the verification of the rupture solver.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bayesnet.contract import Result
from bayesnet.results import read_result
from data.files import write_text
from data.written import claim
from reports import html
from reports.content import Section, Table
from reports.provenance import made_by, provenance
from reports.references import references
from reports.view import FAIL, PASS, WARN, Check, View, fits_of, fits_table, many_inputs, methods_of, source, views_of
from reports.words import ABSENT, anchor_of

REPORT = "report.html"
QUICK = "Quick settings: this shows that everything works, its numbers say little."
MANY = (
    "The catalogue has {every} inputs, of which the fits use all. What this page says of single inputs and of their "
    "weights is about {shown} of them: those that, each alone, best tell the classes of the training rows apart."
)
MOST_FAILURES = 8  # that stand above the verdict one by one
NOTE = f"Arrows say which way is better. {ABSENT} marks what a method does not have."
MARKS = {FAIL: "✗ FAIL", WARN: "! warn", PASS: "✓ pass"}  # the worst first


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
        Where files are missing, damaged or of another version, or a report stands there that is not ours.
    """
    return write_report(read_result(folder))


def write_report(result: Result, given: Mapping[str, Section | None] | None = None) -> Path:
    """Write the report of results beside the files that they were read from; `given` as for `render`."""
    page = render(result, given)
    claim(result.folder, [REPORT])
    return write_text(page, result.folder / REPORT)


def render(result: Result, given: Mapping[str, Section | None] | None = None) -> str:
    """The page as HTML text.

    Parameters
    ----------
    result : Result
    given : mapping, optional
        What the views of some parts show, by the names of the parts, where it was made already: see `section_of`.
    """
    views, given = views_of(result), given or {}
    sections = [_verdict(result, views)]
    for title, names in result.study["sections"].items():
        shown = [given[name] if name in given else _shown(views[name], result) for name in names if name in views]
        if any(shown):
            sections.append(Section(title, anchor_of(title), details=tuple(one for one in shown if one is not None)))
    return html.page(
        result.study.get("title") or result.study["name"],
        result.study["question"],
        made_by(result),
        [*sections, *references(sections), provenance(result)],
        methods=methods_of(result),
    )


def checks_of(result: Result) -> list[Check]:
    """Everything that the views of a result check."""
    return [check for view in views_of(result).values() for check in view.checks(result)]


def section_of(result: Result, part: str) -> Section | None:
    """What the view of a part shows of a result, with its figures drawn; None where it shows nothing."""
    return _shown(views_of(result)[part], result)


def _shown(view: View, result: Result) -> Section | None:
    section = view.show(result)
    if section is None:
        return None
    if view.numbers_folded and section.tables and section.images:
        numbers = Section("Numbers of the figures", f"{section.anchor}-numbers", tables=section.tables)
        section = replace(section, tables=(), details=(numbers, *section.details))
    return replace(section, folded=view.folded)


def _verdict(result: Result, views: dict[str, View]) -> Section:
    """What to take home: sentences by section, one table of all fits, and what was checked."""
    checks, many = checks_of(result), many_inputs(result)
    return Section(
        "Verdict",
        "verdict",
        notices=(
            *((QUICK,) if result.study.get("quick") else ()),
            *((MANY.format(every=many[0], shown=many[1]),) if many else ()),
            *_failures(checks),
        ),
        details=(*_sentences(result, views), *_methods(result, views), *_checks(checks)),
    )


def _failures(checks: list[Check]) -> tuple[str, ...]:
    """What failed, each in words; where that would fill a screen, only how much, since a table says what."""
    failed = [check.said for check in checks if check.state == FAIL]
    if len(failed) <= MOST_FAILURES:
        return tuple(failed)
    return (
        f"{len(failed)} of {len(checks)} checks fail: their numbers, and all that is compared with them, may move.",
    )


def _sentences(result: Result, views: dict[str, View]) -> list[Section]:
    """What the views of each section of the page have to say, under the title of that section."""
    found = []
    for title, names in result.study["sections"].items():
        said = [one for name in names if name in views for one in views[name].verdict(result)]
        sentences = tuple(one for one in said if isinstance(one, str))
        tables = tuple(one for one in said if isinstance(one, Table))
        if said:
            anchor = f"verdict-{anchor_of(title)}"
            found.append(Section(title, anchor, paragraphs=sentences, tables=tables, folded=False))
    return found


def _methods(result: Result, views: dict[str, View]) -> tuple[Section, ...]:
    """One table of all fits."""
    columns = [column for view in views.values() for column in view.columns if column.heading]
    if not columns or not fits_of(result):
        return ()
    tables = fits_table(result, "Methods", columns, note=NOTE, source=source(result, "summary.csv"))
    return (Section("Methods", "verdict-methods", tables=tables, folded=False),)


def _checks(checks: list[Check]) -> tuple[Section, ...]:
    """What was checked: what failed and what a reader should know in sight, what passed to be opened."""
    if not checks:
        return ()
    of_state = {state: [one for one in checks if one.state == state] for state in MARKS}
    counts = ", ".join(f"{len(some)} {state}" for state, some in reversed(of_state.items()))
    doubtful = _checks_table("Checks to know of", of_state[FAIL] + of_state[WARN])
    title = "1 check that passes" if len(of_state[PASS]) == 1 else f"{len(of_state[PASS])} checks that pass"
    passed = Section(title, "checks-passed", tables=_checks_table("Checks that pass", of_state[PASS]))
    details = (passed,) if of_state[PASS] else ()
    return (Section("Checks", "verdict-of-checks", (f"{counts}.",), tables=doubtful, details=details, folded=False),)


def _checks_table(title: str, checks: list[Check]) -> tuple[Table, ...]:
    rows = tuple((one.name, MARKS[one.state], one.said.removeprefix(f"{one.name}: ")) for one in checks)
    return (Table(title, ("check", "state", "what was found"), rows),) if rows else ()
