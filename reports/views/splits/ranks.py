"""How often each method has which rank."""

from collections.abc import Iterator

import numpy as np

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import View, csv
from reports.words import listed, name_of, number, percent


def show(result: Result) -> Section:
    """Shares of the splits by method and rank."""
    part = result.part("ranks")
    order = [str(part["method"].values[place]) for place in np.argsort(part["mean"].values, kind="stable")]
    rows = tuple(
        (
            name_of(method),
            *(percent(float(share), 0) for share in part["share"].sel({"method": method}).values),
            number(float(part["mean"].sel({"method": method})), 2),
        )
        for method in order
    )
    header = ("method", *(f"rank {rank}" for rank in part["rank"].values), "mean rank ↓")
    note = f"Shares of {int(part['repeats'])} splits on which a method has this rank by log score; 1 is the highest."
    return Section("Ranks", "ranks", tables=(Table("Ranks", header, rows, note, csv(result, "ranks", "rank")),))


def verdict(result: Result) -> Iterator[str]:
    """Which methods are first on how many splits."""
    part = result.part("ranks")
    first = part["share"].sel(rank=1)
    order = np.argsort(-first.values, kind="stable")
    said = [
        f"{name_of(str(first['method'].values[i]))} on {percent(float(first[i]), 0)}" for i in order if first[i] > 0
    ]
    yield f"Of {int(part['repeats'])} splits, first by log score: {listed(said)}[[table:ranks]]."


VIEW = View(show, verdict=verdict)
