"""How the leave-one-out density of each run differs from the baseline's."""

from bayesnet.contract import Result
from reports.content import Section
from reports.view import Column, View, baseline_of, csv, fits_table
from reports.views.elpd import NATS


def show(result: Result) -> Section | None:
    """Differences of the ELPD where both runs have a reliable one of the same observations."""
    baseline = baseline_of(result)
    columns = (
        Column(f"ELPD minus that of {baseline} (nats)", "elpd_changes", "elpd_diff", show=NATS),
        Column("standard error", "elpd_changes", "dse", show=NATS),
    )
    note = (
        f"Leave-one-out density of the training rows. A difference from {baseline} stands only where both are "
        "reliable. Runs fitted to other training rows, labels or weights, or with another likelihood, have none: "
        "theirs is a density of something else."
    )
    title = f"Leave-one-out compared with {baseline}"
    tables = fits_table(result, title, columns, note=note, source=csv(result, "elpd_changes"))
    return Section(title, "elpd-changes", tables=tables) if tables else None


VIEW = View(across=View(show))
