"""Fault slip from surface displacements: where the posterior is known, where it is not, and where it has modes."""

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.okada import Fault, Modes, Slip
from data.faults.observations import load_observations
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """Observations of a name; they are the same whatever the seed of the fits."""
    return load_observations(data)


STUDY = Grid(
    name="okada",
    question=QUESTIONS["okada"],
    changes={
        "slip": {
            "problem": Slip(),
            "data": "slip",
            "load": load,
            "configs": {"advi": AdviConfig(last_rate=0.0001)},  # at 0.001 sds end up to 7 % from the optimum
        },
        "fault": {
            "problem": Fault(),
            "data": "fault",
            "load": load,
            "configs": {"nuts": NutsConfig(thin=1, climbs=10)},  # half of random starts end in a local optimum
        },
        "modes": {
            "problem": Modes(),
            "data": "modes",
            "load": load,
            "configs": {"nuts": NutsConfig(thin=1)},  # 1875 data: a gradient takes longer, and modes hardly mix
        },
    },
    alike=False,
)

if __name__ == "__main__":
    run_script(STUDY)
