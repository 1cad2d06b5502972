"""Convergence in words, for the verdict, for tables and for the console: said in this one place."""

import math
from collections.abc import Iterator

import xarray as xr

from bayesnet.contract import Result
from bayesnet.diagnostics import BFMI, DIVERGENT, ENERGY, ESS, EVIDENCE, KHAT, RHAT
from reports.view import find, methods_of
from reports.words import count, fixed, name_of, number, percent


def shown_rhat(value: float) -> str:
    """R-hat, to the digits that decide."""
    return number(value, 4)


def shown_nats(value: float) -> str:
    """A difference of log densities."""
    return fixed(value, 1)


def diagnostic(result: Result, variable: str, fit: dict[str, str]) -> float:
    """A diagnostic of a fit, NaN where it is not stored."""
    return find(result, "diagnostics", variable, fit)


def is_sampled(result: Result, fit: dict[str, str]) -> bool:
    """Whether a fit has draws of chains, whose convergence R-hat judges."""
    return not all(math.isnan(diagnostic(result, name, fit)) for name in ("rhat_max", "ess_min"))


def sampled(result: Result) -> list[str]:
    """Methods of one run that `is_sampled` holds for."""
    return [method for method in methods_of(result) if is_sampled(result, {"method": method})]


def converged(result: Result, fit: dict[str, str]) -> bool:
    """Whether a fit converged by its own diagnostics; not where they are missing."""
    return diagnostic(result, "converged", fit) == 1


def convergence_words(result: Result, fit: dict[str, str]) -> str:
    """What the diagnostics of a fit say, as a predicate: "converged in 12 iterations"; "" where there are none.

    Parameters
    ----------
    result : Result
        Of one or of several runs; of the latter fewer diagnostics are stored.
    fit : dict
        Its `method`, and its `run` where there are several.
    """
    if is_sampled(result, fit):
        return _sampled_words(result, fit)
    if math.isnan(diagnostic(result, "converged", fit)):
        return khat_words(result, fit)
    words = _approximated_words if not math.isnan(diagnostic(result, "elbo_spread", fit)) else _optimised_words
    differ = diagnostic(result, "restart_difference", fit)
    restarts = "" if math.isnan(differ) else f"predictions of its restarts differ by up to {number(differ)} on average"
    return "; ".join(filter(None, (words(result, fit), restarts, khat_words(result, fit))))


def _sampled_words(result: Result, fit: dict[str, str]) -> str:
    rhat, ess, divergences = (diagnostic(result, name, fit) for name in ("rhat_max", "ess_min", "divergences"))
    if math.isnan(rhat):
        return "has no R-hat, which takes several chains, so whether it converged cannot be judged"
    raw, matched = (
        find(result, "weight_summary", "largest_rhat", fit | {"alignment": form}) for form in ("none", "matched")
    )
    gap, missed = (shown_nats(diagnostic(result, name, fit)) for name in ("lp_gap", "missed_height"))
    where = "" if math.isnan(matched) else " in its predictions"
    limits = [
        f"R-hat at most {shown_rhat(rhat)}, limit {RHAT}",
        f"effective sample size at least {count(ess)}, limit {ESS}",
        *([] if math.isnan(divergences) else [f"{count(divergences)} divergence{'s' * (divergences != 1)}"]),
    ]
    said = [f"{'converged' if converged(result, fit) else 'did not converge'}{where} ({'; '.join(limits)})"]
    if diagnostic(result, "heights_differ", fit) == 1:
        said.append(f"its chains sit at different heights, mean log densities up to {gap} nats apart")
    if diagnostic(result, "missed_mode", fit) == 1:
        said.append(f"it missed the highest mode known by {missed} nats")
    if where:
        said.append(f"R-hat of single weights is up to {shown_rhat(raw)}, {shown_rhat(matched)} once units are matched")
    return "; ".join([*said, *unsound_steps(result, fit), *_bias_words(result, fit), *_evidence_words(result, fit)])


def _bias_words(result: Result, fit: dict[str, str]) -> list[str]:
    """What is known of the bias of a sampler whose steps are not adjusted; nothing of others."""
    variance = diagnostic(result, "energy_variance", fit)
    if math.isnan(variance):
        return []
    energy = f"energy changes of variance {number(variance, 2)} a parameter, limit {number(ENERGY, 1)}"
    return [f"not adjusted: its draws are biased by the size of its steps, of which R-hat knows nothing ({energy})"]


def _evidence_words(result: Result, fit: dict[str, str]) -> list[str]:
    """How far the chains of a sampler that estimates the evidence agree on it; nothing of others."""
    spread = diagnostic(result, "log_evidence_spread", fit)
    if math.isnan(spread):
        return []
    return [f"its chains find log evidences within {number(spread, 2)} nats of each other, limit {EVIDENCE:g}"]


def unsound_steps(result: Result, fit: dict[str, str]) -> list[str]:
    """What a sampler's steps say against it; nothing where divergences and E-BFMI keep their limits."""
    divergent, bfmi = (diagnostic(result, name, fit) for name in ("divergent", "bfmi_min"))
    said = (
        [f"{percent(divergent, 2)} of its steps diverged, limit {percent(DIVERGENT)}"] if divergent > DIVERGENT else []
    )
    return said + ([f"E-BFMI is as low as {number(bfmi, 2)}, limit {BFMI}"] if bfmi < BFMI else [])


def _approximated_words(result: Result, fit: dict[str, str]) -> str:
    best, spread = (diagnostic(result, name, fit) for name in ("best", "elbo_spread"))
    gain = math.nan if math.isnan(best) else diagnostic(result, "elbo_gain", fit | {"restart": int(best)})
    last = "" if math.isnan(gain) else f" (the last tenth of the iterations gained {fixed(gain, 1)} nats)"
    said = "converged: its ELBO stopped rising" if converged(result, fit) else "did not converge: its ELBO still rose"
    within = "" if math.isnan(spread) or spread == 0 else f"; ELBOs of its restarts lie within {fixed(spread, 1)} nats"
    return f"{said}{last}{within}"


def _optimised_words(result: Result, fit: dict[str, str]) -> str:
    best = diagnostic(result, "best", fit)
    iterations = math.nan if math.isnan(best) else diagnostic(result, "iterations", fit | {"restart": int(best)})
    many = "" if math.isnan(iterations) else f" in {count(iterations)} iterations"
    near = start_words(result, fit)
    many += f"; {near}" if near else ""
    flat = diagnostic(result, "flat", fit)
    if flat > 0:
        many += f"; its mode has no curvature in {count(flat)} directions, so that no Gaussian fits there"
    return f"{'converged' if converged(result, fit) else 'did not converge'}{many}"


def start_words(result: Result, fit: dict[str, str]) -> str:
    """How many starts of an optimiser end at its highest optimum, "" where that is not known."""
    near, restarts = (diagnostic(result, name, fit) for name in ("at_best", "restarts"))
    return "" if math.isnan(near) else f"{count(near)} of {count(restarts)} starts end at the highest optimum"


def starts_sentences(result: Result) -> Iterator[str]:
    """How much the predictions of a method that keeps the best of several starts owe to the starts that it had."""
    for method in methods_of(result):
        near, starts = (diagnostic(result, name, {"method": method}) for name in ("at_best", "restarts"))
        if not starts > 1 or near == starts:
            continue
        again = (
            f"only {count(near)} of them end within a nat of the best"
            if near > 1
            else "no other one ends within a nat of it, so other starts may well find a better one"
        )
        values = result.part("diagnostics")
        spread = (
            _spread(values["restart_value"].sel({"method": method, "metric": "log_score"}))
            if "restart_value" in values
            else ""
        )
        yield f"{name_of(method)} is the best of {count(starts)} starts by its objective: {again}{spread}."


def _spread(values: xr.DataArray) -> str:
    low, high = (number(float(end)) for end in (values.min(), values.max()))
    return f"; taken alone, the starts have log scores from {low} to {high} nats a row"


def khat_words(result: Result, fit: dict[str, str]) -> str:
    """What k-hat says of an approximation, "" of other methods."""
    khat = diagnostic(result, "khat", fit)
    if math.isnan(khat):
        return ""
    far, near = "far from the posterior", "close to the posterior where it has mass"
    state = f"above {KHAT}) calls it {far}" if khat > KHAT else f"below {KHAT}) calls it {near}"
    return f"k-hat {number(khat, 2)} ({state}"
