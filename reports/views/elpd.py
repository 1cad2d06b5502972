"""Leave-one-out: how well a posterior predicts training rows that it has not seen, and whether that can be believed."""

from functools import partial

from bayesnet.contract import Result
from reports.content import Section
from reports.view import Column, View, csv, fits_table
from reports.words import fixed, number, percent

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
    Column("stacking weight", "elpd", "weight", show=partial(number, digits=2)),
)
# of the exact posterior, also where it is estimated from the draws of a variational fit
SUMMARY = tuple(
    Column("", "elpd", variable, key=f"posterior_{key}")
    for variable, key in (("elpd", "elpd_loo"), ("elpd_se", "elpd_loo_se"), ("reliable", "elpd_loo_reliable"))
)
NOTE = (
    "Expected log predictive density of the training rows by leave-one-out (PSIS-LOO, Vehtari et al. 2017); a row that "
    "stands for several equal ones is left out with them and counts once. For a variational fit it is the exact "
    "posterior's ELPD, estimated from the approximation's draws: a check on a sampler's, not a score of the "
    "approximation, and compared with nothing. 'Reliable?' says NO where rows of high k-hat hold more nats than a "
    "tenth of the standard error; such a number is compared with nothing either. Point estimates have none."
)


def show(result: Result) -> Section | None:
    """The ELPD of every fit that has one."""
    tables = fits_table(result, "Leave-one-out", COLUMNS, note=NOTE, source=csv(result, "elpd"))
    return Section("Leave-one-out", "elpd", tables=tables) if tables else None


VIEW = View(show, SUMMARY, across=View(show, SUMMARY))
