"""The study of wrong labels: what they cost each method, and how well each method's word finds them."""

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
                name = CRITERIA_NAMES[str(criterion)]
                rows.append((name_of(str(method)), name, precision, percent(float(one["first_precision"]))))
    wrong, rate = int(found["wrong_rows"]), float(found["base_rate"])
    note = (
        f"Average precision: mean share of wrong rows among those looked at; guessing reaches {rate:.3f}. Brackets are "
        f"95 % bootstrap intervals over training rows. Among the first {count(wrong)}: share of wrong rows when as "
        "many rows are looked at as are wrong. The sd and the entropy of the score do not look at the label."
    )
    header = ("method", "suspicious by", "average precision ↑", f"wrong among the first {count(wrong)}")
    return Table("How well the wrong rows are found", header, tuple(rows), note, material.csv("wrong_labels"))


def verdict(material: RunsMaterial) -> tuple[str, ...]:
    """Which word of which method finds the wrong labels best, and whether stated uncertainty does at all."""
    found = material.comparison["mislabelled"].to_dataset()
    average = found["average_precision"]
    best = average.where(average == average.max(), drop=True)
    method, criterion = str(best["method"].values[0]), str(best["criterion"].values[0])
    one = found.sel({"method": method, "criterion": criterion})
    rate = float(found["base_rate"])
    said = [
        f"The wrong labels are found best by {name_of(method)}'s {CRITERIA_NAMES[criterion]} on its own training rows: "
        f"average precision {interval(float(average.max()), *one['interval'].values)} where guessing reaches "
        f"{rate:.2f}, and {percent(float(one['first_precision']))} of its first "
        f"{int(found['wrong_rows'])} suspects are wrong."
    ]
    lower = found["interval"].sel(bound="lower")
    for criterion in ("sd", "entropy"):
        above = [
            str(m) for m in found["method"].values if float(lower.sel({"method": m, "criterion": criterion})) > rate
        ]
        known = average.sel(criterion=criterion).notnull().any()
        if known:
            who = " and ".join(name_of(m) for m in above) or "no method"
            said.append(f"The {CRITERIA_NAMES[criterion]} points at them better than guessing for {who}.")
    return tuple(said)
