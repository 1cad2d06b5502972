"""The study of wrong labels: what they cost each method, and how well each method's word finds them."""

import math

from reports.content import Section, Table
from reports.figures.mislabelled import CRITERIA_NAMES, wrong_label_curves
from reports.html import image
from reports.runs.material import RunsMaterial
from reports.words import ABSENT, count, interval, name_of, percent


def section(material: RunsMaterial) -> Section:
    """The search for the wrong labels."""
    found = material.comparison["mislabelled"].to_dataset()
    wrong, rate = int(found["wrong_rows"]), float(found["base_rate"])
    rows = found.sizes["train_simulation"]
    drawn = image(
        wrong_label_curves(found),
        "wrong-labels",
        "Precision against recall",
        "Going down the training rows from the most suspicious: how many of the rows looked at are wrong (upwards) by "
        f"the time so many of all wrong ones are found (to the right). Dashed: guessing, {percent(rate)}. A curve that "
        "starts at the top left finds most wrong labels before it accuses a right one.",
        "Panels of precision-recall curves for finding wrong labels, one for each criterion, a line a method.",
        source=material.csv("wrong_label_precision"),
    )
    return Section(
        "Finding the wrong labels",
        "wrong-labels",
        paragraphs=(
            f"Of {rows} training rows whose true label is known, {wrong} carry a wrong one in the published catalogue. "
            "The labels of rows 425 to 499 are lost: those printed there belong to other rows. The published run holds "
            "them, the repaired one leaves these 75 rows out; what parts the two runs is both. "
            "Each fit to those labels orders its training rows by suspicion; a good order puts the wrong rows first.",
        ),
        tables=(_table(material),),
        images=(drawn,),
    )


def _table(material: RunsMaterial) -> Table:
    found = material.comparison["mislabelled"].to_dataset()
    rows = []
    for method in found["method"].values:
        for criterion in found["criterion"].values:
            one = found.sel({"method": method, "criterion": criterion})
            precision = interval(float(one["average_precision"]), *one["interval"].values)
            if precision != ABSENT:
                mark = ", unreliable" if _unreliable(material, str(method), str(criterion)) else ""
                name = CRITERIA_NAMES[str(criterion)] + mark
                rows.append((name_of(str(method)), name, precision, percent(float(one["first_precision"]))))
    wrong, rate = int(found["wrong_rows"]), float(found["base_rate"])
    note = (
        f"Average precision: mean share of wrong rows among those looked at; guessing reaches {rate:.3f}. Brackets are "
        f"95 % bootstrap intervals over training rows. Among the first {count(wrong)}: share of wrong rows when as "
        "many rows are looked at as are wrong. The sd and the entropy of the score do not look at the label. "
        "A variational fit has no leave-one-out density of its own. "
        "Unreliable: the leave-one-out of this fit rests on importance ratios of high k-hat."
    )
    header = ("method", "suspicious by", "average precision ↑", f"wrong among the first {count(wrong)}")
    return Table("How well the wrong rows are found", header, tuple(rows), note, material.csv("wrong_labels"))


def _unreliable(material: RunsMaterial, method: str, criterion: str) -> bool:
    """Whether a leave-one-out density cannot be believed."""
    run = material.comparison["mislabelled"].attrs["run"]
    return criterion == "elpd" and material.find("elpd", "reliable", run, method) == 0


def verdict(material: RunsMaterial) -> tuple[str, ...]:
    """Which word of which method finds the wrong labels best, and whether stated uncertainty does at all."""
    found = material.comparison["mislabelled"].to_dataset()
    rate = float(found["base_rate"])
    known = {
        (str(m), str(c)): float(found["average_precision"].sel({"method": m, "criterion": c}))
        for m in found["method"].values
        for c in found["criterion"].values
        if not _unreliable(material, str(m), str(c))
    }
    method, criterion = max(known, key=lambda pair: (not math.isnan(known[pair]), known[pair]))
    one = found.sel({"method": method, "criterion": criterion})
    precision = interval(known[method, criterion], *one["interval"].values)
    said = [
        f"The wrong labels are found with the highest average precision, {precision} where guessing reaches "
        f"{rate:.2f}, by the {CRITERIA_NAMES[criterion]} of {name_of(method)} on its own training rows: "
        f"{percent(float(one['first_precision']))} of its first {int(found['wrong_rows'])} suspects are wrong."
    ]
    lower = found["interval"].sel(bound="lower")
    for criterion in ("sd", "entropy"):
        above = [
            str(m) for m in found["method"].values if float(lower.sel({"method": m, "criterion": criterion})) > rate
        ]
        if found["average_precision"].sel(criterion=criterion).notnull().any():
            who = " and ".join(name_of(m) for m in above) or "no method"
            said.append(f"The {CRITERIA_NAMES[criterion]} points at them better than guessing for {who}.")
    return tuple(said)
