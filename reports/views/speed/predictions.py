"""What predictions and importance cost beside the matrix products that they consist of."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import View, csv
from reports.words import number

ABOUT = (
    "The score of every test row by every draw, beside the matrix products of both layers; the importance of every "
    "input, beside these products again for every shuffle. Importance can be the faster one: where one input is "
    "shuffled, only what it adds changes."
)


def show(result: Result) -> Section:
    """Seconds of each, and ratios."""
    part = result.part("predictions")
    rows = tuple(
        (str(what), *(number(float(part[name].sel(what=what))) for name in ("seconds", "products", "times")))
        for what in part["what"].values
    )
    header = ("what", "seconds ↓", "seconds of the products", "ratio ↓")
    table = Table("Predictions and importance", header, rows, "", csv(result, "predictions", "what"))
    return Section("Predictions and importance", "predictions", paragraphs=(ABOUT,), tables=(table,))


def verdict(result: Result) -> Iterator[str]:
    """Both ratios."""
    times = result.part("predictions")["times"]
    prediction, importance = (number(float(times.sel(what=name)), 2) for name in ("prediction", "importance"))
    yield (
        f"Prediction takes {prediction} times, importance {importance} times as long as the bare products"
        "[[table:predictions-and-importance]]."
    )


VIEW = View(show, verdict=verdict)
