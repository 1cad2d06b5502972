"""The study of the labels' provenance: the trial's groups, as they stand in the stored comparison."""

import xarray as xr

from reports.content import Section
from reports.runs.material import RunsMaterial
from reports.sections.provenance_trial import provenance_trial, trial_words

PREFIX = "trial_"  # of the trial's groups in the comparison, where an `agreement` has another meaning


def section(material: RunsMaterial) -> Section:
    """The labels on trial."""
    return provenance_trial(_groups(material), lambda name: material.csv(PREFIX + name))


def verdict(material: RunsMaterial) -> tuple[str, ...]:
    """What the trial says."""
    return trial_words(_groups(material))


def _groups(material: RunsMaterial) -> dict[str, xr.Dataset]:
    children = material.comparison.children
    return {name.removeprefix(PREFIX): children[name].to_dataset() for name in children if name.startswith(PREFIX)}
