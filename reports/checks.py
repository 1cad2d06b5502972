"""What is checked of every fit before its numbers are believed: a line for each thing, over all fits of a page."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import xarray as xr

from bayesnet.contract import Result
from bayesnet.diagnostics import BFMI, DIVERGENT, ENERGY, ESS, EVIDENCE, KHAT, RHAT
from bayesnet.results import failures
from reports.convergence import diagnostic, is_sampled, shown_nats, shown_rhat
from reports.view import FAIL, PASS, WARN, Check, fits_of, named
from reports.words import count, listed, number, percent

DEPTH = 0.05  # share of trajectories that may be cut off at their largest length
NAMED = 4  # fits whose values are all told where they pass
MAY_MOVE = "its numbers, and all that is compared with them, may move"


@dataclass(frozen=True)
class Limit:
    """A limit on a diagnostic."""

    name: str
    variable: str  # of the part `diagnostics`
    limit: float
    at_most: bool
    state: str  # of the check where any fit is beyond the limit
    beyond: str  # what that means
    show: Callable[[float], str] = number

    def keeps(self, value: float) -> bool:
        """Whether a value keeps the limit."""
        return value <= self.limit if self.at_most else value >= self.limit

    @property
    def rule(self) -> str:
        """The limit in words."""
        return f"limit: {'at most' if self.at_most else 'at least'} {self.show(self.limit)}"


@dataclass(frozen=True)
class Flag:
    """A diagnostic that says yes or no, beside one that says by how much."""

    name: str
    variable: str  # of the part `diagnostics`
    wrong: int  # its value of a fit that fails
    beyond: str  # what that means
    fine: str  # said where no fit fails
    amount: str = ""  # variable that says by how many nats


LIMITS = (
    Limit("R-hat", "rhat_max", RHAT, True, FAIL, f"chains disagree; {MAY_MOVE}", shown_rhat),
    Limit("Effective sample size", "ess_min", ESS, False, FAIL, f"too few independent draws; {MAY_MOVE}", count),
    Limit("Divergences", "divergences", 0, True, WARN, "there the sampler could not follow the posterior", count),
    Limit(
        "Share of steps that diverge",
        "divergent",
        DIVERGENT,
        True,
        FAIL,
        "there are places that the sampler cannot enter",
        percent,
    ),
    Limit("E-BFMI", "bfmi_min", BFMI, False, FAIL, "the sampler explores the tails slowly"),
    Limit(
        "Trajectories cut off at their largest length",
        "at_max_depth",
        DEPTH,
        True,
        WARN,
        "they are cut off before they turn back, which costs effective draws and does not bias",
        percent,
    ),
    Limit(
        "Energy of steps that are not adjusted",
        "energy_variance",
        ENERGY,
        True,
        FAIL,
        f"steps are too large, and draws biased by them; {MAY_MOVE}",
        lambda value: number(value, 2),
    ),
    Limit(
        "Nats between the log evidences of chains",
        "log_evidence_spread",
        EVIDENCE,
        True,
        FAIL,
        f"chains have found different posteriors; {MAY_MOVE}",
    ),
    Limit("k-hat", "khat", KHAT, True, WARN, "the approximation is far from the posterior", lambda k: number(k, 2)),
    Limit(
        "Starts that end at the highest optimum",
        "at_best",
        2,
        False,
        WARN,
        "no second start found it, so there may be a higher one",
        count,
    ),
)
FLAGS = (
    Flag(
        "Heights of the chains",
        "heights_differ",
        1,
        "chains sit at different heights; if none moves between modes, their draws taken together weigh each mode by "
        "the number of chains in it, not by its probability. Mean log densities apart by",
        "chains have the same mean log density, within their errors",
        "lp_gap",
    ),
    Flag(
        "Highest mode",
        "missed_mode",
        1,
        "no draw came near the highest mode that an optimiser found. It stands higher than chance explains by",
        "no optimiser found a mode that stands above all draws",
        "missed_height",
    ),
    Flag("Optimiser", "converged", 0, "had not converged when it stopped", "had converged when it stopped"),
)


def convergence_checks(result: Result) -> Iterator[Check]:
    """A check for each limit and flag that any fit of the page, of one run or of several, has a diagnostic for."""
    yield from _alone(result)
    for limit in LIMITS:
        if values := _values(result, limit.variable):
            yield _of_limit(limit, values)
    for flag in FLAGS:
        of = _optimised if flag.name == "Optimiser" else fits_of
        if values := _values(result, flag.variable, of(result)):
            amounts = _values(result, flag.amount) if flag.amount else {}
            yield _of_flag(flag, values, amounts)


def _optimised(result: Result) -> list[dict[str, str]]:
    """Fits that an optimiser made: what `converged` says of a sampler, R-hat and its like have said already."""
    return [fit for fit in fits_of(result) if not is_sampled(result, fit)]


def _values(result: Result, variable: str, fits: list[dict[str, str]] | None = None) -> dict[str, float]:
    """A diagnostic of every fit that has it, by the fit's name."""
    fits = fits_of(result) if fits is None else fits
    found = {" of ".join(reversed(named(fit))): diagnostic(result, variable, fit) for fit in fits}
    return {name: value for name, value in found.items() if not math.isnan(value)}


def _of_limit(limit: Limit, values: dict[str, float]) -> Check:
    beyond = {name: value for name, value in values.items() if not limit.keeps(value)}
    told = _told(limit.show, beyond or values, every=bool(beyond))
    said = f"{told} ({limit.rule})"
    if beyond:
        return Check(limit.name, limit.state, f"{limit.name}: {said}: {limit.beyond}.")
    return Check(limit.name, PASS, f"{said}.")


def _told(show: Callable[[float], str], values: dict[str, float], *, every: bool) -> str:
    """Values by the names of their fits; of many that need not all be told, the least and the most."""
    if every or len(values) <= NAMED:
        return listed([f"{name} {show(value)}" for name, value in values.items()])
    return f"{show(min(values.values()))} to {show(max(values.values()))} in {len(values)} fits"


def _of_flag(flag: Flag, values: dict[str, float], amounts: dict[str, float]) -> Check:
    wrong = [name for name, value in values.items() if value == flag.wrong]
    if not wrong:
        return Check(flag.name, PASS, f"{listed([*values])}: {flag.fine}.")
    sizes = [f"{shown_nats(amounts[name])} nats ({name})" for name in wrong if name in amounts]
    return Check(flag.name, FAIL, f"{listed(wrong)}: {flag.beyond}{f' {listed(sizes)}' if sizes else ''}.")


def _alone(result: Result) -> Iterator[Check]:
    """Samplers of a single chain, whose convergence R-hat cannot judge."""
    chains = [fit for fit in fits_of(result) if is_sampled(result, fit)]
    judged = _values(result, "rhat_max", chains)
    alone = [name for name in _values(result, "ess_min", chains) if name not in judged]
    if alone:
        said = f"{listed(alone)}: not shown to converge, which takes several chains; {MAY_MOVE}."
        yield Check("Several chains", FAIL, said)


def failed_fits(piece: xr.Dataset) -> Iterator[str]:
    """What is said of fits that a piece was to be made from and that failed, in a sentence; nothing where none did."""
    failed = failures(piece)
    if failed:
        name, words = next(iter(failed.items()))
        yield f"Fits that failed, and are left out: {len(failed)}, the first of them {name}: {words}"


def check_failed_fits(piece: xr.Dataset) -> Check:
    """Whether all fits were made that a piece was to be made from."""
    said = [*failed_fits(piece)]
    return Check("Failed fits", WARN, f"{said[0]}.") if said else Check("Failed fits", PASS, "No fit failed.")
