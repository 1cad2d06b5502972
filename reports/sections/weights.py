"""Agreement with the reference, weights, and importance of the inputs."""

import xarray as xr

from reports.content import Column, Material, Section, Table, find, method_table
from reports.sections.predictions import METRICS
from reports.verdict import bayesian, sampled
from reports.words import ABSENT, MINUS, count, interval, name_of, number, percent

AGREEMENT = (
    ("same class ↑", "class_agreement", percent),
    ("total variation, mean ↓", "mean_total_variation", number),
    ("Wasserstein distance, mean ↓", "mean_wasserstein", number),
    ("predictive sd / reference's (1 is best)", "mean_sd_ratio", number),
    ("total variation, worst row ↓", "worst_total_variation", number),
    ("Wasserstein distance, worst row ↓", "worst_wasserstein", number),
)
PARAMETERS = ("w0", "b0", "w1", "b1")
ALIGNMENTS = {"none": "as drawn", "matched": "hidden units matched", "balanced": "matched and balanced"}
WEIGHTS_NOTE = (
    "Hidden units can change places (and, with ReLU, trade scale) without changing any prediction, so weights are "
    "compared once units are matched. Balanced: each unit's scale is shared evenly between its two layers. sd and "
    "contraction are means over the weights of a kind, sd ratios to the reference medians. Contraction is "
    f"1 {MINUS} (sd / sd of prior draws matched to the same units)². {ABSENT} marks what a single chain cannot have."
)
CORRELATED = (
    "Inputs that are correlated mislead where a single column is shuffled: what it carried may survive in its "
    "partners, so that it looks unimportant, or the shuffled rows lie where no simulation does. The groups are "
    "shuffled together, which keeps what binds them."
)


def agreement(material: Material) -> Section:
    """How close each method's predictions are to the reference's, beside how close its own chains are."""
    name = name_of(material.reference)
    columns = [Column(heading, "agreement", variable, show=show) for heading, variable, show in AGREEMENT]
    tables = method_table(
        material, f"Agreement with {name}", columns, source=material.csv("agreement"), note=AGREEMENT_NOTE
    )
    words = f"Every method's predictive distribution is held against that of {name}."
    if material.reference not in sampled(material.comparison):
        words += (
            f" {name} is no sampler but the method at hand with most draws: agreement with it is no proof of truth."
        )
    if not tables:
        words = "There is no second method whose predictions could be held against the reference."
    return Section("Agreement", "agreement", paragraphs=(words,), tables=(*tables, *_ceiling(material)))


AGREEMENT_NOTE = (
    "Total variation: |difference of the scores|, the probability by which the predicted outcomes differ. Wasserstein: "
    "between the draws of the score. A point estimate has no predictive sd."
)


def _ceiling(material: Material) -> tuple[Table, ...]:
    part = material.run.part("ceiling")
    if part is None:
        return ()
    rows = tuple(
        (f"chain {chain}", *(show(float(part[variable].sel(chain=chain))) for _, variable, show in AGREEMENT))
        for chain in part["chain"].values
    )
    title = f"Each chain of {name_of(material.reference)} against its others"
    header = ("chain", *(heading for heading, _, _ in AGREEMENT))
    return (Table(title, header, rows, CEILING_NOTES[material.run.reference_converged], material.csv("ceiling")),)


# by whether the reference converged
CEILING_NOTES = {
    True: "No method can be asked to agree better than this.",
    False: "The reference did not converge: its chains disagree among themselves, and this is no ceiling.",
}


def weights(material: Material) -> Section:
    """Size and certainty of the weights before and after alignment, and what needs no alignment."""
    details = []
    for group, title in (("path_products", "Path products"), ("sensitivities", "Sensitivities of the score")):
        part = material.run.part(group)
        if part is not None:
            part = part.sel(per="sd") if "per" in part.dims else part
            table = grid(
                material, title, part, "mean", ("lower", "upper"), note=NOTES[group], source=material.csv(group)
            )
            details.append(Section(title, group.replace("_", "-"), tables=(table,)))
    units = (
        Column("draws with an ambiguous unit ↓", "units", "ambiguous", show=percent),
        Column("unused units, mean number", "units", "unused"),
    )
    return Section(
        "Weights",
        "weights",
        paragraphs=(
            "Weights are of inputs with sd 1. A mean over draws of raw weights says nothing: see the note below.",
        ),
        tables=(
            *_summary(material),
            *method_table(material, "Hidden units", units, source=material.csv("units"), note=NOTES["units"]),
        ),
        details=tuple(details),
    )


NOTES = {
    "path_products": (
        "Sum over hidden units of w0 w1: slope of the logit per sd of the input where every unit has slope 1. "
        "Brackets: 95 % of the draws."
    ),
    "sensitivities": "Change of the score per sd of the input, averaged over test rows. Brackets: 95 % of the draws.",
    "units": "Ambiguous: another order of the units is nearly as likely. Unused: moves the logit by less than 0.1.",
}


def _summary(material: Material) -> tuple[Table, ...]:
    part = material.run.part("weight_summary")
    methods = bayesian(material.comparison)
    if part is None or not methods:
        return ()
    cells = []
    for method in methods:
        for form in part["alignment"].values:
            where = {"method": method, "alignment": str(form)}
            row = [
                find(material.comparison, "weight_summary", name, where) for name in ("largest_rhat", "smallest_ess")
            ]
            shown = [number(row[0], 4), count(row[1])]
            for variable in ("sd", "sd_ratio", "contraction_beyond_matching"):
                found = [
                    find(material.comparison, "weight_summary", variable, where | {"parameter": p}) for p in PARAMETERS
                ]
                shown += [number(value, 2) for value in found]
            cells.append((name_of(method), ALIGNMENTS.get(str(form), str(form)), *shown))
    headings = [f"{name} {p}" for name in ("sd", "sd ratio", "contraction") for p in PARAMETERS]
    header = ("method", "alignment", "R-hat max ↓", "ESS min ↑", *headings)
    return (Table("Weights by kind", header, tuple(cells), WEIGHTS_NOTE, material.csv("weight_summary")),)


def importance(material: Material) -> Section:
    """What each method loses when an input, or a group of them, is shuffled."""
    tables = {
        metric: tuple(
            _drops(material, group, metric)
            for group in ("importance_groups", "importance")
            if group in material.comparison.children
        )
        for metric in ("f1", "log_score")
    }
    details = Section("By log score", "importance-log-score", tables=tables["log_score"])
    return Section("Importance", "importance", paragraphs=(CORRELATED,), tables=tables["f1"], details=(details,))


def _drops(material: Material, group: str, metric: str) -> Table:
    what = "groups of inputs" if group == "importance_groups" else "single inputs"
    title = f"Drop of {METRICS[metric]} by {what}"
    part = material.comparison[group].to_dataset().sel(metric=metric)
    bounds = ("draw_lower", "draw_upper")
    return grid(material, title, part, "drop_mean", bounds, note=DROP_NOTE, source=material.csv(group))


DROP_NOTE = (
    "Drop of the posterior mean score's metric, averaged over shuffles; the larger, the more the method relies on it. "
    "Brackets: 95 % of the single draws' drops; a point estimate has none. The "
    "drop of the mean score may lie outside them."
)


def grid(
    material: Material,
    title: str,
    part: xr.Dataset,
    variable: str,
    bounds: tuple[str, str],
    *,
    note: str,
    source: str,
) -> Table:
    """A table of inputs (or groups of them) by methods, with intervals where there are any."""
    dim = "group" if "group" in part.dims else "feature"
    cells = []
    for item in part[dim].values:
        row = [str(item)]
        for method in material.methods:
            one = part.sel({"method": method, dim: item}) if method in part["method"].values else None
            row.append(ABSENT if one is None else interval(*(float(one[name]) for name in (variable, *bounds))))
        cells.append(tuple(row))
    return Table(title, (dim, *map(name_of, material.methods)), tuple(cells), note, source)
