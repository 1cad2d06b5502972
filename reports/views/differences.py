"""How every two methods differ on the same test rows: which predicts best, and whether a posterior was worth it."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from bayesnet.methods import METHODS
from reports.content import Section, Table
from reports.convergence import starts_sentences
from reports.differences import difference
from reports.html import image
from reports.marks import dots, panels
from reports.style import colour_of, label_of, styled
from reports.view import View, csv, find, fits_of, methods_of
from reports.views.scores import ARROWS, axis_label, bayesian, grade, ranked
from reports.words import MINUS, count, duration, is_baseline, listed, name_of, number, percent

SCOPE = "95 % intervals over test rows, and over the starts of methods that have several"
MOST = 4  # methods of which every pair is shown
DECIDED = "* marks a 95 % interval without zero"
TESTED = (
    ", for accuracy also an exact McNemar p below 0.05 (a bootstrap of few rows is too sure: 4 rows to 0 leave zero "
    "out, though p is 0.125)"
)
CHANCE = ". Each interval stands on its own: among many, some leave zero out by chance."
ADJUSTED = (
    ", and where its p-value stays below 0.05 after Holm's adjustment (1979) for all runs and methods that a metric "
    "compares. The intervals themselves stand each on its own."
)
MCNEMAR = " McNemar: whether both misclassify equally often."
DRAWN = ("accuracy", "f1", "log_score", "crps", "rmse")  # metrics of the figure
ONLY = {"only_method_right": "only first right", "only_other_right": "only second right"}


def show(result: Result) -> Section | None:
    """The difference of every two methods in every metric."""
    values = result.part("differences")
    if values is None:
        return None
    pairs = [((f"{name_of(a)} {MINUS} {name_of(b)}",), {"method": a, "other": b}) for a, b in shown_pairs(values)]
    title, what = "Paired differences", "First method minus second on the same test rows"
    some = values.sel(metric=[metric for metric in values["metric"].values if metric in DRAWN])
    also = " The numbers below have the other metrics too." if some.sizes["metric"] < values.sizes["metric"] else ""
    drawn = image(
        score_differences(some),
        "score-differences",
        title,
        "Both methods of a pair are graded on the same bootstrap samples of the test rows, and of the starts of "
        f"methods that have several. A line that crosses zero supports no ranking; {_clear(some)} Arrows point to "
        f"where the method named first is better.{also}",
        "One panel per metric: the difference of every two methods as a dot with its interval, and a line at zero.",
        source=csv(result, "differences", "other", "metric"),
    )
    table = paired_table(result, "differences", title, ("pair",), pairs, ONLY, what)
    table = replace(table, note=" ".join((table.note, *starts_sentences(result))))
    return Section(title, "differences", tables=(table,), images=(drawn,))


def pairs_of(methods: list[str]) -> list[tuple[str, str]]:
    """Every two methods, the last first: so NUTS is what the cheaper methods are taken from."""
    return list(combinations(methods[::-1], 2))


def shown_pairs(values: xr.Dataset) -> list[tuple[str, str]]:
    """Every two methods; of more than four those with the last one, and the best baseline with every other method."""
    methods = [str(method) for method in values["method"].values]
    pairs = pairs_of(methods)
    if len(methods) <= MOST:
        return pairs
    lead = values["difference"].sel({"metric": "log_score", "other": methods[-1]}, drop=True)
    best = sorted((m for m in methods if is_baseline(m)), key=lambda m: -float(lead.sel({"method": m})))[:1]
    return [pair for pair in pairs if methods[-1] in pair or set(best) & set(pair)]


def paired_table(
    result: Result,
    part: str,
    title: str,
    header: tuple[str, ...],
    pairs: Iterable[tuple[tuple[str, ...], dict[str, str]]],
    only: Mapping[str, str],
    what: str,
) -> Table:
    """A table with a row for each pair of fits: differences of every metric, and McNemar's test of classifiers.

    Parameters
    ----------
    result : Result
    part : str
        `differences` or `changes`.
    title : str
    header : tuple of str
        Headings of the names of a pair.
    pairs : iterable
        Names of each pair, and what selects it in the part.
    only : mapping
        Variables that count the rows that only one fit of a pair gets right, and their headings.
    what : str
        What is taken from what: the note begins with it.
    """
    values = result.part(part)
    metrics = [str(metric) for metric in values["metric"].values]
    headings = [f"{values['label'].sel(metric=m).item()}{ARROWS[int(values['better'].sel(metric=m))]}" for m in metrics]
    tested = "mcnemar_p" in values.data_vars
    if tested:
        headings += [*only.values(), "McNemar p"]
    rows = []
    for names, pair in pairs:
        row = [*names, *(difference(result, part, metric, pair).marked for metric in metrics)]
        if tested:
            row += [count(find(result, part, name, pair)) for name in only]
            row.append(number(find(result, part, "mcnemar_p", pair), 2))
        rows.append(tuple(row))
    many = ADJUSTED if part == "changes" else CHANCE
    note = f"{what}; {DECIDED}{TESTED if tested else ''}{many}{MCNEMAR if tested else ''}"
    return Table(title, (*header, *headings), tuple(rows), note, csv(result, part, "other", "metric"))


def _clear(values: xr.Dataset) -> str:
    """How many of the intervals leave zero out."""
    pairs = shown_pairs(values)
    ends = [values["interval"].sel({"method": a, "other": b}) for a, b in pairs]
    clear = sum(int(((one.sel(bound="lower") > 0) | (one.sel(bound="upper") < 0)).sum()) for one in ends)
    return f"{clear} of the {len(pairs) * values.sizes['metric']} lines here do not cross it."


@styled
def score_differences(values: xr.Dataset) -> Figure:
    """Difference of every two methods in every metric, with its bootstrap interval over test rows.

    Parameters
    ----------
    values : xarray.Dataset
        The part `differences`. A dot has the colour of the method that the other is taken from.
    """
    pairs = shown_pairs(values)
    labels = [f"{label_of(method)} {MINUS} {label_of(other)}" for method, other in pairs]
    figure, axes = panels(values.sizes["metric"], columns=3, height=0.8 + 0.25 * len(pairs), sharey=True)
    for panel, metric in zip(axes, values["metric"].values, strict=True):
        panel.axvline(0, color="#222222", linewidth=0.8)
        picked = [values.sel({"method": a, "other": b, "metric": metric}) for a, b in pairs]
        for y, ((method, _), one) in enumerate(zip(pairs, picked, strict=True)):
            panel.hlines(y, *one["interval"].values, color=colour_of(method), linewidth=1.6)
        dots(panel, [float(one["difference"]) for one in picked], [method for method, _ in pairs], labels)
        panel.set_xlabel(axis_label(values.sel(metric=metric)))
    return figure


def verdict(result: Result) -> Iterator[str]:
    """Which method predicts best and by how much, whether a network was worth it, and whether a posterior was.

    No method is ranked above another where their paired difference is not decided (see `Difference.sign`).
    """
    methods = ranked(result, methods_of(result))
    if result.part("scores") is None or not methods:
        return
    if len(methods) == 1:
        yield _alone(result, *methods)
    else:
        yield _best(result, methods)
        yield from _network(result, methods)
        if not math.isnan(grade(result, {"method": methods[0]}, "accuracy")):
            yield _accuracy(result, methods)
    fitted = [m for m in methods if m not in METHODS or not (METHODS[m].baseline or METHODS[m].made_from)]
    if fitted:  # an ensemble is neither a point estimate nor a posterior
        yield _worth(result, fitted)


def _lead(result: Result, method: str, other: str, metric: str = "log_score"):
    return difference(result, "differences", metric, {"method": method, "other": other})


def _alone(result: Result, method: str) -> str:
    score, accuracy = (grade(result, {"method": method}, metric) for metric in ("log_score", "accuracy"))
    right = "" if math.isnan(accuracy) else f", {percent(accuracy)} of rows put into the right class"
    return (
        f"{name_of(method)} alone was fitted, so nothing is compared: its log score is {number(score)} nats a row"
        f"{right}."
    )


def _best(result: Result, methods: list[str]) -> str:
    best, *others = methods
    name, value = name_of(best), number(grade(result, {"method": best}, "log_score"))
    found = {other: _lead(result, best, other) for other in others}
    beaten, level = (
        [f"{lead} over {name_of(other)}" for other, lead in found.items() if bool(lead.sign) == shown]
        for shown in (True, False)
    )
    if not level:
        said = f"{name} predicts best: its log score is {value} nats a row, a lead of {listed(beaten)}"
    else:
        said = (
            f"No method can be named best: {name} has the highest log score, {value} nats a row, but the interval of "
            f"its lead contains zero: {listed(level)}" + (f"; it does lead by {listed(beaten)}" if beaten else "")
        )
    return f"{said} ({SCOPE})."


def _network(result: Result, methods: list[str]) -> Iterator[str]:
    """Whether the best of what was fitted predicts better than the best baseline."""
    baselines, fitted = ([m for m in methods if is_baseline(m) == kind] for kind in (True, False))
    if not baselines or not fitted:
        return
    best, other = fitted[0], baselines[0]
    lead = _lead(result, best, other)
    what = "network" if math.isnan(grade(result, {"method": best}, "crps")) else "posterior"  # of Gaussian outcomes
    answer = {
        1: f"A {what} was worth it for its predictions",
        0: f"Whether a {what} was worth it for its predictions is not decided",
        -1: f"No {what} was worth it for its predictions",
    }[lead.sign]
    yield (
        f"{answer}: the log score of the best of them, {name_of(best)}, differs by {lead} nats a row from that of the "
        f"best baseline, {name_of(other)} ({METHODS[other].about})."
    )


def _accuracy(result: Result, methods: list[str]) -> str:
    shares = listed([f"{percent(grade(result, {'method': m}, 'accuracy'))} ({name_of(m)})" for m in methods])
    first, *others = methods
    signs = {(a, b): _lead(result, a, b, "accuracy").sign for a, b in combinations(methods, 2)}
    better, worse, level = ([name_of(m) for m in others if signs[first, m] == sign] for sign in (1, -1, 0))
    said = [f"{name_of(first)} gets more rows right than {listed(better)}"] if better else []
    said += [f"{name_of(first)} gets fewer rows right than {listed(worse)}"] if worse else []
    said += [f"between {name_of(first)} and {listed(level)} it is not decided"] if level else []
    said += [
        f"{name_of(a if sign > 0 else b)} gets more right than {name_of(b if sign > 0 else a)}"
        for (a, b), sign in signs.items()
        if a != first and sign and not (is_baseline(a) or is_baseline(b))
    ]
    return (
        f"Rows put into the right class: {shares}; {'; '.join(said)} (95 % intervals of the paired differences and "
        "McNemar's test)."
    )


def _worth(result: Result, methods: list[str]) -> str:
    """Whether the best of the posteriors predicts better than the best of the point estimates."""
    drawn = [method for method in methods if method in bayesian(result)]
    plain = [method for method in methods if method not in drawn]
    if not plain:
        return "No point estimate was fitted, so whether a whole posterior is worth it cannot be said."
    if not drawn:
        return "Only point estimates were fitted: how uncertain they are themselves, nothing here can say."
    best, other = drawn[0], plain[0]
    lead = _lead(result, best, other)
    if not lead.sign:
        answer = "was not shown to be worth it for its predictions (which predicts better is not decided)"
    else:
        answer = (
            "was worth it for its predictions" if lead.value > 0 else "predicts worse and was not worth it for that"
        )
    return (
        f"Compared with the point estimate by {name_of(other)}, the posterior by {name_of(best)} {answer}: its log "
        f"score differs by {lead}{_cost(result, best, other)}."
    )


def _cost(result: Result, method: str, other: str) -> str:
    times = [find(result, "cost", "seconds", {"method": m}) for m in (method, other)]
    known = not any(map(math.isnan, times))
    said = f"; it took {duration(times[0])} instead of {duration(times[1])}" if known else ""
    found = [find(result, "errors", "error_auc", {"method": m, "measure": "total"}) for m in (method, other)]
    if any(map(math.isnan, found)):
        return said
    return said + (
        f"; wrong rows are more uncertain than right ones with probability {number(found[0])} instead of "
        f"{number(found[1])} (no interval)"
    )


def runs_verdict(result: Result) -> Iterator[str]:
    """Which method has the highest log score in each run, and whether its lead over every other is shown."""
    best: dict[tuple[str, bool], list[str]] = {}
    for run in result.study["runs"]:
        fits = [fit for fit in fits_of(result) if fit["run"] == run]
        scores = {fit["method"]: grade(result, fit, "log_score") for fit in fits}
        known = {method: score for method, score in scores.items() if not math.isnan(score)}
        if len(known) > 1:
            first = max(known, key=known.get)
            others = [method for method in known if method != first]
            best.setdefault((first, _leads(result, run, first, others)), []).append(run)
    said = [
        f"{name_of(method)} predicts best in {listed(runs)}"
        if shown
        else f"in {listed(runs)} {name_of(method)} is highest, but its lead is not shown over every other method"
        for (method, shown), runs in best.items()
    ]
    if said:
        yield f"Methods compared with each other by log score: {'; '.join(said)}."


def _leads(result: Result, run: str, method: str, others: list[str]) -> bool:
    """Whether the paired intervals leave no doubt that a method has a higher log score than all others of its run."""
    pairs = [{"run": run, "method": method, "other": other} for other in others]
    return all(difference(result, "differences", "log_score", pair).sign > 0 for pair in pairs)


VIEW = View(show, verdict=verdict, numbers_folded=True, across=View(verdict=runs_verdict))
