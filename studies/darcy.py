"""Groundwater: permeability from heads, by modes of a Gaussian process and by networks with two priors."""

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.hmc import HmcConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.darcy import Darcy, NetworkDarcy
from data.darcy.heads import load_heads
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

NUTS = NutsConfig(thin=1)
# with steps for an acceptance of 0.8 some 0.6 % of the trajectories of `hmc` diverge on the modes, of 0.95 none do
MODES = {"advi": AdviConfig(restarts=2), "nuts": NUTS, "hmc": HmcConfig(warmup=600, thin=6, target_accept=0.95)}
# of a network the ELBO still rises after 20,000 iterations
NETWORK = {"advi": AdviConfig(iterations=40_000, restarts=2), "nuts": NUTS}
# with steps for an acceptance of 0.8 some 1.8 % of the steps of `bnn_fitted` diverge
NARROW = NETWORK | {"nuts": NutsConfig(thin=2, target_accept=0.98, max_depth=9)}


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """The heads; they are the same whatever the seed of the fits."""
    return load_heads()


RUNS = {
    "kl": (Darcy(), MODES),
    "bnn": (NetworkDarcy(), NETWORK),
    "bnn_fitted": (NetworkDarcy(fitted=True), NARROW),
}

STUDY = Grid(
    name="darcy",
    question=QUESTIONS["darcy"],
    changes={
        run: {"problem": problem, "data": "heads", "load": load, "configs": configs}
        for run, (problem, configs) in RUNS.items()
    },
)

if __name__ == "__main__":
    run_script(STUDY)
