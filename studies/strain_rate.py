"""Strain rates of the ground from velocities of stations: two priors, a source that no prior expects, and an ODE."""

import xarray as xr

from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.strain import Oscillator, StrainRate
from data.oscillator import load_oscillator
from data.velocities.observations import load_velocities
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

# independent Gaussians have sds from 0.001 to 1: a last rate of 0.0001 ends up to 5 % from their optimum
ADVI = AdviConfig(iterations=60_000, last_rate=3e-5, restarts=2)
CONFIGS = {"advi": ADVI, "nuts": NutsConfig(thin=8)}
# the trajectories of NUTS turn back early where coefficients are as correlated: of 40 draws one is independent
CLOSE = {"advi": ADVI, "nuts": NutsConfig(warmup=2000, thin=16, max_depth=10, target_accept=0.9)}


def load(data: str, *, label: str, seed: int) -> xr.Dataset:
    """Velocities of a name or a file; they are the same whatever the seed of the fits."""
    return load_velocities(data)


def load_ode(data: str, *, label: str, seed: int) -> xr.Dataset:
    """The oscillator; it is the same whatever the seed of the fits."""
    return load_oscillator()


STUDY = Grid(
    name="strain_rate",
    question=QUESTIONS["strain_rate"],
    changes={
        "smoothness": {"problem": StrainRate(), "data": "deep", "load": load, "configs": CONFIGS},
        "equilibrium": {"problem": StrainRate("equilibrium"), "data": "deep", "load": load, "configs": CLOSE},
        "shallow": {"problem": StrainRate(), "data": "shallow", "load": load, "configs": CONFIGS},
        "ode": {"problem": Oscillator(), "data": "oscillator", "load": load_ode, "configs": CONFIGS},
    },
    alike=False,
)

if __name__ == "__main__":
    run_script(STUDY)
