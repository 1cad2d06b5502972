"""Travel-time tomography: a Gaussian process, features, a soft equation and networks on the same arrivals."""

from dataclasses import replace

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.hmc import HmcConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.tomography import LogTomography, NetworkTomography, Tomography
from data.travel_times import load_travel_times
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

# independent Gaussians have sds from 0.01 to 1: a last rate of 0.001 ends too far from their optimum
ADVI = AdviConfig(iterations=40_000, last_rate=3e-5, restarts=2)
CONFIGS = {"advi": ADVI, "nuts": NutsConfig(thin=2)}
# the more features, the farther the largest error of their means and sds is from the usual one
MANY = {"advi": replace(ADVI, iterations=1_000_000, last_rate=1e-5), "nuts": NutsConfig(draws=2000, thin=2)}
# with steps for an acceptance of 0.8 some 0.4 % of the trajectories of `bnn_fitted` diverge, of 0.95 less than 0.1 %;
# of NUTS 1.3 % do
NETWORK = CONFIGS | {"hmc": HmcConfig(warmup=600, target_accept=0.95)}
NARROW = NETWORK | {"nuts": NutsConfig(thin=2, target_accept=0.98, max_depth=9)}


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """The arrivals; they are the same whatever the seed of the fits."""
    return load_travel_times()


RUNS = {
    "gp": (Tomography(), CONFIGS),
    "rff64": (Tomography("rff", features=64), CONFIGS),
    "rff256": (Tomography("rff", features=256), MANY),
    "rff1024": (Tomography("rff", features=1024), MANY),
    "residual": (Tomography("residual"), CONFIGS),
    "log_gp": (LogTomography(), CONFIGS),
    "bnn": (NetworkTomography(), NETWORK),
    "bnn_fitted": (NetworkTomography(fitted=True), NARROW),
}

STUDY = Grid(
    name="tomography",
    question=QUESTIONS["tomography"],
    changes={
        run: {"problem": problem, "data": "travel_times", "load": load, "configs": configs}
        for run, (problem, configs) in RUNS.items()
    },
)

if __name__ == "__main__":
    run_script(STUDY)
