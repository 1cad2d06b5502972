"""What the report of several runs shows beyond what all such reports show: a section for the statistics of a study."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.content import Section
from reports.runs import labels, paper, trial
from reports.runs.material import RunsMaterial


@dataclass(frozen=True)
class Own:
    """A section that stands where the comparison has its group."""

    group: str  # of the stored comparison
    section: Callable[[RunsMaterial], Section]
    verdict: Callable[[RunsMaterial], tuple[str, ...]]  # sentences that open the report's verdict


OWN = (
    Own("claims", paper.section, paper.verdict),
    Own("mislabelled", labels.section, labels.verdict),
    Own("trial_agreement", trial.section, trial.verdict),
)


def owned(material: RunsMaterial) -> list[Own]:
    """Those whose group is there."""
    return [own for own in OWN if own.group in material.comparison.children]
