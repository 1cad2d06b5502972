"""The study of wrong labels: how well what each fit says of its own training rows finds them."""

import math
from collections.abc import Iterator

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, styled
from reports.view import View, csv, find
from reports.words import ABSENT, count, fixed, interval, listed, name_of, percent

CRITERIA_NAMES = {
    "loss": "log loss of the label",
    "elpd": "leave-one-out log density",
    "sd": "sd of the score",
    "entropy": "total entropy",
}


def show(result: Result) -> Section | None:
    """The search for the wrong labels."""
    found = result.part("mislabelled")
    if found is None:
        return None
    wrong, rate = int(found["wrong_rows"]), float(found["base_rate"])
    drawn = image(
        wrong_label_curves(found),
        "wrong-labels",
        "Precision against recall",
        "Going down the training rows from the most suspicious: how many of the rows looked at are wrong (upwards) by "
        f"the time that a given share of all wrong ones is found (to the right). Dashed: guessing, {percent(rate)}. A "
        "curve that starts at the top left finds most wrong labels before it accuses a right one.",
        "Panels of precision-recall curves for finding wrong labels, one panel per criterion, one line per method.",
        source=csv(result, "mislabelled", "criterion", "recall"),
    )
    return Section(
        "Finding the wrong labels",
        "mislabelled",
        paragraphs=(
            f"Of {found.sizes['train_simulation']} training rows whose true label is known, {wrong} carry a wrong one "
            "in the published catalogue. The labels of rows 425 to 499 are lost: those printed there belong to other "
            "rows. The published run holds them, the repaired one leaves these 75 rows out; the two runs differ in "
            "both. Each fit to the published labels orders its training rows by suspicion; a good order puts the wrong "
            "rows first.",
        ),
        tables=(_table(result, found),),
        images=(drawn,),
    )


def _table(result: Result, found: xr.Dataset) -> Table:
    rows = []
    for method in found["method"].values:
        for criterion in found["criterion"].values:
            one = found.sel({"method": method, "criterion": criterion})
            precision = interval(float(one["average_precision"]), *one["interval"].values)
            if precision != ABSENT:
                mark = ", unreliable" if _unreliable(result, found, str(method), str(criterion)) else ""
                name = CRITERIA_NAMES[str(criterion)] + mark
                rows.append((name_of(str(method)), name, precision, percent(float(one["first_precision"]))))
    wrong, rate = int(found["wrong_rows"]), float(found["base_rate"])
    note = (
        f"Average precision: mean share of wrong rows among those looked at; guessing reaches {fixed(rate, 3)}. "
        f"Brackets are 95 % bootstrap intervals over training rows. Among the first {count(wrong)}: share of wrong "
        "rows when as many rows are looked at as are wrong. The sd and the entropy of the score do not look at the "
        "label. A variational fit has no leave-one-out density of its own. Unreliable: the leave-one-out of this fit "
        "rests on importance ratios of high k-hat."
    )
    header = ("method", "suspicious by", "average precision ↑", f"wrong among the first {count(wrong)}")
    source = csv(result, "mislabelled", "criterion")
    return Table("How well the wrong rows are found", header, tuple(rows), note, source)


def _unreliable(result: Result, found: xr.Dataset, method: str, criterion: str) -> bool:
    """Whether a leave-one-out density cannot be believed."""
    fit = {"run": found.attrs["run"], "method": method}
    return criterion == "elpd" and find(result, "elpd", "reliable", fit) == 0


def verdict(result: Result) -> Iterator[str]:
    """Which criterion of which method finds the wrong labels best, and whether stated uncertainty does at all."""
    found = result.part("mislabelled")
    if found is None:
        return
    rate = float(found["base_rate"])
    known = {
        (str(m), str(c)): float(found["average_precision"].sel({"method": m, "criterion": c}))
        for m in found["method"].values
        for c in found["criterion"].values
        if not _unreliable(result, found, str(m), str(c))
    }
    method, criterion = max(known, key=lambda pair: (not math.isnan(known[pair]), known[pair]))
    one = found.sel({"method": method, "criterion": criterion})
    precision = interval(known[method, criterion], *one["interval"].values)
    yield (
        f"The wrong labels are found with the highest average precision, {precision} where guessing reaches "
        f"{fixed(rate, 2)}, by the {CRITERIA_NAMES[criterion]} of {name_of(method)} on its own training rows: "
        f"{percent(float(one['first_precision']))} of its first {int(found['wrong_rows'])} suspects are wrong."
    )
    lower = found["interval"].sel(bound="lower")
    for criterion in ("sd", "entropy"):
        above = [m for m in found["method"].values if float(lower.sel({"method": m, "criterion": criterion})) > rate]
        if found["average_precision"].sel(criterion=criterion).notnull().any():
            who = listed([name_of(str(m)) for m in above]) or "no method"
            yield f"The {CRITERIA_NAMES[criterion]} points at them better than guessing for {who}."


@styled
def wrong_label_curves(found: xr.Dataset) -> Figure:
    """Precision-recall curves for wrong labels, one panel per criterion and one line per method; dashed: guessing.

    Parameters
    ----------
    found : xarray.Dataset
        See `bayesnet.wrong_label_detection`.

    Returns
    -------
    matplotlib.figure.Figure
        Criteria that no method has are left out.
    """
    curves = found["precision"]
    criteria = [str(one) for one in found["criterion"].values if curves.sel(criterion=one).notnull().any()]
    figure, axes = panels(len(criteria), columns=2, height=2.7, sharex=True, sharey=True)
    for panel, criterion in zip(axes, criteria, strict=True):
        panel.axhline(100 * float(found["base_rate"]), color=GREY, linewidth=0.8, linestyle="--")
        of_criterion = curves.sel(criterion=criterion)
        for method in methods_in(of_criterion):
            precision = of_method(of_criterion, method).values
            panel.plot(100 * found["recall"].values, 100 * precision, color=colour_of(method))
        panel.set(title=f"by {CRITERIA_NAMES[criterion]}", xlim=(0, 101), ylim=(0, 102))
    figure.supxlabel("wrong labels found (%)", fontsize="medium")
    figure.supylabel("wrong labels among the rows looked at (%)", fontsize="medium")
    method_legend(figure, methods_in(curves), markers=False)
    return figure


VIEW = View(across=View(show, verdict=verdict))
