"""The published labels on trial: every row simulated again, and what the labels do to the networks' scores."""

import xarray as xr

from bayesnet import Runs
from data.rupture.trial.provenance import provenance_trial
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid


def own(runs: Runs) -> dict[str, xr.Dataset]:
    """What this project's solver says about the published rows: see `provenance_trial`."""
    return {f"trial/{name}": group for name, group in provenance_trial().items()}


STUDY = Grid(
    name="provenance",
    question=QUESTIONS["provenance"],
    changes={
        "repaired": {"data": "ahamed2019"},
        "restored": {"data": "ahamed2019-restored"},
        "published": {"data": "ahamed2019-published"},
    },
    own=own,
    sections={"The published labels on trial": ("trial",)},
)

if __name__ == "__main__":
    run_script(STUDY)
