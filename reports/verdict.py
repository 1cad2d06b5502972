"""What the numbers of a comparison say, in sentences: nothing that they do not support."""

import math
from itertools import combinations

import xarray as xr

from bayesnet.diagnostics import ESS, KHAT, RHAT
from reports.content import find, methods_of
from reports.differences import Difference, difference
from reports.words import count, duration, listed, name_of, number, percent

SCOPE = "for these fits: 95 % intervals over test rows, not over starts of an optimiser"


def verdict(comparison: xr.DataTree) -> tuple[str, ...]:
    """What to take home from a comparison.

    Parameters
    ----------
    comparison : xarray.DataTree
        See `bayesnet.compare`; groups other than `scores` may be missing.

    Returns
    -------
    tuple of str
        Three to six sentences: which method predicts best and by how much, in log score and in accuracy; whether the
        sampler converged; how far approximations are from it; whether the Bayesian network was worth it over a plain
        one. No method is ranked above another where their paired difference is not decided (see `Difference.sign`).
    """
    parts = (_best, _accuracy, _convergence, _unconverged, _worth)
    return tuple(sentence for part in parts if (sentence := part(comparison)))


def warnings(comparison: xr.DataTree, *, quick: bool = False, findings: list[dict] | None = None) -> tuple[str, ...]:
    """What a reader must know before any number: quick settings, errors in the data, a sampler not converged."""
    errors = [finding for finding in findings or [] if finding["severity"] == "error"]
    said = ["Quick settings: this run shows that everything works, its numbers say little."] if quick else []
    if errors:
        several = f"{len(errors)} errors" if len(errors) > 1 else "an error"
        said.append(f"The audit found {several} in the catalogue: {'; '.join(error['message'] for error in errors)}.")
    for method in sampled(comparison):
        if not _converged(comparison, method):
            said.append(
                f"{name_of(method)} did not converge: its numbers, and all that is held against them, may move."
            )
    return tuple(said)


def sampled(comparison: xr.DataTree) -> list[str]:
    """Methods of several chains, whose convergence R-hat judges."""
    return [m for m in methods_of(comparison) if not math.isnan(_of(comparison, "diagnostics", "rhat_max", m))]


def bayesian(comparison: xr.DataTree) -> list[str]:
    """Methods whose prediction has a spread, which a point estimate does not."""
    return [m for m in methods_of(comparison) if not math.isnan(_score(comparison, m, "predictive_sd"))]


def _lead(comparison: xr.DataTree, method: str, other: str, metric: str) -> Difference:
    return difference(comparison, metric, {"method": method, "other": other})


def _best(comparison: xr.DataTree) -> str:
    ranked = _ranked(comparison, methods_of(comparison))
    best, *others = ranked
    name, value = name_of(best), number(_score(comparison, best, "log_score"))
    if not others:
        correct = percent(_score(comparison, best, "accuracy"))
        return (
            f"{name} alone was fitted, so nothing is compared: log score {value} nats a row, {correct} of rows right."
        )
    found = {other: _lead(comparison, best, other, "log_score") for other in others}
    beaten = [f"{found[other]} over {name_of(other)}" for other in others if found[other].sign]
    level = [f"{found[other]} over {name_of(other)}" for other in others if not found[other].sign]
    if not level:
        said = f"{name} predicts best: its log score is {value} nats a row, a lead of {listed(beaten)}"
    else:
        said = (
            f"No method can be named best: {name} has the highest log score, {value} nats a row, but the interval of "
            f"its lead contains zero: {listed(level)}" + (f"; it does lead by {listed(beaten)}" if beaten else "")
        )
    return f"{said} ({SCOPE})."


def _accuracy(comparison: xr.DataTree) -> str:
    ranked = _ranked(comparison, methods_of(comparison))
    if len(ranked) < 2:
        return ""
    shares = listed([f"{percent(_score(comparison, m, 'accuracy'))} ({name_of(m)})" for m in ranked])
    first, *others = ranked
    signs = {(a, b): _lead(comparison, a, b, "accuracy").sign for a, b in combinations(ranked, 2)}
    better, worse, level = ([name_of(m) for m in others if signs[first, m] == sign] for sign in (1, -1, 0))
    said = [f"gets more rows right than {listed(better)}"] if better else []
    said += [f"gets fewer rows right than {listed(worse)}"] if worse else []
    said += [f"cannot be told apart from {listed(level)}"] if level else []
    rest = [
        f"{name_of(a if sign > 0 else b)} gets more right than {name_of(b if sign > 0 else a)}"
        for (a, b), sign in signs.items()
        if a != first and sign
    ]
    return (
        f"Rows put into the right class: {shares}; {'; '.join([f'{name_of(first)} {listed(said)}', *rest])} (95 % "
        "intervals of the paired differences and McNemar's test)."
    )


def _convergence(comparison: xr.DataTree) -> str:
    methods = sampled(comparison)
    if not methods:
        told = [f"for {name_of(m)}, {khat}" for m in methods_of(comparison) if (khat := _khat(comparison, m))]
        if told:
            return f"No sampler was run, so k-hat alone tells how far a method is from the posterior: {listed(told)}."
        return "No sampler was run, so nothing here tells how far any method is from the posterior it stands for."
    return "; ".join(_sampler(comparison, method) for method in methods) + "."


def _sampler(comparison: xr.DataTree, method: str) -> str:
    rhat, ess, weights, divergences = (
        _of(comparison, "diagnostics", name, method)
        for name in ("rhat_max", "ess_min", "weights_rhat_max", "divergences")
    )
    state = "converged" if _converged(comparison, method) else "did not converge"
    said = (
        f"{name_of(method)} {state} in its predictions (R-hat at most {number(rhat, 4)}, limit {RHAT}; effective "
        f"sample size at least {count(ess)}, limit {ESS}; {count(divergences)} divergences)"
    )
    matched = _of(comparison, "diagnostics", "weights_rhat_max_matched", method)
    if math.isnan(matched):
        return said
    return f"{said}; R-hat of single weights is up to {number(weights, 4)}, {number(matched, 4)} once units are matched"


def _unconverged(comparison: xr.DataTree) -> str:
    others = [m for m in methods_of(comparison) if m not in sampled(comparison)]
    stopped = [name_of(m) for m in others if _of(comparison, "diagnostics", "converged", m) == 0]
    return f"The optimiser of {listed(stopped)} had not converged when it stopped." if stopped else ""


def _khat(comparison: xr.DataTree, method: str) -> str:
    """What k-hat says of an approximation, "" of other methods."""
    khat = _of(comparison, "diagnostics", "khat", method)
    if math.isnan(khat):
        return ""
    far, near = "far from the posterior", "close to the posterior where it has mass"
    state = f"above {KHAT}) calls it {far}" if khat > KHAT else f"below {KHAT}) calls it {near}"
    return f"k-hat {number(khat, 2)} ({state}"


def _worth(comparison: xr.DataTree) -> str:
    drawn = bayesian(comparison)
    plain = _ranked(comparison, [m for m in methods_of(comparison) if m not in drawn])
    if not plain:
        return "No plain network was fitted, so whether the Bayesian one is worth it cannot be said."
    if not drawn:
        return "Only point estimates were fitted: how uncertain the network itself is, nothing here can say."
    best, other = _ranked(comparison, drawn)[0], plain[0]
    lead = _lead(comparison, best, other, "log_score")
    if not lead.sign:
        answer = "was not shown to be worth it for its predictions"
    else:
        answer = (
            "was worth it for its predictions" if lead.value > 0 else "predicts worse and was not worth it for that"
        )
    return (
        f"Against the plain network ({name_of(other)}), the Bayesian one by {name_of(best)} {answer}: its log score "
        f"differs by {lead}{_cost(comparison, best, other)}."
    )


def _cost(comparison: xr.DataTree, method: str, other: str) -> str:
    times = [_of(comparison, "run", "seconds", m) for m in (method, other)]
    known = not any(math.isnan(time) for time in times)
    said = f"; it took {duration(times[0])} instead of {duration(times[1])}" if known else ""
    found = [find(comparison, "errors", "error_auc", {"method": m, "measure": "total"}) for m in (method, other)]
    if any(math.isnan(auc) for auc in found):
        return said
    return said + (
        f"; wrong rows are more uncertain than right ones with probability {number(found[0])} instead of "
        f"{number(found[1])} (no interval)"
    )


def _converged(comparison: xr.DataTree, method: str) -> bool:
    return _of(comparison, "diagnostics", "converged", method) == 1


def _ranked(comparison: xr.DataTree, methods: list[str]) -> list[str]:
    """Methods by log score, best first."""
    return sorted(methods, key=lambda method: -_score(comparison, method, "log_score"))


def _score(comparison: xr.DataTree, method: str, metric: str) -> float:
    return find(comparison, "scores", "value", {"method": method, "metric": metric})


def _of(comparison: xr.DataTree, group: str, variable: str, method: str) -> float:
    return find(comparison, group, variable, {"method": method})
