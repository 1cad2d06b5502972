"""What the fits of calibration took, whether they converged, and which of them failed."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.checks import check_failed_fits, failed_fits
from reports.content import Section, Table
from reports.view import PASS, WARN, Check, View, csv
from reports.views.sbc import fit_name, pairs
from reports.words import count, duration, listed, name_of, number, percent

NOTE = (
    "Seconds of a fit: median, model and functions included; convergence by the method's own diagnosis: of samplers "
    "R-hat, effective sample size, divergences and E-BFMI of everything that chains must agree on, of ADVI whether the "
    "ELBO has stopped rising."
)


def show(result: Result) -> Section:
    """Time and convergence by problem and method."""
    part = result.part("calibration")
    rows = tuple(
        (
            problem,
            name_of(method),
            count(float(one["replicates"])),
            number(float(one["seconds"])),
            percent(float(one["converged"]), 0),
        )
        for problem, method, one in pairs(part)
    )
    header = ("problem", "method", "fits", "seconds per fit", "converged")
    table = Table("Fits of calibration", header, rows, NOTE, csv(result, "calibration", "problem"))
    return Section("Fits", "sbc-fits", notices=tuple(failed_fits(result.part("ranks"))), tables=(table,))


def verdict(result: Result) -> Iterator[str]:
    """How long all fits took together."""
    seconds = result.part("ranks")["seconds"]
    took = duration(float(seconds.sum()))
    yield f"The {count(float(seconds.count()))} fits took {took} in all[[table:fits-of-calibration]]."


def checks(result: Result) -> Iterator[Check]:
    """Whether all fits converged, and none failed."""
    part = result.part("calibration")
    shares = {fit_name(problem, method): float(one["converged"]) for problem, method, one in pairs(part)}
    some = [f"{name} {percent(share, 0)}" for name, share in shares.items() if share < 1]
    if some:
        said = f"Of these fits not all converged, and all count: {listed(some)} did."
        yield Check("Converged fits", WARN, said)
    else:
        yield Check("Converged fits", PASS, "Every fit converged by its method's own diagnosis.")
    yield check_failed_fits(result.part("ranks"))


VIEW = View(show, verdict=verdict, checks=checks)
