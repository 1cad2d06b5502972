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


def runs(material: RunsMaterial) -> Section:
    """What each run is, and in what they differ."""
    settings = {run: _settings(about) for run, about in material.runs.items()}
    names = list(dict.fromkeys(name for of_run in settings.values() for name in of_run))
    # settings of a method that a run does not have are no difference
    values = {name: {of_run[name] for of_run in settings.values() if name in of_run} for name in names}
    differing = [name for name in names if len(values[name]) > 1]
    rows = tuple(
        (run, *(of_run.get(name, ABSENT) for name in differing), material.runs[run]["folder"])
        for run, of_run in settings.items()
    )
    same = [(name, *values[name]) for name in names if name not in differing]
    tests = next(iter(material.runs.values()))["n_test"]
    return Section(
        "Runs",
        "runs",
        paragraphs=(
            f"Every run was tested on the same {tests} rows. Others are held against {material.baseline}, each method "
            "against itself. Each run's folder holds its own full report.",
        ),
        tables=(Table("What differs", ("run", *differing, "folder"), rows),),
        details=(Section("What is the same", "same-settings", tables=(pairs_table("What is the same", same),)),),
    )


def _settings(about: dict) -> dict[str, str]:
    """Everything that determines a run's numbers, by name; settings of the network and of methods as they were used."""
    study = {
        key: value for key, value in about["study"].items() if key not in ("name", "question", "network", "configs")
    }
    network = {"network": next(iter(about["networks"].values()))}
    used = flat(study) | {"n_train": about["n_train"]} | flat(network) | flat(about["configs"])
    return {name: _shown(value) for name, value in used.items()}


def _shown(value: object) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def convergence(material: RunsMaterial) -> Section:
    """Whether the fits can be believed."""
    columns = [
        Column("R-hat", "diagnostics", "rhat_max", {}, lambda value: fixed(value, 3)),
        Column("bulk-ESS", "diagnostics", "ess_bulk_min", {}, count),
        Column("tail-ESS", "diagnostics", "ess_tail_min", {}, count),
        Column("divergences", "diagnostics", "divergences", {}, count),
        Column("weights' R-hat, matched", "diagnostics", "weights_rhat_max_matched", {}, lambda value: fixed(value, 3)),
        Column("k-hat", "diagnostics", "khat", {}, lambda value: fixed(value, 1)),
        Column("ELBO of restarts within (nats)", "diagnostics", "elbo_spread", {}, lambda value: fixed(value, 1)),
        Column("scores of restarts differ by", "diagnostics", "restart_difference"),
        Column("units doing nothing", "units", "unused", {}, lambda value: fixed(value, 1)),
        Column("converged?", "diagnostics", "converged", {}, lambda value: {0: "NO", 1: "yes"}.get(value, ABSENT)),
    ]
    note = (
        "R-hat and ESS of the test predictions, the worst of them. A variational fit counts as converged where its "
        "ELBO has stopped rising; its k-hat says how far its Gaussian is from the posterior where it has mass (below "
        "0.7: close)."
    )
    tables = material.table("Convergence", columns, source=material.csv("diagnostics"), note=note)
    return Section("Convergence", "convergence", tables=tables)


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
    runs,
    predictions,
    uncertainty,
    convergence,
    provenance,
)
