"""What the catalogue's own split decides between two methods, and whether other splits, starts and seeds do too."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.grading import BOUNDS
from bayesnet.splits.summary import DECIDED
from reports.content import Section, Table
from reports.differences import Difference
from reports.html import image
from reports.marks import panels
from reports.style import label_of, styled
from reports.view import View, csv
from reports.views.scores import axis_label
from reports.views.splits import SCOPE
from reports.words import MINUS, listed, name_of, percent

OWN, OTHERS = "#777777", "#0072B2"
METRIC_NAMES = {"log_score": "log score", "accuracy": "accuracy"}
HOLDS, LOST, REVERSED, ONLY, OPEN = "holds", "not shown", "reversed", "shown only here", "open in both"
MEANING = {
    HOLDS: "the catalogue's own split decides it, and the splits together agree",
    LOST: "the own split decides it, the splits together do not",
    REVERSED: "both decide it, with opposite signs",
    ONLY: "the splits together decide it, the own split does not",
    OPEN: "neither decides it",
}
WORDS = {
    LOST: "these are not shown over splits",
    REVERSED: "these have the other sign over splits",
    ONLY: "only the splits together show these",
}


class Pair(NamedTuple):
    """First method minus second in one metric, on the catalogue's own split and over all splits."""

    method: str
    other: str
    metric: str
    own: Difference
    splits: Difference
    positive: float  # share of the splits

    @property
    def fate(self) -> str:
        """What becomes of the own split's verdict."""
        if self.own.sign == 0:
            return ONLY if self.splits.sign else OPEN
        return {self.own.sign: HOLDS, 0: LOST}.get(self.splits.sign, REVERSED)


def pairs_of(part: xr.Dataset, metric: str) -> list[Pair]:
    """Every two methods, the one that is ahead over the splits first."""
    found = []
    for pair in combinations([str(method) for method in part["method"].values], 2):
        one = part.sel({"method": pair[0], "other": pair[1], "metric": metric})
        method, other = pair if float(one["difference"]) >= 0 else pair[::-1]
        one = part.sel({"method": method, "other": other, "metric": metric})
        p = float(one["own_mcnemar_p"]) if metric == "accuracy" else 0.0
        own = Difference(float(one["own_difference"]), *map(float, one["own_interval"].values), p)
        splits = Difference(float(one["difference"]), *map(float, one["interval"].values))
        found.append(Pair(method, other, metric, own, splits, float(one["positive"])))
    return sorted(found, key=lambda pair: -pair.splits.value)


def show(result: Result) -> Section:
    """Every pair of methods in log score and accuracy, on the own split and over all."""
    part = result.part("survival")
    source = csv(result, "survival", "other", "metric")
    rows = tuple(
        (
            f"{name_of(pair.method)} {MINUS} {name_of(pair.other)}",
            METRIC_NAMES[pair.metric],
            pair.own.marked,
            pair.splits.marked,
            percent(pair.positive, 0),
            pair.fate,
        )
        for metric in DECIDED
        for pair in pairs_of(part, metric)
    )
    header = ("pair", "metric", "own split", "over splits", "splits on which the first leads", "own verdict")
    meaning = "; ".join(f"{fate}: {words}" for fate, words in MEANING.items())
    note = (
        "* marks a 95 % interval without zero, for the accuracy of the own split also an exact McNemar p below 0.05. "
        f"{meaning[0].upper()}{meaning[1:]}."
    )
    drawn = image(
        survival(part),
        "survival",
        "Differences of methods, on the own split and over splits",
        "Grey: the catalogue's own split, with its interval over test rows and starts. Blue: the mean over splits, "
        "with its interval over splits, starts and seeds; where that spans zero, another split can reverse who leads.",
        "Two panels of dots with intervals: log score and accuracy of every two methods.",
        source=source,
    )
    about = f"{SCOPE}. The catalogue's own split is one of many: what it decides may be its luck."
    table = Table("Verdicts of the own split", header, rows, note, source)
    return Section("What survives other splits", "survival", (about,), tables=(table,), images=(drawn,))


@styled
def survival(part: xr.Dataset) -> Figure:
    """Differences of every two methods, on the own split (grey) and over splits (blue).

    Parameters
    ----------
    part : xarray.Dataset
        See `bayesnet.splits.summary.differences`.
    """
    order = [(pair.method, pair.other) for pair in pairs_of(part, DECIDED[0])]
    figure, axes = panels(len(DECIDED), columns=2, height=0.9 + 0.3 * len(order), sharey=True)
    for panel, metric in zip(axes, DECIDED, strict=True):
        panel.axvline(0, color="#222222", linewidth=0.8)
        for y, (method, other) in enumerate(order):
            one = part.sel({"method": method, "other": other, "metric": metric})
            for shift, name, colour in ((-0.16, "own_", OWN), (0.16, "", OTHERS)):
                lower, upper = one[f"{name}interval"].sel(bound=list(BOUNDS)).values
                panel.hlines(y + shift, lower, upper, color=colour, linewidth=1.6)
                panel.plot(one[f"{name}difference"], y + shift, "o", color=colour, markersize=4.5)
        panel.set_xlabel(axis_label(part.sel(metric=metric)))
        panel.grid(visible=False, axis="y")
    axes[0].set_yticks(range(len(order)), [f"{label_of(a)} {MINUS} {label_of(b)}" for a, b in order])
    axes[0].set_ylim(len(order) - 0.5, -0.5)
    return figure


def verdict(result: Result) -> Iterator[str]:
    """How many verdicts of the own split hold over splits, and which do not, with their differences."""
    for metric in DECIDED:
        pairs = pairs_of(result.part("survival"), metric)
        fates = {fate: [pair for pair in pairs if pair.fate == fate] for fate in MEANING}
        decided = sum(pair.own.sign != 0 for pair in pairs)
        said = [f"{len(fates[HOLDS])} hold over all splits"]
        said += [f"{WORDS[fate]}: {_pairs(fates[fate])}" for fate in WORDS if fates[fate]]
        yield (
            f"Of {len(pairs)} differences between methods in {METRIC_NAMES[metric]} the catalogue's own split decides "
            f"{decided}; {'; '.join(said)}[[table:verdicts-of-the-own-split]]."
        )


def _pairs(pairs: list[Pair]) -> str:
    """Pairs with their differences over splits."""
    return listed([f"{name_of(pair.method)} {MINUS} {name_of(pair.other)}, {pair.splits}" for pair in pairs])


VIEW = View(show, verdict=verdict)
