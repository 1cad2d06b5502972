"""Provenance: everything that is needed to make the numbers again, and to look into them."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from data.files import sha256
from reports.content import Material, Section, Table, pairs_table
from reports.words import ABSENT, name_of

OPENING = """import arviz as az
import xarray as xr

fit = xr.load_datatree("{method}.nc")  # posterior, predictions, log_likelihood, ...
az.summary(fit, var_names=["b1"])
comparison = xr.load_datatree("comparison.nc")  # a group a part, each with a dimension "method"
comparison["scores"].to_dataset()"""
STATES = {0: "with changes that were not committed", 1: "nothing uncommitted"}


def provenance(material: Material) -> Section:
    """Command, settings, versions, commit, times and files."""
    attributes = material.comparison.attrs
    study = [(key, json.dumps(value, ensure_ascii=False)) for key, value in material.study.items()]
    versions = list(json.loads(attributes.get("versions", "{}")).items())
    command = command_of(material.study)
    words = [f"Compared at commit {commit_of(attributes)}; resampled with seed {attributes.get('seed', ABSENT)}."]
    words += ["The run is made again by:"] if command else []
    return Section(
        "Provenance",
        "provenance",
        paragraphs=tuple(words),
        code=command,
        tables=(_made(material), files_table(material.files, material.folder)),
        details=(
            Section("Settings of the study", "study-settings", tables=(pairs_table("Settings of the study", study),)),
            Section(
                "Versions of the libraries", "versions", tables=(pairs_table("Versions of the libraries", versions),)
            ),
            Section(
                "How to open the files in ArviZ",
                "opening",
                code=OPENING.format(method=material.reference),
            ),
        ),
    )


def command_of(study: dict) -> str:
    """The command line that makes a study's run again; "" where its settings are not stored.

    >>> command_of({"name": "rupture", "catalogue": "my faults.csv", "methods": ["mlp"], "seed": 1})
    "bayesnet run rupture --data 'my faults.csv' --methods mlp --seed 1"
    """
    if "name" not in study:
        return ""
    options = {
        "--data": study.get("catalogue", ""),
        "--label": "" if study.get("label") == "label" else study.get("label", ""),
        "--methods": ",".join(study.get("methods", [])),
        "--balance": study.get("balance", ""),
        "--seed": str(study.get("seed", "")),
    }
    words = ["bayesnet", "run", study["name"], *(word for pair in options.items() if pair[1] for word in pair)]
    return shlex.join([*words, *(["--quick"] if study.get("quick") else [])])


def commit_of(attributes: dict) -> str:
    """Commit that stored numbers were made at, and whether anything was uncommitted."""
    state = STATES.get(int(attributes.get("git_clean", -1)))
    commit = str(attributes.get("git_commit", "unknown"))
    return f"{commit} ({state})" if state else commit


def _made(material: Material) -> Table:
    cells = tuple(
        (
            name_of(method),
            *(str(fit.attrs.get(key, ABSENT)) for key in ("created", "seed", "fingerprint")),
            commit_of(fit.attrs),
        )
        for method, fit in material.run.fits.items()
    )
    note = "The fingerprint is of everything that determines the numbers; the same one means the same fit."
    return Table("Fits", ("method", "made", "seed", "fingerprint", "commit"), cells, note)


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
