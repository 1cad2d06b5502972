"""What the numbers of a comparison say, in sentences: nothing that they do not support."""

import math
from itertools import combinations

import xarray as xr

from bayesnet.diagnostics import ESS, KHAT, RHAT
from reports.content import find, methods_of
from reports.differences import Difference, difference
from reports.words import count, duration, listed, name_of, number, percent


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


def _converged(comparison: xr.DataTree, method: str) -> bool:
    return _of(comparison, "diagnostics", "converged", method) == 1


def _of(comparison: xr.DataTree, group: str, variable: str, method: str) -> float:
    return find(comparison, group, variable, {"method": method})
