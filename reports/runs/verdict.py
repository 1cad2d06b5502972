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


def _effect(material: RunsMaterial, method: str) -> str:
    found = changes(material, method, "log_score")
    if not found:
        return ""
    start = number(material.find("scores", "value", material.baseline, method, metric="log_score"))
    parts = []
    for sign, words in ((1, "higher with"), (-1, "lower with"), (0, "not shown to differ with")):
        named = [f"{run} ({one})" for run, one in found.items() if one.sign == sign and not one.none]
        parts += [f"{words} {listed(named)}"] if named else []
    same = [run for run, one in found.items() if one.none]
    parts += [f"the same in {listed(same)}"] if same else []
    return f"{name_of(method)}: its log score of {start} nats a row in {material.baseline} is {'; '.join(parts)}."


def _spread(material: RunsMaterial, method: str) -> str:
    """How far the stated uncertainty moves between runs."""
    sd = {run: material.find("scores", "value", run, method, metric="predictive_sd") for run in material.runs}
    known = {run: value for run, value in sd.items() if not math.isnan(value)}
    if len(known) < 2:
        return ""
    least, most = min(known, key=known.get), max(known, key=known.get)
    return (
        f"The predictive sd that {name_of(method)} states is {fixed(known[least], 3)} in {least} and "
        f"{fixed(known[most], 3)} in {most}" + (", the extremes." if len(known) > 2 else ".")
    )


def _order(material: RunsMaterial) -> str:
    """Which method has the highest log score in each run, and whether its lead over every other is shown."""
    best: dict[tuple[str, bool], list[str]] = {}
    for run in material.runs:
        scores = {m: material.find("scores", "value", run, m, metric="log_score") for m in material.methods}
        known = {method: score for method, score in scores.items() if not math.isnan(score)}
        if len(known) > 1:
            first = max(known, key=known.get)
            others = [method for method in known if method != first]
            best.setdefault((first, _leads(material, run, first, others)), []).append(run)
    parts = [
        f"{name_of(method)} predicts best in {listed(runs)}"
        if shown
        else f"in {listed(runs)} {name_of(method)} is highest, but its lead is not shown over every other method"
        for (method, shown), runs in best.items()
    ]
    return f"Method against method, by log score: {'; '.join(parts)}." if parts else ""


def _leads(material: RunsMaterial, run: str, method: str, others: list[str]) -> bool:
    """Whether the paired intervals leave no doubt that a method has a higher log score than all others of its run."""
    where = {"metric": "log_score", "bound": "lower"}
    lower = [material.find("between_methods", "interval", run, method, other_method=other, **where) for other in others]
    return all(bound > 0 for bound in lower)
