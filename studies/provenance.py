"""The published labels on trial: every row simulated again, and what the labels do to the networks' scores."""

import sys
from collections.abc import Mapping

import xarray as xr

from data.rupture.trial.provenance import provenance_trial
from reports.figures import Run
from reports.runs.trial import PREFIX
from studies.grid import Grid


def own(runs: Mapping[str, Run], seed: int) -> dict[str, xr.Dataset]:
    """Return what the solver says about the published rows: see `data.rupture.trial.provenance.provenance_trial`."""
    return {PREFIX + name: group for name, group in provenance_trial().items()}


STUDY = Grid(
    name="provenance",
    question="Can the published labels be made again, which of them are wrong, and what does that do to the networks?",
    changes={
        "repaired": {"catalogue": "ahamed2019"},
        "restored": {"catalogue": "ahamed2019-restored"},
        "published": {"catalogue": "ahamed2019-published"},
    },
    own=own,
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
