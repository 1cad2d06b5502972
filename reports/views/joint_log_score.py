"""How probable all outcomes of a batch of test rows are together, by each method."""

from functools import partial

from bayesnet.contract import Result
from reports.content import Section
from reports.view import Column, View, csv, fits_table
from reports.words import fixed

NOTE = (
    "Log probability of all outcomes of a batch together, in nats a row: rewards knowing how errors hang together. "
    "Batches are drawn at random, the standard error is theirs."
)


def show(result: Result) -> Section | None:
    """Joint log scores by the size of the batches."""
    values = result.part("joint_log_score")
    if values is None:
        return None
    sizes = values["batch_size"].values.tolist()
    columns = [_column(f"{size} row{'s' if size > 1 else ''}", "joint_log_score", size, 4) for size in sizes]
    columns.append(_column(f"standard error, {sizes[-1]} rows", "standard_error", sizes[-1], 5))
    title, source = "Joint log score of batches of rows ↑", csv(result, "joint_log_score", "batch_size")
    tables = fits_table(result, title, columns, note=NOTE, source=source)
    return Section(title, "joint", tables=tables) if tables else None


def _column(heading: str, variable: str, size: int, decimals: int) -> Column:
    return Column(heading, "joint_log_score", variable, {"batch_size": size}, partial(fixed, decimals=decimals))


VIEW = View(show, folded=True)
