"""The study of the labels' provenance: the trial's groups, as they stand in the stored comparison."""

from reports.content import Section
from reports.runs.material import RunsMaterial
from reports.sections.provenance_trial import provenance_trial

PREFIX = "trial_"  # of the trial's groups in the comparison, where an `agreement` has another meaning


def section(material: RunsMaterial) -> Section:
    """The labels on trial."""
    children = material.comparison.children
    groups = {name.removeprefix(PREFIX): children[name].to_dataset() for name in children if name.startswith(PREFIX)}
    return provenance_trial(groups, lambda name: material.csv(PREFIX + name))


def verdict(material: RunsMaterial) -> tuple[str, ...]:
    """The sentences of the trial, which open its section."""
    return section(material).paragraphs[1:]
