"""Travel-time tomography: a Gaussian process, features, a soft equation and networks on the same arrivals."""

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.tomography import LogTomography, NetworkTomography, Tomography
from data.travel_times import load_travel_times
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

# independent Gaussians have sds from 0.01 to 1: a last rate of 0.001 ends too far from their optimum
ADVI = AdviConfig(iterations=40_000, last_rate=3e-5, restarts=2)
CONFIGS = {"advi": ADVI, "nuts": NutsConfig(thin=2)}


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """The arrivals; they are the same whatever the seed of the fits."""
    return load_travel_times()


PROBLEMS = {
    "gp": Tomography(),
    "rff64": Tomography("rff", features=64),
    "rff256": Tomography("rff", features=256),
    "rff1024": Tomography("rff", features=1024),
    "residual": Tomography("residual"),
    "log_gp": LogTomography(),
    "bnn": NetworkTomography(),
    "bnn_fitted": NetworkTomography(fitted=True),
}

STUDY = Grid(
    name="tomography",
    question=QUESTIONS["tomography"],
    changes={
        run: {"problem": problem, "data": "travel_times", "load": load, "configs": CONFIGS}
        for run, problem in PROBLEMS.items()
    },
)

if __name__ == "__main__":
    run_script(STUDY)
