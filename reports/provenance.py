"""Provenance: everything that is needed to make the numbers again, and to look into them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bayesnet.contract import Result
from data.files import sha256
from reports.content import Section, Table, pairs_table
from reports.view import fits_of, is_several, methods_of, named, reference_of
from reports.words import ABSENT, anchor_of, duration, listed, name_of

OPENING = """import arviz as az
import xarray as xr

fit = xr.load_datatree("{method}.nc")  # posterior, predictions, log_likelihood, ...
az.summary(fit, var_names=["{variable}"])
comparison = xr.load_datatree("comparison.nc")  # a group for each part, most with a dimension "method"
comparison["scores"].to_dataset().sel({{"method": "{method}"}})  # .sel(method=...) means something else"""
STATES = {0: "with changes that were not committed", 1: "nothing uncommitted"}


def made_by(result: Result) -> str:
    """One line for the head of the page: what the results were made from."""
    if "pieces" in result.study:
        return result.study["made_from"]
    methods = listed([name_of(method) for method in methods_of(result)])
    if is_several(result):
        return f"{len(result.study['runs'])} runs, {methods}"
    about = result.parts.attrs
    return f"{methods}; {about['n_train']} training and {about['n_test']} test rows of {about['data']}"


def provenance(result: Result) -> Section:
    """Command, settings, versions, commit, times and files."""
    attributes = made_attributes(result)
    settings = [(key, _shown(value)) for key, value in result.study.get("settings", {}).items()]
    versions = list(json.loads(attributes.get("versions", "{}")).items())
    details = [
        Section(title, anchor, tables=(pairs_table(title, pairs),))
        for title, anchor, pairs in (
            ("Settings of the study", "study-settings", settings),
            ("Versions of the libraries", "versions", versions),
        )
        if pairs
    ]
    machine = f" on {attributes['machine']}" if attributes.get("machine") else ""
    compared = "" if "pieces" in result.study else f"Compared at commit {commit_of(attributes)}{machine}. "
    return Section(
        "Provenance",
        "provenance",
        paragraphs=(f"{compared}The results are made again by:",),
        code=result.study["command"],
        details=(
            *_opening(result),
            *details,
            *(Section(table.title, f"provenance-{anchor_of(table.title)}", tables=(table,)) for table in _made(result)),
            Section("Files", "files", tables=(files_table(result.files, result.folder),)),
        ),
    )


def made_attributes(result: Result) -> Mapping:
    """Where the parts came from: stored with all of them, or with each piece."""
    if "versions" in result.parts.attrs:
        return result.parts.attrs
    return next((piece.attrs for piece in result.parts.children.values()), {})


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _opening(result: Result) -> tuple[Section, ...]:
    """How the stored fits are opened, on the page of one run."""
    if not result.fits:
        return ()
    method = reference_of(result)
    variable = str(next(iter(result.fits[method]["posterior"].data_vars)))
    code = OPENING.format(method=method, variable=variable)
    return (Section("How to open the files in ArviZ", "opening", code=code),)


def commit_of(attributes: dict) -> str:
    """Commit that stored numbers were made at, and whether anything was uncommitted."""
    state = STATES.get(int(attributes.get("git_clean", -1)))
    commit = str(attributes.get("git_commit", "unknown"))
    return f"{commit} ({state})" if state else commit


def _made(result: Result) -> tuple[Table, ...]:
    """When, from what and by which code each fit or piece was made."""
    if "pieces" in result.study:
        return (_made_pieces(result),)
    if is_several(result):
        made = [(*named(fit), result.study["runs"][fit["run"]]["made"][fit["method"]]) for fit in fits_of(result)]
        header = ("run", "method")
    else:
        made, header = [(name_of(method), fit.attrs) for method, fit in result.fits.items()], ("method",)
    cells = tuple((*names, *_making(attributes, "seed", "fingerprint")) for *names, attributes in made)
    note = "The fingerprint is of everything that determines the numbers; the same one means the same result."
    header = (*header, "made", "time", "commit", "seed", "fingerprint")
    return (Table("Fits", header, cells, note),) if cells else ()


def _made_pieces(result: Result) -> Table:
    """What the pieces of a verification were measured with; checks follow from them."""
    made = {name: piece.attrs for name, piece in result.parts.children.items() if "settings" in piece.attrs}
    cells = tuple((name, *_making(attributes, "settings")) for name, attributes in made.items())
    note = f"Together {duration(sum(float(attributes['seconds']) for attributes in made.values()))}."
    return Table("Pieces", ("piece", "made", "time", "commit", "settings"), cells, note)


def _making(attributes: Mapping, *keys: str) -> tuple[str, ...]:
    """When, in what time and by which code something was made, and some of its other attributes."""
    return (
        str(attributes.get("created", ABSENT)),
        duration(float(attributes.get("seconds", "nan"))),
        commit_of(attributes),
        *(str(attributes.get(key, ABSENT)) for key in keys),
    )


def files_table(files: Sequence[Path], folder: Path) -> Table:
    """Files of a folder with their sizes and checksums."""
    cells = tuple((path.relative_to(folder).as_posix(), _size(path), sha256(path)) for path in files)
    return Table("Files", ("file", "size", "SHA-256"), cells, "Beside this page when it was written.")


def _size(path: Path) -> str:
    size = path.stat().st_size
    for unit, name in ((1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
