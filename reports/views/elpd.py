"""Leave-one-out: how well a posterior predicts training rows that it has not seen, and whether that can be believed."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from bayesnet.contract import Result
from reports.content import Section
from reports.convergence import is_sampled
from reports.marks import methods_in, of_method
from reports.view import PASS, WARN, Check, Column, View, csv, find, fits_of, fits_table, named
from reports.words import count, fixed, listed, name_of, number, percent

NATS = partial(fixed, decimals=1)
COLUMNS = (
    Column("ELPD of the posterior (nats)", "elpd", "elpd", show=NATS),
    Column("standard error", "elpd", "elpd_se", show=NATS),
    Column("effective parameters", "elpd", "p_loo", show=NATS),
    Column("rows of high k-hat ↓", "elpd", "unreliable", show=percent),
    Column("nats in them ↓", "elpd", "unreliable_nats"),
    Column("reliable?", "elpd", "reliable", show=lambda value: "yes" if value == 1 else "NO"),
    Column("difference to the best ↑", "elpd", "elpd_diff", show=NATS),
    Column("its standard error", "elpd", "dse", show=NATS),
)
# of the exact posterior, also where it is estimated from the draws of a variational fit
SUMMARY = tuple(
    Column("", "elpd", variable, key=f"posterior_{key}")
    for variable, key in (("elpd", "elpd_loo"), ("elpd_se", "elpd_loo_se"), ("reliable", "elpd_loo_reliable"))
)
SHARE = 10  # nats in rows of high k-hat may be up to the standard error over this: see `bayesnet.parts.elpd`
MOST_NAMED = 5  # rows
NOTE = (
    "Expected log predictive density of the training rows by leave-one-out (PSIS-LOO, Vehtari et al. 2017); a row that "
    "stands for several equal ones is left out with them and counts once. For a variational fit it is the exact "
    "posterior's ELPD, estimated from the approximation's draws: a check on a sampler's, not a score of the "
    "approximation, and compared with nothing. 'Reliable?' says NO where rows of high k-hat hold more nats than "
    f"1/{SHARE} of the standard error; such a number is compared with nothing either. Point estimates have none."
)


def show(result: Result) -> Section | None:
    """The ELPD of every fit that has one, and the rows that make it unreliable where they are few."""
    note = " ".join([NOTE, *_some_rows(result), *_to_refit(result)])
    tables = fits_table(result, "Leave-one-out", COLUMNS, note=note, source=csv(result, "elpd"))
    return Section("Leave-one-out", "elpd", tables=tables) if tables else None


def _some_rows(result: Result) -> Iterator[str]:
    """How many training rows the sum is over, where it is not over all of a run."""
    part, trained = result.part("elpd"), result.parts.attrs.get("n_train", 0)
    if part is not None and "train_simulation" in part.dims and part.sizes["train_simulation"] < trained:
        rows = count(part.sizes["train_simulation"])
        yield f"All is of {rows} of the {count(trained)} training rows, drawn at random, the same for every method."


def _to_refit(result: Result) -> Iterator[str]:
    """The few rows without which a sampler's estimate would be reliable."""
    part = result.part("elpd")
    if part is None or "k_limit" not in part or "run" in part.dims:
        return
    for method in methods_in(part["elpd"]):
        one = of_method(part, method)
        bad = np.abs(one["elpd_row"].values) * ~(one["pareto_k"] <= one["k_limit"]).values
        order, allowed = np.argsort(-bad), float(one["elpd_se"]) / SHARE
        needed = int(np.argmax(bad.sum() - np.cumsum(bad[order]) < allowed)) + 1
        if bad.sum() >= allowed and needed <= MOST_NAMED and not np.isnan(float(one["p_loo"])):
            rows = listed([f"{row}" for row in one["train_simulation"].values[order[:needed]]])
            held = f"{number(bad[order[:needed]].sum())} of the {number(bad.sum())} nats in question"
            yield (
                f"{name_of(method)}: training row{'s' * (needed > 1)} {rows} hold{'s' * (needed == 1)} {held}. A fit "
                "without each tells its density exactly (bayesnet.left_out_density), and the estimate becomes reliable."
            )


def checks(result: Result) -> Iterator[Check]:
    """Whether the leave-one-out estimates of sampled fits can be believed; of others they are a check on these only."""
    for fit in fits_of(result):
        reliable, nats = (find(result, "elpd", name, fit) for name in ("reliable", "unreliable_nats"))
        if is_sampled(result, fit) and not math.isnan(reliable):
            name = " of ".join(reversed(named(fit)))
            share = percent(find(result, "elpd", "unreliable", fit))
            said = f"{share} of the training rows have a high k-hat, {number(nats)} nats of the ELPD lie in them"
            yield Check(f"Leave-one-out of {name}", PASS if reliable == 1 else WARN, f"{said}[[table:leave-one-out]].")


VIEW = View(show, SUMMARY, checks=checks, folded=True, across=View(show, SUMMARY, checks=checks))
