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

SCORED = ("accuracy", "f1", "log_score", "brier", "roc_auc")


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


def predictions(material: RunsMaterial) -> Section:
    """Scores with intervals, and what each run changes for each method."""
    scores = material.comparison["scores"].to_dataset()
    drawn = image(
        scores_by_run(scores),
        "scores-by-run",
        "Scores of every fit",
        "Dots are scores of the posterior mean on the test rows, lines their 95 % bootstrap intervals over test rows. "
        "All fits meet the same rows: overlapping lines do not mean that two fits cannot be told apart, see below.",
        "Four panels of dots with intervals: accuracy, log score, F1 and predictive sd, a line a run.",
        source=material.csv("scores"),
    )
    gaussian = [
        run
        for run, about in material.runs.items()
        if any(network.get("likelihood") == "gaussian" for network in about["networks"].values())
    ]
    return Section(
        "Predictions",
        "predictions",
        paragraphs=(f"In {listed(gaussian)} the {GAUSSIAN}",) if gaussian else (),
        tables=(_score_table(material), *_change_table(material)),
        images=(drawn, *_changes(material)),
    )


def _score_table(material: RunsMaterial) -> Table:
    rows = []
    for run, method in material.fits():
        cells = []
        for metric in SCORED:
            ends = [material.find("scores", "rows_interval", run, method, metric=metric, bound=b) for b in BOUNDS]
            cells.append(interval(material.find("scores", "value", run, method, metric=metric), *ends))
        rows.append((run, name_of(method), *cells))
    header = ("run", "method", *(METRICS[metric] + ARROWS[DIRECTION[metric]] for metric in SCORED))
    note = "Brackets are 95 % bootstrap intervals over test rows."
    return Table("Scores", header, tuple(rows), note, material.csv("scores"))


def _change_table(material: RunsMaterial) -> tuple[Table, ...]:
    rows = []
    for run, method in material.fits():
        against = {"other": material.baseline}
        pair = {"run": run, "method": method} | against
        cells = [difference(material.comparison, metric, pair).marked for metric in SCORED]
        found = [material.find("differences", name, run, method, **against) for name in ONLY]
        if run != material.baseline and cells[0] != ABSENT:
            p = material.find("differences", "mcnemar_p", run, method, **against)
            rows.append((run, name_of(method), *cells, *map(count, found), number(p, 2)))
    header = ("run", "method", *(METRICS[metric] + ARROWS[DIRECTION[metric]] for metric in SCORED), *HEADINGS)
    note = (
        f"Run minus {material.baseline}, the same method on the same test rows; {DECIDED}. "
        "Each interval stands on its own: among many, some leave zero out by chance. McNemar: whether both misclassify "
        "equally often."
    )
    title = f"Changes against {material.baseline}"
    return (Table(title, header, tuple(rows), note, material.csv("differences")),) if rows else ()


ONLY = ("only_run_right", "only_other_right")
HEADINGS = ("only this run right", "only the baseline right", "McNemar p")


def _changes(material: RunsMaterial) -> tuple[Image, ...]:
    if "differences" not in material.comparison.children:
        return ()
    return (
        image(
            changes_by_run(material.comparison["differences"].to_dataset(), material.baseline),
            "changes-by-run",
            f"Changes against {material.baseline}",
            "Right of zero a run predicts better than the baseline with the same method. Lines are paired 95 % "
            "intervals: where one spans zero, nothing is shown.",
            "Two panels of dots with intervals: change of accuracy and of log score, a line a run.",
            source=material.csv("differences"),
        ),
    )


def uncertainty(material: RunsMaterial) -> Section:
    """How sure the methods say they are, and whether that is right."""
    groups = material.comparison["uncertainty_groups"].to_dataset()
    columns = [
        Column("sd, propagation", "uncertainty_groups", "by_class", {"measure": "sd", "label": 1}),
        Column("sd, arrest", "uncertainty_groups", "by_class", {"measure": "sd", "label": 0}),
        Column("their ratio", "uncertainty_groups", "propagation_ratio", {"measure": "sd"}, lambda v: fixed(v, 2)),
        Column("peaks at 0.5", "uncertainty_groups", "centre_correlation", {"measure": "sd"}, lambda v: fixed(v, 2)),
        Column("finds errors ↑", "errors", "error_auc", {"measure": "total"}),
        Column("ECE", "calibration", "ece"),
        Column("… if calibrated, up to", "calibration", "ece_calibrated", {"bound": "upper"}),
    ]
    note = (
        "Peaks at 0.5: Spearman correlation of the sd with the closeness of the score to 0.5. Finds errors: "
        "probability that a misclassified row has a larger total entropy than a right one; 0.5 is chance. "
        "ECE if calibrated: 97.5 % of outcomes drawn from the scores themselves give one below; an ECE shows something "
        "only above."
    )
    drawn = ()
    if groups["by_class"].sel(measure="sd").notnull().any():
        drawn = (
            image(
                sd_by_run(groups),
                "sd-by-run",
                "Predictive sd by class",
                "How far the draws of each method scatter about their mean score, averaged over the test rows of each "
                "true class. Point estimates have none.",
                "Two panels of dots: mean predictive sd on rows of propagation and of arrest, a line a run.",
                source=material.csv("uncertainty_by_class"),
            ),
        )
    tables = material.table("Uncertainty", columns, source=material.csv("uncertainty"), note=note)
    return Section("Uncertainty", "uncertainty", tables=tables, images=drawn)


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
