"""Stacking: the mixture of methods that leave-one-out prefers, and whether it predicts better than the best of them."""

from collections.abc import Iterator
from functools import partial

import xarray as xr

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.differences import Difference, difference
from reports.view import Column, View, csv, find, fits_table, methods_of
from reports.views.scores import ARROWS
from reports.words import fixed, listed, name_of, number, percent

COLUMNS = (
    Column("stacking weight", "stacking", "weight", show=partial(fixed, decimals=3)),
    Column("leave-one-out reliable?", "stacking", "reliable", show=lambda value: "yes" if value == 1 else "NO"),
    Column("best by leave-one-out?", "stacking", "best", show=lambda value: "yes" if value == 1 else "no"),
)
LEAST = 0.01  # weight that is named
NOTE = (
    "Weights of the mixture of posteriors whose leave-one-out log score is highest (Yao et al. 2022), chosen by the "
    "training rows alone. Only draws of a posterior itself are weighed: neither point estimates nor variational fits."
)
TEST_NOTE = "Below: mixture minus the method, with 95 % intervals over test rows; a star marks those without zero."


def show(result: Result) -> Section | None:
    """Weights of the methods, and what the mixture gains."""
    part = result.part("stacking")
    if part is None:
        return None
    weights = fits_table(result, "Stacking weights", COLUMNS, note=NOTE, source=csv(result, "stacking"))
    doubtful = [name_of(method) for method in _chosen(result) if find(result, "stacking", "reliable", _of(method)) == 0]
    said = [_answer(result, part)]
    if doubtful:
        said.append(
            f"The leave-one-out estimate of {listed(doubtful)} is not reliable (see there), and so are weights that "
            "rest on it; the comparison on the test rows does not depend on that."
        )
    return Section("Stacking", "stacking", paragraphs=tuple(said), tables=(*weights, _on_test_rows(result, part)))


def verdict(result: Result) -> Iterator[str]:
    """Whether the mixture predicts better or worse than its best method, where that is decided."""
    part = result.part("stacking")
    if part is not None and _lead(result).sign and not _alone(result):
        yield _answer(result, part)


def _of(method: str) -> dict[str, str]:
    return {"method": method}


def _best(result: Result) -> str:
    return next(method for method in methods_of(result) if find(result, "stacking", "best", _of(method)) == 1)


def _chosen(result: Result) -> list[str]:
    """Methods of the mixture, the largest weight first."""
    weights = {method: find(result, "stacking", "weight", _of(method)) for method in methods_of(result)}
    return sorted((method for method in weights if weights[method] >= LEAST), key=lambda method: -weights[method])


def _alone(result: Result) -> bool:
    """Whether the mixture is its best method."""
    return _chosen(result) == [_best(result)]


def _lead(result: Result) -> Difference:
    return difference(result, "stacking", "log_score", {})


def _answer(result: Result, part: xr.Dataset) -> str:
    best = name_of(_best(result))
    if _alone(result):
        return f"Mixing methods gains nothing: leave-one-out gives all weight to {best}."
    shares = [
        f"{percent(find(result, 'stacking', 'weight', _of(method)), 0)} {name_of(method)}" for method in _chosen(result)
    ]
    gain, error = (fixed(float(part[name]), 1) for name in ("elpd_gain", "elpd_gain_se"))
    lead = _lead(result)
    answer = {1: "better than", 0: "not shown to be better or worse than", -1: "worse than"}[lead.sign]
    return (
        f"On the test rows a mixture of {listed(shares)} is {answer} {best} alone: its log score differs by {lead} "
        f"nats a row. Leave-one-out had promised {gain} nats over all training rows (standard error {error})."
    )


def _on_test_rows(result: Result, part: xr.Dataset) -> Table:
    """Every metric of the mixture, and how far it is from its best method."""
    metrics = part["metric"].values
    about = zip(part["label"].values, part["better"].values, strict=True)
    header = ("", *(f"{label}{ARROWS[int(better)]}" for label, better in about))
    values = ("mixture", *(number(float(part["value"].sel(metric=metric))) for metric in metrics))
    gains = (f"minus {name_of(_best(result))}", *(difference(result, "stacking", str(m), {}).marked for m in metrics))
    return Table("The mixture on the test rows", header, (values, gains), TEST_NOTE, csv(result, "stacking", "metric"))


VIEW = View(show, verdict=verdict, folded=True)
