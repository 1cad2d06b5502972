"""What decides: how well each quantity tells the classes apart on its own, and whether the fits have found it."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from bayesnet.contract import Result
from bayesnet.parts.alone import NEEDED, STRESS_DROP
from reports.content import Section, Table
from reports.marks import of_method
from reports.view import View, csv, find, reference_of
from reports.words import MINUS, fixed, interval, listed, name_of

FORMULA = f"sxy {MINUS} mu_d |syy|"
NOTE = (
    "AUC: probability that a propagating test row is ranked before an arrested one; 0.5 is guessing. Brackets: 95 % "
    "bootstrap intervals over test rows. Whether more or less of a quantity is to mean propagation is taken from the "
    "training rows."
)
DIRECTION = {1: "more", -1: "less"}


def show(result: Result) -> Section | None:
    """The AUC of every quantity alone, the highest first."""
    part = result.part("alone")
    if part is None:
        return None
    order = np.argsort(-part["auc"].values, kind="stable")
    rows = []
    for quantity in part["quantity"].values[order]:
        name = f"{STRESS_DROP} {FORMULA}" if quantity == STRESS_DROP else str(quantity)
        rows.append((name, _auc(part, quantity), DIRECTION[int(part["sign"].sel(quantity=quantity))]))
    header = ("quantity", "AUC alone ↑", "propagates with")
    table = Table("Quantities alone", header, tuple(rows), NOTE, csv(result, "alone", "quantity"))
    return Section("What decides", "alone", tables=(table,))


def _auc(part: xr.Dataset, quantity: str) -> str:
    one = part.sel(quantity=quantity)
    return interval(float(one["auc"]), *one["interval"].values)


def verdict(result: Result) -> Iterator[str]:
    """Which single quantity decides most, what the methods reach with all inputs, and what the reference leans on."""
    part = result.part("alone")
    if part is None or part["auc"].isnull().any():
        return
    inputs = part["auc"].drop_sel(quantity=[name for name in (STRESS_DROP,) if name in part["quantity"]])
    best = str(inputs["quantity"].values[int(inputs.argmax("quantity"))])
    reference = reference_of(result)
    whole = find(result, "scores", "value", {"method": reference, "metric": "roc_auc"})
    reached = f"{name_of(reference)} with all inputs reaches {fixed(whole, 3)}"
    if STRESS_DROP in part["quantity"].values and part["auc"].sel(quantity=STRESS_DROP) > inputs.max():
        said = (
            f"What decides a rupture is the stress drop {FORMULA}: on its own it ranks a propagating test row before "
            f"an arrested one with a probability of {_auc(part, STRESS_DROP)}, the best single input, {best}, with "
            f"{_auc(part, best)}"
        )
    else:
        said = f"No single quantity tells the classes apart better than {best}, with an AUC of {_auc(part, best)}"
    yield f"{said}; {reached}[[table:quantities-alone]].{_found(result, reference)}"


def _found(result: Result, reference: str) -> str:
    """Which inputs the reference leans on by its path products, which no symmetry of the network can touch."""
    paths = result.part("path_products")
    if paths is None or reference not in paths["method"].values:
        return ""
    mean = of_method(paths["mean"], reference)
    order = mean["feature"].values[np.argsort(-np.abs(mean.values), kind="stable")]
    first, rest = [str(name) for name in order[: len(NEEDED)]], order[len(NEEDED) :]
    if set(first) != set(NEEDED) or not len(rest):
        return f" Of single inputs {name_of(reference)} leans most on {first[0]}[[figure:path-products]]."
    told = listed([f"{fixed(float(mean.sel(feature=name)), 0)} ({name})" for name in first])
    most = fixed(float(np.abs(mean.sel(feature=rest)).max()), 0)
    return (
        f" {name_of(reference)} has found it: the path products of its weights, in logits per sd of the input, are "
        f"{told}, those of all other inputs at most {most}[[figure:path-products]]."
    )


VIEW = View(show, verdict=verdict)
