"""How many test rows of each class each method puts into each class."""

from bayesnet.contract import Result
from reports.content import Section
from reports.view import Column, View, csv, fits_table
from reports.words import count

CELLS = {
    "arrest, right (TN)": (0, 0),
    "arrest, called propagation (FP)": (0, 1),
    "propagation, called arrest (FN)": (1, 0),
    "propagation, right (TP)": (1, 1),
}
COLUMNS = tuple(
    Column(heading, "confusion", "confusion", {"true": true, "predicted": called}, count)
    for heading, (true, called) in CELLS.items()
)


def show(result: Result) -> Section | None:
    """The confusion matrix of each method, in one line."""
    note = "Numbers of test rows; called propagation where the score is above 0.5."
    source = csv(result, "confusion", "true", "predicted")
    tables = fits_table(result, "Confusion", COLUMNS, note=note, source=source)
    return Section("Confusion", "confusion", tables=tables) if tables else None


VIEW = View(show, folded=True)
