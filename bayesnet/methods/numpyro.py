"""The No-U-Turn sampler by NumPyro, on JAX: all chains at once, as GPUs like it. It is installed as an extra."""

import importlib.util
from dataclasses import dataclass, replace

from bayesnet.contract import Problem
from bayesnet.methods import nuts
from data import InputError


@dataclass(frozen=True)
class NumpyroConfig(nuts.NutsConfig):
    """Settings of the No-U-Turn sampler of NumPyro (Phan, Pradhan & Jankowiak 2019, arXiv:1912.11554)."""

    sampler: str = "numpyro"
    chain_method: str = "vectorized"  # all chains at once on one device, however many; "parallel": each on its own

    def options(self) -> dict[str, object]:
        """As of NUTS, and how chains share devices."""
        return super().options() | {"chain_method": self.chain_method}


def installed(problem: Problem) -> Problem:
    """The problem itself, where NumPyro is there to solve it: a study is refused before anything is fitted.

    Raises
    ------
    InputError
        Where it is not installed.
    """
    if importlib.util.find_spec("numpyro") is None:
        raise InputError("numpyro must be installed, it is not; install it with: pip install numpyro, or leave it out")
    return problem


METHOD = replace(
    nuts.METHOD,
    name="numpyro",
    label="NUTS (NumPyro)",
    about="No-U-Turn sampler by NumPyro, all chains at once",
    config=NumpyroConfig(),
    quick=NumpyroConfig(warmup=300, draws=200, thin=1),
    problem=installed,
)
