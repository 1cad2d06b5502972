"""The verdict: what to take home, and one table of methods."""

from reports.content import Column, Material, Section, method_table
from reports.verdict import verdict, warnings
from reports.words import ABSENT, count, duration, name_of, number, percent

NOTE = (
    "Arrows say which way is better. Log score: mean log probability of what happened, in nats a row; Brier score: "
    "mean squared error of the score; ECE: mean distance of score and frequency, which even calibrated scores have, so "
    "that it ranks no methods (see Calibration). "
    f"{ABSENT} marks what a method does not have: the predictive sd of a point "
    "estimate, R-hat without chains, agreement of the reference with itself."
)


def headlines(material: Material) -> Section:
    """The verdict in sentences, and the methods by their headline figures."""
    return Section(
        "Verdict",
        "verdict",
        notices=warnings(material.comparison, quick=bool(material.study.get("quick")), findings=material.findings),
        paragraphs=verdict(material.comparison),
        tables=method_table(material, "Methods", _columns(material), source=material.source("summary.csv"), note=NOTE),
    )


def _columns(material: Material) -> list[Column]:
    def scored(heading: str, metric: str, show=Column.show) -> Column:
        return Column(heading, "scores", "value", {"metric": metric}, show)

    return [
        scored("accuracy ↑", "accuracy", percent),
        scored("F1 ↑", "f1"),
        scored("log score ↑", "log_score"),
        scored("Brier ↓", "brier"),
        scored("ROC-AUC ↑", "roc_auc"),
        Column("ECE", "calibration", "ece"),
        scored("predictive sd", "predictive_sd"),
        Column(f"same class as {name_of(material.reference)} ↑", "agreement", "class_agreement", show=percent),
        Column("R-hat max ↓", "diagnostics", "rhat_max", show=lambda value: number(value, 4)),
        Column("ESS min ↑", "diagnostics", "ess_min", show=count),
        Column("time ↓", "run", "seconds", show=duration),
    ]
