"""What 160 wrong labels do to accuracy, convergence and stated uncertainty, and whether a fit can point at them."""

import sys
from collections.abc import Mapping

import xarray as xr

from bayesnet.mislabelled import wrong_label_detection
from data.published import wrong_labels
from reports.figures import Run
from studies.grid import Grid


def own(runs: Mapping[str, Run], seed: int) -> dict[str, xr.Dataset]:
    """How well the fits to the labels as published find the wrong ones: see `wrong_label_detection`."""
    found = wrong_label_detection(runs["published"].fits, wrong_labels(), seed=seed)
    return {"mislabelled": found.assign_attrs(run="published")}


STUDY = Grid(
    name="labels",
    question="What do 160 wrong training labels do to each method, and does any method point at them?",
    changes={"repaired": {"catalogue": "ahamed2019"}, "published": {"catalogue": "ahamed2019-published"}},
    own=own,
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
