"""What the wrong labels of the published catalogue do to every method, and whether a fit can point at them.

160 training labels are known to be wrong; those of 75 more rows are lost, and the repaired catalogue leaves them out.
"""

import xarray as xr

from bayesnet import Runs, wrong_label_detection
from data.published import wrong_labels
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid


def own(runs: Runs) -> dict[str, xr.Dataset]:
    """How well the fits to the labels as published find the wrong ones: see `wrong_label_detection`."""
    found = wrong_label_detection(runs.fits["published"], wrong_labels(), seed=runs.seed)
    return {"mislabelled": found.assign_attrs(run="published")}


STUDY = Grid(
    name="labels",
    question=QUESTIONS["labels"],
    changes={"repaired": {"data": "ahamed2019"}, "published": {"data": "ahamed2019-published"}},
    own=own,
    sections={"Finding the wrong labels": ("mislabelled",)},
)

if __name__ == "__main__":
    run_script(STUDY)
