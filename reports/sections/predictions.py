"""The predictions: scores, differences between methods, calibration, and what the uncertainty knows."""

from itertools import combinations

from bayesnet.fitting import network_of
from bayesnet.metrics import DIRECTION
from bayesnet.parts.scores import BOUNDS
from reports.content import Column, Material, Section, Table, find, method_table
from reports.differences import DECIDED, difference
from reports.sections.rows import uncertain_rows, wrong_rows
from reports.words import MINUS, count, interval, name_of, number, percent

METRICS = {
    "accuracy": "accuracy",
    "f1": "F1",
    "f1_weighted": "weighted F1",
    "log_score": "log score (nats)",
    "brier": "Brier score",
    "roc_auc": "ROC-AUC",
    "predictive_sd": "predictive sd",
}
ARROWS = {1: " ↑", -1: " ↓"}
CALIBRATION = (
    Column("ECE", "calibration", "ece"),
    Column("… if calibrated, 2.5 %", "calibration", "ece_calibrated", {"bound": "lower"}),
    Column("… 97.5 %", "calibration", "ece_calibrated", {"bound": "upper"}),
    Column("miscalibration", "calibration", "miscalibration"),
    Column("… if calibrated, 2.5 %", "calibration", "miscalibration_calibrated", {"bound": "lower"}),
    Column("… 97.5 %", "calibration", "miscalibration_calibrated", {"bound": "upper"}),
    Column("discrimination ↑", "calibration", "discrimination"),
    Column("uncertainty of the outcome", "calibration", "uncertainty"),
)
CALIBRATION_NOTE = (
    "ECE: expected calibration error over ten bins. The Brier score is miscalibration less discrimination plus "
    "uncertainty of the outcome (CORP, Dimitriadis et al. 2021). Both errors are above zero even of calibrated scores, "
    "for want of rows: 95 % of outcomes drawn from the scores themselves give values between the two that follow. Only "
    "above them has a method shown to be miscalibrated, and values among them rank no methods."
)
ELPD = (
    Column("ELPD of the posterior (nats)", "elpd", "elpd"),
    Column("standard error", "elpd", "elpd_se"),
    Column("effective parameters", "elpd", "p_loo"),
    Column("rows of high k-hat ↓", "elpd", "unreliable", show=percent),
    Column("nats in them ↓", "elpd", "unreliable_nats"),
    Column("reliable?", "elpd", "reliable", show=lambda value: "yes" if value == 1 else "NO"),
    Column("difference to the best ↑", "elpd", "elpd_diff"),
    Column("its standard error", "elpd", "dse"),
    Column("stacking weight", "elpd", "weight", show=lambda value: number(value, 2)),
)
GAUSSIAN = (
    "likelihood was Gaussian, of an outcome N(score, 1): log scores, joint log scores and entropies are none the less "
    "of an outcome that is 1 with the probability of the score."
)
OF_POSTERIOR = (
    "For a variational fit it is the exact posterior's ELPD, estimated from the approximation's draws: a check on a "
    "sampler's, not a score of the approximation, and compared with nothing."
)
ELPD_NOTE = (
    "Expected log predictive density of the training rows by leave-one-out (PSIS-LOO, Vehtari et al. 2017); "
    f"a row that stands for several equal ones is left out with them and counts once. {OF_POSTERIOR} Where "
    "'reliable?' says NO, so much of it lies in rows of high k-hat that the number cannot be believed; it has no "
    "difference and no weight. Point estimates have none."
)


def predictions(material: Material) -> Section:
    """Scores with intervals, paired differences, calibration, ELPD, and the rows to look at."""
    errors = [
        Column(f"by {name}", "errors", "error_auc", {"measure": measure})
        for measure, name in (("sd", "sd"), ("total", "total entropy"), ("epistemic", "epistemic part"))
    ]
    gaussian = any(network_of(fit).likelihood == "gaussian" for fit in material.run.fits.values())
    return Section(
        "Predictions",
        "predictions",
        paragraphs=(
            "Scores are of the posterior mean score on the test rows. Brackets are 95 % bootstrap intervals over test "
            "rows; a ranking needs the paired differences, since all methods meet the same rows.",
            *([f"The {GAUSSIAN}"] if gaussian else []),
        ),
        tables=(
            _scores(material, "rows"),
            _differences(material),
            _confusion(material),
            *method_table(
                material, "Calibration", CALIBRATION, source=material.csv("calibration"), note=CALIBRATION_NOTE
            ),
            *method_table(
                material,
                "Does the uncertainty find the errors? ↑",
                errors,
                source=material.csv("errors"),
                note=ERRORS_NOTE,
            ),
            *method_table(material, "Leave-one-out", ELPD, source=material.csv("elpd"), note=ELPD_NOTE),
        ),
        details=(
            Section("Scores of single draws", "predictions-draws", tables=(_scores(material, "draws"),)),
            _joint(material),
            uncertain_rows(material),
            wrong_rows(material),
        ),
    )


ERRORS_NOTE = (
    "Probability that a misclassified row is more uncertain than a right one; 0.5 is chance. A point estimate has a "
    "total entropy only, and there is nothing to find where no row is misclassified."
)


def _scores(material: Material, kind: str) -> Table:
    """Scores with intervals over test rows, or of the single draws."""
    cells = []
    for metric in material.comparison["scores"]["metric"].values:
        row = [METRICS.get(metric, metric) + ARROWS.get(DIRECTION.get(metric, 0), "")]
        for method in material.methods:
            where = {"method": method, "metric": metric}
            bounds = [find(material.comparison, "scores", f"{kind}_interval", where | {"bound": b}) for b in BOUNDS]
            value = find(material.comparison, "scores", "value", where)
            if kind == "draws":
                value = value if all(bound == bound for bound in bounds) else float("nan")
            row.append(interval(value, *bounds))
        cells.append(tuple(row))
    header = ("score", *map(name_of, material.methods))
    titles = {"rows": "Scores", "draws": "Scores of single draws"}
    return Table(titles[kind], header, tuple(cells), SCORES_NOTES[kind], material.csv("scores"))


SCORES_NOTES = {
    "rows": "Predictive sd: sd of the score over draws, averaged over rows; a point estimate has none.",
    "draws": (
        "The posterior mean score's value, and in brackets the central 95 % of what single draws score, each "
        "predicting on its own: averaging usually does better. Point estimates have no draws."
    ),
}


def _differences(material: Material) -> Table:
    shown = [metric for metric in METRICS if metric in DIRECTION]
    cells = []
    for method, other in combinations(material.methods, 2):
        pair = {"method": method, "other": other}
        row = [f"{name_of(method)} {MINUS} {name_of(other)}"]
        row += [difference(material.comparison, metric, pair).marked for metric in shown]
        for name in ("only_method_right", "only_other_right"):
            row.append(count(find(material.comparison, "differences", name, pair)))
        row.append(number(find(material.comparison, "differences", "mcnemar_p", pair), 2))
        cells.append(tuple(row))
    header = (
        "pair",
        *(METRICS[m] + ARROWS[DIRECTION[m]] for m in shown),
        "only first right",
        "only second right",
        "McNemar p",
    )
    return Table("Paired differences", header, tuple(cells), DIFFERENCES_NOTE, material.csv("differences"))


DIFFERENCES_NOTE = (
    f"First method minus second on the same test rows; {DECIDED}. Each interval stands on its own: among many, some "
    "leave zero out by chance. McNemar: whether both misclassify equally often."
)


def _confusion(material: Material) -> Table:
    cells = []
    for method in material.methods:
        where = [{"method": method, "true": true, "predicted": called} for true in (0, 1) for called in (0, 1)]
        cells.append((name_of(method), *(count(find(material.comparison, "scores", "confusion", w)) for w in where)))
    header = (
        "method",
        "arrest, right (TN)",
        "arrest, called propagation (FP)",
        "propagation, called arrest (FN)",
        "propagation, right (TP)",
    )
    return Table(
        "Confusion",
        header,
        tuple(cells),
        "Numbers of test rows; called propagation where the score is above 0.5.",
        material.csv("confusion"),
    )


def _joint(material: Material) -> Section:
    part = material.run.part("joint_log_score")
    sizes = [] if part is None else part["batch_size"].values.tolist()
    columns = [Column(f"{size} rows", "joint_log_score", "joint_log_score", {"batch_size": size}) for size in sizes]
    columns += [
        Column(f"standard error, {size} rows", "joint_log_score", "standard_error", {"batch_size": size})
        for size in sizes[-1:]
    ]
    note = (
        "Log probability of all outcomes of a batch together, in nats a row: rewards knowing how errors hang together. "
        "Batches are drawn at random, the standard error is theirs."
    )
    title = "Joint log score of batches of rows ↑"
    tables = method_table(material, title, columns, source=material.csv("joint_log_score"), note=note)
    return Section(title, "predictions-joint", tables=tables)
