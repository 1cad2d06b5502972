"""Sensitivities: slopes of the score, averaged over the test rows."""

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.view import View, csv, items_table
from reports.views.path_products import slopes, steepest

TITLE = "Sensitivities of the score"
LOCAL = "A slope at each row is no change over a whole sd: it can exceed 1, which no score can change by."
NOTE = f"Slope of the score per sd of the input, averaged over test rows. {LOCAL} Brackets: 95 % of the draws."


def show(result: Result) -> Section | None:
    """The sensitivity of the score to each input with its interval over draws."""
    part = result.part("sensitivities")
    if part is None:
        return None
    part, source = part.sel(per="sd"), csv(result, "sensitivities", "per", "feature")
    drawn = image(
        slopes(part, xlabel="local slope of the score (per sd of the input)"),
        "sensitivities",
        "Local slope of the score along each input",
        "The derivative of the score at each row, averaged over the test rows: right of zero, more of the input "
        f"favours propagation; left of it, arrest. {steepest(result, part)} Lines hold 95 % of the draws; methods "
        f"whose lines do not overlap disagree on the physics. {LOCAL}",
        "Dots with intervals: mean derivative of the score with respect to each input, by method.",
        source=source,
    )
    table = items_table(result, TITLE, part, "mean", ("lower", "upper"), note=NOTE, source=source)
    return Section(TITLE, "slopes", images=(drawn,), details=(Section(TITLE, "sensitivities", tables=(table,)),))


VIEW = View(show, folded=True)
