"""What the wrong labels of the published catalogue do to every method, and whether a fit can point at them.

160 training labels are known to be wrong; those of 75 more rows are lost, and the repaired catalogue leaves them out.
"""

import sys
from collections.abc import Mapping

import xarray as xr

from bayesnet.parts.mislabelled import wrong_label_detection
from data.published import wrong_labels
from reports.figures import Run
from studies.grid import Grid


def own(runs: Mapping[str, Run], seed: int) -> dict[str, xr.Dataset]:
    """How well the fits to the labels as published find the wrong ones: see `wrong_label_detection`."""
    found = wrong_label_detection(runs["published"].fits, wrong_labels(), seed=seed)
    return {"mislabelled": found.assign_attrs(run="published")}


STUDY = Grid(
    name="labels",
    question="What do the wrong published labels (160, and some of 75 more rows) do, and does a method point at them?",
    changes={"repaired": {"catalogue": "ahamed2019"}, "published": {"catalogue": "ahamed2019-published"}},
    own=own,
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
