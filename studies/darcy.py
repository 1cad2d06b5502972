"""Groundwater: permeability from heads, by modes of a Gaussian process and by networks with two priors."""

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.darcy import Darcy, NetworkDarcy
from data.darcy.heads import load_heads
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

ADVI = AdviConfig(restarts=2)
CONFIGS = {"advi": ADVI, "nuts": NutsConfig(thin=1)}


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """The heads; they are the same whatever the seed of the fits."""
    return load_heads()


PROBLEMS = {"kl": Darcy(), "bnn": NetworkDarcy(), "bnn_fitted": NetworkDarcy(fitted=True)}

STUDY = Grid(
    name="darcy",
    question=QUESTIONS["darcy"],
    changes={
        run: {"problem": problem, "data": "heads", "load": load, "configs": CONFIGS}
        for run, problem in PROBLEMS.items()
    },
)

if __name__ == "__main__":
    run_script(STUDY)
