"""The sections of the report of several runs, in their order."""

import json
from collections.abc import Callable

from bayesnet.metrics import DIRECTION
from bayesnet.parts.scores import BOUNDS
from reports.content import Column, Image, Section, Table, pairs_table
from reports.differences import DECIDED, difference
from reports.figures.across import changes_by_run, scores_by_run, sd_by_run
from reports.html import image
from reports.runs.material import RunsMaterial, flat
from reports.runs.own import owned
from reports.runs.verdict import verdict, warnings
from reports.sections.predictions import ARROWS, GAUSSIAN, METRICS
from reports.sections.provenance import commit_of, files_table
from reports.words import ABSENT, count, duration, fixed, interval, listed, name_of, number, percent


def headlines(material: RunsMaterial) -> Section:
    """The verdict in sentences, and every fit by its headline figures."""
    columns = [
        Column("accuracy ↑", "scores", "value", {"metric": "accuracy"}, percent),
        Column("F1 ↑", "scores", "value", {"metric": "f1"}),
        Column("log score ↑", "scores", "value", {"metric": "log_score"}),
        Column("ECE", "calibration", "ece"),
        Column("predictive sd", "scores", "value", {"metric": "predictive_sd"}),
        Column("R-hat", "diagnostics", "rhat_max", {}, lambda value: fixed(value, 3)),
        Column("ESS", "diagnostics", "ess_min", {}, count),
        Column("k-hat", "diagnostics", "khat", {}, lambda value: fixed(value, 1)),
        Column("time", "run", "seconds", {}, duration),
    ]
    note = (
        "Arrows say which way is better; ECE has none: even calibrated scores have some (see Uncertainty). "
        "R-hat and ESS (bulk or tail): the worst over the test predictions. Each run is one fit: "
        "intervals in this report are over test rows, not over starts of an optimiser (see Convergence). "
        f"{ABSENT} marks what a method does not have."
    )
    return Section(
        "Verdict",
        "verdict",
        notices=warnings(material),
        paragraphs=(*(sentence for own in owned(material) for sentence in own.verdict(material)), *verdict(material)),
        tables=material.table("Fits", columns, source=material.source("summary.csv"), note=note),
    )


def provenance(material: RunsMaterial) -> Section:
    """Command, versions, commit and files."""
    attributes = material.comparison.attrs
    versions = list(json.loads(attributes["versions"]).items())
    rows = tuple(
        (run, name_of(method), about["catalogue"], made["created"], made["git_commit"], made["fingerprint"])
        for run, about in material.runs.items()
        for method, made in about["made"].items()
    )
    return Section(
        "Provenance",
        "provenance",
        paragraphs=(
            f"Compared at commit {commit_of(attributes)}; resampled with seed {attributes['seed']}. Made again by:",
        ),
        code=material.study["command"],
        tables=(
            Table("Fits", ("run", "method", "catalogue", "made", "commit", "fingerprint"), rows),
            files_table(material.files, material.folder),
        ),
        details=(
            Section(
                "Versions of the libraries", "versions", tables=(pairs_table("Versions of the libraries", versions),)
            ),
        ),
    )


SECTIONS: tuple[Callable[[RunsMaterial], Section], ...] = (
    headlines,
    predictions,
    uncertainty,
    provenance,
)
