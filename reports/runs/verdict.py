"""What several runs say when they are held against each other, in sentences: nothing that they do not support."""

import math

from bayesnet.diagnostics import ESS, RHAT
from reports.runs.material import RunsMaterial, changes
from reports.words import count, fixed, listed, name_of, number


def verdict(material: RunsMaterial) -> tuple[str, ...]:
    """What to take home: what the runs change for each method, how sure it becomes, and whether methods trade places.

    Parameters
    ----------
    material : RunsMaterial

    Returns
    -------
    tuple of str
        No run is called better than the baseline where the 95 % interval of their paired difference contains zero.
    """
    said = [_effect(material, method) for method in material.methods]
    said += [_spread(material, method) for method in material.methods]
    return tuple(sentence for sentence in (*said, _order(material)) if sentence)


def warnings(material: RunsMaterial) -> tuple[str, ...]:
    """What a reader must know before any number: quick settings, runs whose sampler did not converge."""
    quick = [run for run, about in material.runs.items() if about["study"].get("quick")]
    wrong = [run for run, about in material.runs.items() if about["errors"]]
    said = []
    if quick:
        said.append(f"Quick settings in {listed(quick)}: they show that everything works, their numbers say little.")
    if wrong:
        said.append(f"The audit found errors in the catalogue of {listed(wrong)}: see there.")
    if len({made["versions"] for about in material.runs.values() for made in about["made"].values()}) > 1:
        said.append("Fits were made with different versions of the libraries: what differs may be theirs.")
    stopped = [f"{name_of(method)} in {run}" for run, method in material.fits() if _stopped(material, run, method)]
    if stopped:
        said.append(f"The optimiser had not converged when it stopped: {listed(stopped)}.")
    return (*said, *filter(None, (_unconverged(material, method) for method in material.methods)))


def _unconverged(material: RunsMaterial, method: str) -> str:
    """The runs in which a sampler did not converge; "" where there is none."""
    parts = []
    for run in material.runs:
        rhat, ess = (material.find("diagnostics", name, run, method) for name in ("rhat_max", "ess_min"))
        if not math.isnan(rhat) and material.find("diagnostics", "converged", run, method) == 0:
            parts.append(f"{run} (R-hat up to {number(rhat, 4)}, effective sample size from {count(ess)})")
    if not parts:
        return ""
    return (
        f"{name_of(method)} did not converge (limits: R-hat {RHAT}, effective sample size {ESS}) in {listed(parts)}: "
        "its numbers there tell of its chains only."
    )


def _stopped(material: RunsMaterial, run: str, method: str) -> bool:
    """Whether an optimiser ended before it converged; samplers are judged by R-hat."""
    sampled = not math.isnan(material.find("diagnostics", "rhat_max", run, method))
    return not sampled and material.find("diagnostics", "converged", run, method) == 0
